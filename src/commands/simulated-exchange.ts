import { closestMatches } from '../domain/closest-match.ts'
import { AxisorError } from '../domain/error.ts'
import { sanitize } from '../domain/sanitize.ts'
import { type Credentials, Secret } from '../domain/secret.ts'
import type { Net } from '../ports/world.ts'
import type { CommandContext } from './command-context.ts'

/**
 * Returns the scenario of that name; null without a name.
 * @throws AxisorError usage, with the known names
 */
export async function scenarioOf(name: string | null) {
  if (name === null) return null
  const { findScenario, SCENARIOS } = await import('../simulator/scenarios/scenarios.ts')
  const scenario = findScenario(name)
  if (scenario !== null) return scenario
  const names = SCENARIOS.map(each => each.name)
  const near = closestMatches(name, names)
  const shown = sanitize(name, { asciiOnly: true, maxLength: 60 })
  throw new AxisorError('usage', `unknown scenario: ${shown}`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Known scenarios: ${names.join(', ')}.`,
  })
}

/** A simulated exchange in this process. */
export interface EmbeddedExchange extends Net {
  readonly apiUrl: string
  readonly streamUrl: string
  /** Read-only. */
  readonly credentials: Credentials
  /** Closes the exchange and the connections to it. */
  close(): void
}

/**
 * Opens the simulated exchange in this process.
 * @throws AxisorError usage, for an unknown scenario
 */
export async function openEmbeddedExchange(
  scenarioName: string | null,
  { clock, hmac }: Pick<CommandContext, 'clock' | 'hmac'>,
): Promise<EmbeddedExchange> {
  const [{ openExchange }, { openMemoryTransport }] = await Promise.all([
    import('../simulator/exchange.ts'),
    import('../simulator/memory-transport.ts'),
  ])
  const scenario = await scenarioOf(scenarioName)
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
