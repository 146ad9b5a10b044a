import { AxisorError } from '../../domain/error.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Feed } from '../../feed/feed.ts'
import { relayAddresses } from '../../feed/relay/addresses.ts'
import { DocumentRequests } from '../../feed/relay/document-requests.ts'
import { openRelayFeed } from '../../feed/relay/relay.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import type { Net, World } from '../../ports/world.ts'
import { wrapDatabaseErrors } from '../auth/database-errors.ts'
import { ForwardedCandles } from './forwarded-candles.ts'
import { FORWARD_MS, ForwardedLedgers } from './forwarded-ledgers.ts'
import { type Upstreams, upstreamOf } from './upstreams.ts'

/** Another relay, and the token and the user that select one account there. */
export interface ChainOptions {
  readonly url: string
  readonly token: Secret
  /** The user whose account is read there; null: that of the token. */
  readonly user: string | null
  /** The users of this relay. */
  readonly store: RelayStore
  readonly openNet: () => Promise<Net>
}

/** A token shows one account, which other users of this relay must not see. */
async function requireOneUser(store: RelayStore): Promise<void> {
  const users = await wrapDatabaseErrors(store.users())
  if (users.length <= 1) return
  throw new AxisorError(
    'config',
    `--upstream-relay serves one account, but this relay has ${users.length} users`,
    { hint: 'Give this relay its own database with one user, for example --database sqlite:PATH.' },
  )
}

/** The other relay sends the alerts of a user who is named to the channels of that user, and takes no acknowledgement: this one delivers. */
function withoutDelivery(feed: Feed): Feed {
  return {
    start: on =>
      feed.start(event =>
        on(event.type === 'status' ? { ...event, status: { ...event.status, alerts: null } } : event),
      ),
    stop: () => feed.stop(),
    resync: () => feed.resync(),
    followCandles: range => feed.followCandles?.(range),
  }
}

/**
 * Opens the account that a token shows on another relay, or that of a user whom it reads there.
 * @throws AxisorError config, if this relay has more than one user
 */
export async function openChainUpstreams(
  { clock, random }: Pick<World, 'clock' | 'random'>,
  { store, openNet, ...account }: ChainOptions,
): Promise<Upstreams> {
  await requireOneUser(store)
  const { http, sockets } = await openNet()
  const { url, token, user } = account
  const { httpOrigin: origin, basePath } = relayAddresses(url)
  const target = { host: new URL(origin).host, user }
  const requests = new DocumentRequests(
    { http, clock },
    { origin, basePath, target, token, requestMs: FORWARD_MS },
  )
  return {
    async open() {
      // A second user may have been added since.
      await requireOneUser(store)
      const feed = openRelayFeed({ clock, random, http, sockets }, account)
      return upstreamOf(user === null ? feed : withoutDelivery(feed))
    },
    forwardedLedgers: new ForwardedLedgers({ http, clock }, account, () => requireOneUser(store)),
    forwardedCandles: new ForwardedCandles(requests, () => requireOneUser(store)),
    close: async () => http.close(),
  }
}
