import { stateFolder } from '../../config/profiles.ts'
import { AxisorError } from '../../domain/error.ts'
import { Secret } from '../../domain/secret.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import type { World } from '../../ports/world.ts'
import { issueToken, isTokenText, tokenText } from '../../relay/auth/issue-token.ts'
import { openMemoryRelayStore } from '../../relay/auth/memory-store.ts'
import type { SimulatedSource } from '../../relay/upstreams/simulated.ts'
import type { CommandContext } from '../command-context.ts'
import { scenarioOf } from '../source.ts'

/**
 * Returns the demo's token. It is kept in the state folder, so that a terminal can reconnect after the demo restarts; if it
 * cannot be kept there, every start makes a new one.
 */
async function demoToken({ env, files, random }: World): Promise<string> {
  try {
    const path = `${stateFolder(env)}/relay-demo-token`
    const kept = await files.read(path)
    if (kept !== null && !kept.othersMayRead && !kept.othersMayWrite && isTokenText(kept.text))
      return kept.text
    const text = tokenText(random)
    await files.writePrivate(path, text)
    return text
  } catch (error) {
    if (error instanceof AxisorError) return tokenText(random)
    throw error
  }
}

/** Opens a database in memory with one user and one read-only token. */
export async function openDemoStore(
  world: World,
): Promise<{ readonly store: RelayStore; readonly token: string }> {
  const store = openMemoryRelayStore()
  const user = { id: 'demo', name: 'demo', createdAt: world.clock.nowMs() }
  await store.addUser(user)
  const request = { userId: user.id, name: 'demo', scopes: ['read'], expiresAt: null } as const
  const issued = await issueToken(world, store, request, await demoToken(world))
  if (issued === null) throw new TypeError("the demo's own user does not exist")
  return { store, token: issued.text }
}

/**
 * Opens the simulated exchange of the demo in this process.
 * @throws AxisorError usage, for an unknown scenario
 */
export async function openDemoExchange({ world, flags }: CommandContext): Promise<SimulatedSource> {
  const [{ openExchange }, { openMemoryTransport }] = await Promise.all([
    import('../../simulator/exchange.ts'),
    import('../../simulator/memory-transport.ts'),
  ])
  const { clock, hmac } = world
  const scenario = await scenarioOf(flags.scenario)
  const exchange = openExchange({ clock, hmac, ...(scenario === null ? {} : { scenario }) })
  const { key, secret, passphrase } = exchange.credentials
  const transport = openMemoryTransport(exchange, clock)
  return {
    ...transport,
    credentials: { key, secret: new Secret(secret), passphrase: new Secret(passphrase) },
    close() {
      transport.http.close()
      exchange.close()
    },
  }
}
