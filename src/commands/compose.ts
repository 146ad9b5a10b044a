import { requireCredentials } from '../config/credentials.ts'
import { readConfigFile } from '../config/file.ts'
import { resolveSettings, type Settings } from '../config/settings.ts'
import { AxisorError } from '../domain/error.ts'
import { nearest } from '../domain/nearest.ts'
import { Secret } from '../domain/secret.ts'
import { openDirectFeed } from '../feed/direct.ts'
import type { Feed } from '../feed/feed.ts'
import type { World } from '../ports/world.ts'
import type { Call } from './call.ts'

/** What a command wants of its source. */
export interface Needs {
  /** False: the market only, for which no key is needed, and none is used. */
  readonly account: boolean
  /** Candles and history too. */
  readonly extras: boolean
  /** The first picture must have the equity in it; accounts that hold synthetic dollars wait a second or two longer for it. */
  readonly equity: boolean
}

/** A feed, and what must be given back when it is no longer needed. */
export interface Source {
  readonly feed: Feed
  /** Stops the feed and closes its connections. */
  close(): void
}

/**
 * The settings of a call.
 * @throws AxisorError usage or config
 */
export async function settingsOf({ world, typed }: Call): Promise<Settings> {
  const file = await readConfigFile(world.env, world.files)
  return resolveSettings({ typed, env: world.env, file })
}

/**
 * Joins world, settings and feed: the one place where it is decided what data comes from.
 * @throws AxisorError no-credentials
 */
export async function openSource(call: Call, settings: Settings, needs: Needs): Promise<Source> {
  return settings.source === 'demo'
    ? openDemo(call.world, call.typed, needs)
    : openDirect(call.world, settings, needs)
}

function policyOf({ extras, equity }: Needs) {
  return { extras, waitForUnit: equity }
}

async function openDirect(world: World, settings: Settings, needs: Needs): Promise<Source> {
  const credentials = needs.account ? requireCredentials(world.env) : null
  const { http, sockets } = await world.openNet()
  const feed = openDirectFeed(
    { clock: world.clock, chance: world.chance, http, sockets },
    {
      apiUrl: settings.apiUrl,
      streamUrl: settings.streamUrl,
      network: settings.network,
      credentials,
      policy: { ...policyOf(needs), allowWriteKey: settings.allowWriteKey },
    },
  )
  return {
    feed,
    close() {
      feed.stop()
      http.close()
    },
  }
}

/** The demo has its own key: real credentials never meet simulated data. */
async function openDemo(world: World, typed: Call['typed'], needs: Needs): Promise<Source> {
  const { openExchange } = await import('../simulator/exchange.ts')
  const { openMemoryDoor } = await import('../simulator/memory-door.ts')
  const { clock, chance, hmac } = world
  const scenario = await scenarioOf(typed.scenario)
  const exchange = openExchange({ clock, hmac, ...(scenario === null ? {} : { scenario }) })
  const { key, secret, passphrase } = exchange.credentials
  const { http, sockets, apiUrl, streamUrl } = openMemoryDoor(exchange, clock)
  const credentials = needs.account
    ? { key, secret: new Secret(secret), passphrase: new Secret(passphrase) }
    : null
  const feed = openDirectFeed(
    { clock, chance, http, sockets },
    { apiUrl, streamUrl, network: 'simulator', credentials, policy: policyOf(needs) },
  )
  return {
    feed,
    close() {
      feed.stop()
      http.close()
      exchange.close()
    },
  }
}

/**
 * The scenario that was asked for by name; null when none was.
 * @throws AxisorError usage, with the names that there are
 */
export async function scenarioOf(name: string | true | undefined) {
  if (typeof name !== 'string') return null
  const { findScenario, SCENARIOS } = await import('../simulator/scenarios.ts')
  const scenario = findScenario(name)
  if (scenario !== null) return scenario
  const names = SCENARIOS.map(each => each.name)
  const near = nearest(name, names)
  throw new AxisorError('usage', 'no scenario of that name', {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There are ${names.join(', ')}.`,
  })
}
