import { requireCredentials } from '../config/credentials.ts'
import { readConfigFile } from '../config/file.ts'
import { resolveSettings, type Settings } from '../config/settings.ts'
import { AxisorError } from '../domain/error.ts'
import { nearest } from '../domain/nearest.ts'
import type { Network } from '../domain/picture.ts'
import { type Credentials, Secret } from '../domain/secret.ts'
import { openDirectFeed } from '../feed/direct.ts'
import type { Feed } from '../feed/feed.ts'
import { Rest } from '../feed/rest.ts'
import type { Net } from '../ports/world.ts'
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

/** A way to an exchange: its network, its addresses, and as whom to ask. */
interface Way extends Net {
  readonly apiUrl: string
  readonly streamUrl: string
  readonly network: Network
  readonly credentials: Credentials | null
  close(): void
}

async function openWay(call: Call, settings: Settings, account: boolean): Promise<Way> {
  if (settings.source === 'demo') return openDemoWay(call, account)
  const credentials = account ? await requireCredentials(call.world.env, call.world.files) : null
  const { http, sockets } = await call.world.openNet()
  const { apiUrl, streamUrl, network } = settings
  return { http, sockets, apiUrl, streamUrl, network, credentials, close: () => http.close() }
}

/** The demo has its own key: real credentials never meet simulated data. */
async function openDemoWay({ world, typed }: Call, account: boolean): Promise<Way> {
  const { openExchange } = await import('../simulator/exchange.ts')
  const { openMemoryDoor } = await import('../simulator/memory-door.ts')
  const { clock, hmac } = world
  const scenario = await scenarioOf(typed.scenario)
  const exchange = openExchange({ clock, hmac, ...(scenario === null ? {} : { scenario }) })
  const { key, secret, passphrase } = exchange.credentials
  const door = openMemoryDoor(exchange, clock)
  return {
    ...door,
    network: 'simulator',
    credentials: account ? { key, secret: new Secret(secret), passphrase: new Secret(passphrase) } : null,
    close() {
      door.http.close()
      exchange.close()
    },
  }
}

/**
 * Joins world, settings and feed: the one place where it is decided what data comes from.
 * @throws AxisorError no-credentials
 */
export async function openSource(call: Call, settings: Settings, needs: Needs): Promise<Source> {
  const way = await openWay(call, settings, needs.account)
  const { clock, chance } = call.world
  const { http, sockets, apiUrl, streamUrl, network, credentials } = way
  const policy = {
    extras: needs.extras,
    waitForUnit: needs.equity,
    allowWriteKey: settings.allowWriteKey,
  }
  const feed = openDirectFeed(
    { clock, chance, http, sockets },
    { apiUrl, streamUrl, network, credentials, policy },
  )
  return {
    feed,
    close() {
      feed.stop()
      way.close()
    },
  }
}

/** REST alone, for what no picture holds: the listings of the past. */
export interface Listings {
  readonly rest: Rest
  readonly network: Network
  close(): void
}

/**
 * The same for the listings.
 * @throws AxisorError no-credentials
 */
export async function openListings(call: Call, settings: Settings): Promise<Listings> {
  const way = await openWay(call, settings, true)
  const { apiUrl, credentials, network } = way
  const { clock } = call.world
  const rest = new Rest({ http: way.http, clock }, { apiUrl, credentials, requestMs: settings.timeoutMs })
  return {
    rest,
    network,
    close() {
      rest.close()
      way.close()
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
