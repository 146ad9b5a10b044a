import type { CommandContext } from '../../commands/command-context.ts'
import { redactSecret } from '../../commands/secrets/identity.ts'
import { relayTokenFrom } from '../../config/credentials.ts'
import { AxisorError } from '../../domain/error.ts'
import { openRelayFeed } from '../../feed/relay/relay.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import type { WatchedAccount } from '../accounts/room-registry.ts'
import { wrapDatabaseErrors } from '../auth/database-errors.ts'
import { type Upstreams, upstreamOf } from './upstreams.ts'

/** What one token of another relay shows is one person's account: it must not be shown to anybody else. */
async function requireOneUser(store: RelayStore): Promise<void> {
  const users = await wrapDatabaseErrors(store.users())
  if (users.length <= 1) return
  throw new AxisorError(
    'config',
    `--upstream-relay passes on one account, and there are ${users.length} users`,
    {
      hint: 'Give this relay a database of its own, with one user, as in --database sqlite:PATH.',
    },
  )
}

/**
 * The one account that a token of another relay shows.
 * @throws AxisorError no-credentials, without such a token; config, when this relay has more users than one
 */
export async function openChainUpstreams(
  call: CommandContext,
  url: string,
  store: RelayStore,
): Promise<Upstreams> {
  const { world } = call
  const token = await relayTokenFrom(world.env, world.files)
  if (token === null)
    throw new AxisorError('no-credentials', 'no token for the relay behind this one', {
      hint: 'Set AXISOR_RELAY_TOKEN; who runs that relay issues tokens.',
    })
  redactSecret(call, { kind: 'relay', token, url: null })
  await requireOneUser(store)
  const { clock, random } = world
  const { http, sockets } = await world.openNet()
  return {
    async open(_account: WatchedAccount) {
      // A second user may have been added since.
      await requireOneUser(store)
      return upstreamOf(openRelayFeed({ clock, random, http, sockets }, { url, token }))
    },
    close: async () => http.close(),
  }
}
