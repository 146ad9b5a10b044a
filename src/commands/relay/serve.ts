import type { RelayDatabase } from '../../config/relay-database.ts'
import { EXIT, type ExitCode } from '../../domain/error.ts'
import { NO_PROXY_RULES } from '../../domain/proxy.ts'
import { Secret } from '../../domain/secret.ts'
import type { LedgerPlace } from '../../ports/ledger-worker.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import { addCandleRoutes } from '../../relay/candles/candle-routes.ts'
import type { RelayLog } from '../../relay/context.ts'
import { openLog } from '../../relay/http/log.ts'
import { METRICS_TYPE } from '../../relay/http/routes.ts'
import { openRelayServer, type RelayServer, type ServerOptions } from '../../relay/http/server.ts'
import { type MissingService, openWaitingServer } from '../../relay/http/waiting-server.ts'
import { addLedgerRoutes } from '../../relay/ledger/ledger-routes.ts'
import type { OpenLedgerService } from '../../relay/ledger/ledger-service.ts'
import { logBug } from '../../relay/log-bug.ts'
import { openRelay } from '../../relay/relay.ts'
import { openSimulatedUpstreams } from '../../relay/upstreams/simulated.ts'
import type { Upstreams } from '../../relay/upstreams/upstreams.ts'
import type { CommandContext } from '../command-context.ts'
import { openEmbeddedExchange } from '../simulated-exchange.ts'
import { type AlertServiceContext, openRelayAlerts, type RelayAlertParts } from './alerts/alert-service.ts'
import { announce } from './announce.ts'
import { openDemoStore } from './demo.ts'
import { forceStop } from './force-stop.ts'
import { openRelayLedgers, type RelayLedgersContext } from './ledger/open-relay-ledgers.ts'
import { openRelayCandles } from './open-relay-candles.ts'
import type { ServeOptions } from './options.ts'
import { relayProxies, reportProxies } from './relay-proxies.ts'
import { type ServeSettings, serveSettingsOf } from './settings.ts'
import { openStoreOf, type StoreContext } from './store.ts'
import { readTls } from './tls-files.ts'
import { openUpstreams, type UpstreamContext } from './upstreams.ts'
import { watchCertificate } from './watch-certificate.ts'
import { whenReachable } from './when-reachable.ts'

type ServeContext = StoreContext &
  UpstreamContext &
  AlertServiceContext &
  RelayLedgersContext &
  Pick<
    CommandContext,
    | 'hmac'
    | 'terminal'
    | 'signals'
    | 'version'
    | 'invocation'
    | 'deflateMessage'
    | 'yieldToEventLoop'
    | 'interrupted'
    | 'serveStatus'
    | 'hostName'
    | 'processId'
  >

/** How long readiness fails before the clients are disconnected. */
const UNREADY_MS = 1_000

/** The ledgers of a relay are beside its users: files next to an SQLite database, tables in PostgreSQL. */
function ledgerPlaceOf({ address, ledgerFolder }: RelayDatabase): LedgerPlace {
  return ledgerFolder === null ? { database: address } : { folder: ledgerFolder }
}

/** The users, tokens and data of a relay. */
interface Sources {
  readonly store: RelayStore
  readonly upstreams: Upstreams
  /** Null in the demo, which delivers no alerts. */
  readonly alerts: RelayAlertParts | null
  /** Null if the relay keeps no ledgers. */
  readonly openLedgers: OpenLedgerService | null
  /** The demo's token, which is printed once; null outside the demo. */
  readonly token: string | null
}

async function openSources(
  settings: ServeSettings,
  awaits: (service: MissingService) => void,
  log: RelayLog,
  context: ServeContext,
): Promise<Sources> {
  if (settings.demo) {
    const { store, token } = await openDemoStore(context)
    const exchange = await openEmbeddedExchange(settings.scenario, context)
    const upstreams = openSimulatedUpstreams(context, exchange)
    // The rows of a simulated exchange are kept in memory.
    const openLedgers = await openRelayLedgers({ folder: '' }, { store, upstreams, log }, context)
    return { store, token, upstreams, alerts: null, openLedgers }
  }
  awaits('database')
  const opened = await openStoreOf(settings, context, 'create')
  const { store, shown, migrated } = opened
  try {
    if (migrated !== null)
      log.info(migrated.from === 0 ? 'database created' : 'database migrated', {
        database: shown,
        ...migrated,
      })
    awaits('broker')
    const upstreams = await openUpstreams(settings, opened, log, context)
    awaits('database')
    const alerts = await openRelayAlerts(settings, opened, log, context)
    if ((await store.users()).length === 0)
      log.warn('no users yet: axisor relay user add NAME, on this database as in docs/deploy.md', {
        database: shown,
      })
    const openLedgers = await openRelayLedgers(
      ledgerPlaceOf(opened.database),
      { store, upstreams, log },
      context,
    )
    return { store, upstreams, alerts, openLedgers, token: null }
  } catch (error) {
    await store.close()
    throw error
  }
}

async function openServer(
  settings: ServeSettings,
  tls: ServerOptions['tls'],
  { store, upstreams, alerts, openLedgers }: Sources,
  log: RelayLog,
  context: ServeContext,
): Promise<RelayServer> {
  const { host, port, limits, allowedOrigins, publicHosts, trustProxy } = settings
  const { version, deflateMessage, crypto, hostName, processId } = context
  const certificateEndsAt = tls === null ? null : crypto.certificateEnd(tls.cert)
  const network = settings.demo ? 'simulator' : 'mainnet'
  const relay = openRelay(context, {
    ...{ store, network, limits, log },
    openUpstream: upstreams.open,
    needsKeys: upstreams.needsKeys ?? false,
    broker: upstreams.broker ?? null,
    identity: { name: `${hostName}, process ${processId}`, version },
    ...(alerts === null ? {} : { openAlerts: alerts.openAlerts }),
    ...(openLedgers === null ? {} : { openLedgers }),
    ...openRelayCandles({ store, upstreams, log }, context),
  })
  try {
    return await openRelayServer(context, {
      relay,
      store,
      limits,
      log,
      version,
      host,
      port,
      tls,
      certificateEndsAt,
      allowedOrigins,
      publicHosts,
      trustProxy,
      deflate: settings.compress ? deflateMessage : null,
      unreadyMs: UNREADY_MS,
      addRoutes(app, routes) {
        addLedgerRoutes(app, routes)
        addCandleRoutes(app, routes)
        alerts?.addRoutes(app, routes)
      },
    })
  } catch (error) {
    await relay.stop()
    throw error
  }
}

function certificateDeps(
  settings: ServeSettings,
  { replaceTls }: RelayServer,
  log: RelayLog,
  context: ServeContext,
): Parameters<typeof watchCertificate>[1] {
  const { clock, crypto } = context
  const read = () => readTls(settings, context)
  return { clock, log, read, endOf: pem => crypto.certificateEnd(pem), replace: replaceTls }
}

/** Metrics before the relay serves: a monitor sees a target that is down. */
const NOT_READY = { status: 503, contentType: 'text/plain; charset=utf-8', body: 'the relay waits\n' }

/** Serves metrics on a listener of their own, if the settings have one; also while the relay waits for what it needs. Returns a function that closes it. @throws AxisorError usage */
async function serveMetrics(
  { metricsListen }: ServeSettings,
  serverOf: () => RelayServer | null,
  log: RelayLog,
  { serveStatus }: Pick<ServeContext, 'serveStatus'>,
): Promise<() => Promise<void>> {
  if (metricsListen === null) return async () => {}
  const { host, port } = metricsListen
  const listener = await serveStatus(host, port, async path => {
    if (path !== '/metrics') return null
    const server = serverOf()
    if (server === null) return NOT_READY
    try {
      return { status: 200, contentType: METRICS_TYPE, body: await server.metrics() }
    } catch (error) {
      logBug(log, error)
      throw error
    }
  })
  return () => listener.close()
}

/** Serves accounts to clients, which hold no key, until a signal. An orderly stop is a success. */
export async function relayServe(options: ServeOptions, context: ServeContext): Promise<ExitCode> {
  const { clock, terminal, interrupted } = context
  const proxies = options.demo ? NO_PROXY_RULES : await relayProxies(options, context)
  const settings = serveSettingsOf(options, proxies, terminal)
  const log = openLog({
    ...{ level: settings.logLevel, clock, isJournal: terminal.isJournal },
    write: line => void terminal.printError(line, 'json'),
  })
  reportProxies(settings, log)
  const tls = await readTls(settings, context)
  let server: RelayServer | null = null
  const closeMetrics = await serveMetrics(settings, () => server, log, context)
  try {
    let missing: MissingService | null = null
    const awaits = (service: MissingService): void => {
      missing = service
    }
    const found = await whenReachable(() => openSources(settings, awaits, log, context), {
      ...{ clock, log, interrupted },
      listen: () => openWaitingServer(clock, { ...settings, tls, missing: () => missing }),
    })
    // Stopped while it waited.
    if (found === null) return EXIT.done
    const listening = { ...settings, port: found.port ?? settings.port }
    return await serveSources(listening, tls, found.value, log, context, opened => {
      server = opened
    })
  } finally {
    await closeMetrics()
  }
}

/** Serves from what was found until a signal, and closes it. `onOpened` is called once the server listens. */
async function serveSources(
  settings: ServeSettings,
  tls: ServerOptions['tls'],
  sources: Sources,
  log: RelayLog,
  context: ServeContext,
  onOpened: (server: RelayServer) => void,
): Promise<ExitCode> {
  const { addRedaction, interrupted } = context
  if (sources.token !== null) addRedaction(new Secret(sources.token))
  const closeSources = async () => {
    await sources.upstreams.close()
    await sources.store.close()
  }
  let server: RelayServer | null = null
  try {
    server = await openServer(settings, tls, sources, log, context)
    onOpened(server)
    await announce(settings, server.port, sources.token, context)
  } catch (error) {
    await server?.stop()
    await closeSources()
    throw error
  }
  if (settings.publicHosts.length === 0) log.warn('any host name is served: set --public-host')
  const certificate = tls && watchCertificate(tls, certificateDeps(settings, server, log, context))
  const code = await interrupted
  certificate?.stop()
  const { forced, end } = forceStop(code, context)
  const stopped = server.stop().then(closeSources)
  return Promise.race([stopped.then(() => EXIT.done), forced]).finally(end)
}
