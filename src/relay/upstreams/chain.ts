import { AxisorError } from '../../domain/error.ts'
import type { Secret } from '../../domain/secret.ts'
import { DocumentRequests } from '../../feed/relay/document-requests.ts'
import { relayAddresses } from '../../feed/relay/addresses.ts'
import { openRelayFeed } from '../../feed/relay/relay.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import type { Net, World } from '../../ports/world.ts'
import { wrapDatabaseErrors } from '../auth/database-errors.ts'
import { ForwardedCandles } from './forwarded-candles.ts'
import { FORWARD_MS, ForwardedLedgers } from './forwarded-ledgers.ts'
import { type Upstreams, upstreamOf } from './upstreams.ts'

/** Another relay, and the token that selects one account there. */
export interface ChainOptions {
  readonly url: string
  readonly token: Secret
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

/**
 * Opens the account that a token shows on another relay.
 * @throws AxisorError config, if this relay has more than one user
 */
export async function openChainUpstreams(
  { clock, random }: Pick<World, 'clock' | 'random'>,
  { url, token, store, openNet }: ChainOptions,
): Promise<Upstreams> {
  await requireOneUser(store)
  const { http, sockets } = await openNet()
  const { httpOrigin: origin, basePath } = relayAddresses(url)
  const target = { host: new URL(origin).host, user: null }
  const requests = new DocumentRequests(
    { http, clock },
    { origin, basePath, target, token, requestMs: FORWARD_MS },
  )
  return {
    async open() {
      // A second user may have been added since.
      await requireOneUser(store)
      return upstreamOf(openRelayFeed({ clock, random, http, sockets }, { url, token }))
    },
    forwardedLedgers: new ForwardedLedgers({ http, clock }, { url, token }, () => requireOneUser(store)),
    forwardedCandles: new ForwardedCandles(requests, () => requireOneUser(store)),
    close: async () => http.close(),
  }
}
