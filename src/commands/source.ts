import { readConfigFile } from '../config/file.ts'
import { selectProfile } from '../config/select-profile.ts'
import { resolveSettings, type Settings } from '../config/settings.ts'
import type { KeyPermissions } from '../domain/account.ts'
import { closestMatches } from '../domain/closest-match.ts'
import { AxisorError } from '../domain/error.ts'
import { type Credentials, Secret } from '../domain/secret.ts'
import type { Network, Origin } from '../domain/snapshot.ts'
import { openDirectFeed } from '../feed/exchange/direct.ts'
import { RestClient } from '../feed/exchange/rest-client.ts'
import type { Feed } from '../feed/feed.ts'
import { guardOrigin, wrongOrigin } from '../feed/origin-guard.ts'
import { redactFeed } from '../feed/redacted-feed.ts'
import type { Net } from '../ports/world.ts'
import type { CommandContext } from './command-context.ts'
import { identityOf, tokenOf } from './secrets/identity.ts'
import { verifyPermissions } from './secrets/permissions.ts'

/** What a command wants of its source. */
export interface SourceRequirements {
  /** False: the market only, for which no key is needed, and none is used. */
  readonly account: boolean
  /** Candles and history too. */
  readonly candlesAndHistory: boolean
  /** The first picture must have the equity in it; accounts that hold synthetic dollars wait a second or two longer for it. */
  readonly equity: boolean
}

/** A feed, and what must be given back when it is no longer needed. */
export interface Source {
  readonly feed: Feed
  /** As whom, for people: a profile, `env` or `demo`. */
  readonly name: string
  /** Stops the feed and closes its connections. */
  close(): void
}

/**
 * The settings of a call; with those of the current profile, if a key is needed and the environment has none.
 * @throws AxisorError usage or config
 */
export async function settingsOf(
  { world, flags: typed }: CommandContext,
  needsKey = true,
): Promise<Settings> {
  const { env, files } = world
  const file = await readConfigFile(env, files)
  const profile = await selectProfile({ flags: typed, env, file }, files, needsKey)
  return resolveSettings({ flags: typed, env, file, profile })
}

/** A way to an exchange: its network, its addresses, and as whom to ask. */
interface ExchangeConnection extends Net {
  readonly apiUrl: string
  readonly streamUrl: string
  readonly network: Network
  readonly credentials: Credentials | null
  /** As whom, for people: a profile, `env` or `demo`. */
  readonly name: string
  /** What a profile was made for; null: whatever comes is shown for what it is. */
  readonly expected: Origin | null
  close(): void
}

async function openConnection(
  call: CommandContext,
  settings: Settings,
  account: boolean,
): Promise<ExchangeConnection> {
  if (settings.source === 'demo') return openDemoConnection(call, account)
  const { apiUrl, streamUrl, network, profile } = settings
  // Loading the network takes about as long as asking a keyring.
  const [identity, { http, sockets }] = await Promise.all([
    account ? identityOf(call, settings) : null,
    call.world.openNet(),
  ])
  return {
    http,
    sockets,
    apiUrl,
    streamUrl,
    network,
    credentials: identity?.credentials ?? null,
    name: identity?.name ?? profile?.name ?? 'env',
    expected: profile?.kind !== 'direct' ? null : profile.network === 'simulator' ? 'simulated' : 'exchange',
    close: () => http.close(),
  }
}

/** The demo has its own key: real credentials never meet simulated data. */
async function openDemoConnection(
  { world, flags: typed }: CommandContext,
  account: boolean,
): Promise<ExchangeConnection> {
  const { openExchange } = await import('../simulator/exchange.ts')
  const { openMemoryTransport: openMemoryDoor } = await import('../simulator/memory-transport.ts')
  const { clock, hmac } = world
  const scenario = await scenarioOf(typed.scenario)
  const exchange = openExchange({ clock, hmac, ...(scenario === null ? {} : { scenario }) })
  const { key, secret, passphrase } = exchange.credentials
  const transport = openMemoryDoor(exchange, clock)
  return {
    ...transport,
    network: 'simulator',
    name: 'demo',
    expected: null,
    credentials: account ? { key, secret: new Secret(secret), passphrase: new Secret(passphrase) } : null,
    close() {
      transport.http.close()
      exchange.close()
    },
  }
}

/**
 * Joins world, settings and feed: the one place where it is decided what data comes from.
 * @throws AxisorError no-credentials
 */
export async function openSource(
  call: CommandContext,
  settings: Settings,
  needs: SourceRequirements,
): Promise<Source> {
  if (settings.relayUrl !== null) return openRelaySource(call, settings, settings.relayUrl)
  const way = await openConnection(call, settings, needs.account)
  const { clock, random } = call.world
  const { http, sockets, apiUrl, streamUrl, network, credentials } = way
  const policy = {
    candlesAndHistory: needs.candlesAndHistory,
    waitForUnit: needs.equity,
    allowWriteKey: settings.allowWriteKey,
  }
  const direct = openDirectFeed(
    { clock, random, http, sockets },
    { apiUrl, streamUrl, network, credentials, policy },
  )
  const guarded = way.expected === null ? direct : guardOrigin(direct, way.expected)
  const feed = redactFeed(guarded, call.world.redact)
  return {
    feed,
    name: way.name,
    close() {
      feed.stop()
      way.close()
    },
  }
}

/** The relay decides what is watched, and holds the key: it is told nothing but the token. */
async function openRelaySource(call: CommandContext, settings: Settings, url: string): Promise<Source> {
  const { world } = call
  const [{ name, token }, { http, sockets }, { openRelayFeed }] = await Promise.all([
    tokenOf(call, settings),
    world.openNet(),
    import('../feed/relay/relay.ts'),
  ])
  const { clock, random } = world
  const feed = redactFeed(openRelayFeed({ clock, random, http, sockets }, { url, token }), world.redact)
  return {
    feed,
    name,
    close() {
      feed.stop()
      http.close()
    },
  }
}

/** REST alone, for what no picture holds: the listings of the past. */
export interface Listings {
  readonly rest: RestClient
  readonly network: Network
  /** Null: the exchange has not said. */
  readonly key: KeyPermissions | null
  /** To be called before anything is shown. @throws AxisorError refused, when the other side is not what the profile was made for */
  checkOrigin(): void
  close(): void
}

/**
 * The same for the listings; the key is proved first.
 * @throws AxisorError no-credentials, key-refused, key-may-write; usage over a relay, which has none
 */
export async function openListings(call: CommandContext, settings: Settings): Promise<Listings> {
  if (settings.source === 'relay')
    throw new AxisorError('usage', 'a relay does not pass on listings of the past', {
      hint: 'Ask the exchange itself, with --direct and an API key',
    })
  const way = await openConnection(call, settings, true)
  const { apiUrl, credentials, network } = way
  const { clock } = call.world
  const { timeoutMs, allowWriteKey } = settings
  const { sockets, streamUrl } = way
  const proof =
    credentials === null
      ? null
      : await verifyPermissions(call, { sockets, streamUrl, credentials, timeoutMs, allowWriteKey })
  const rest = new RestClient({ http: way.http, clock }, { apiUrl, credentials, requestMs: timeoutMs })
  return {
    rest,
    network,
    key: proof?.permissions ? { permissions: proof.permissions } : null,
    checkOrigin() {
      const origin = rest.simulated ? 'simulated' : 'exchange'
      if (way.expected !== null && way.expected !== origin) throw wrongOrigin(way.expected)
    },
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
  const { findScenario, SCENARIOS } = await import('../simulator/scenarios/scenarios.ts')
  const scenario = findScenario(name)
  if (scenario !== null) return scenario
  const names = SCENARIOS.map(each => each.name)
  const near = closestMatches(name, names)
  throw new AxisorError('usage', 'no scenario of that name', {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There are ${names.join(', ')}.`,
  })
}
