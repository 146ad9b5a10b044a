import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { Secret } from '../../domain/secret.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import type { RelayLog } from '../../relay/context.ts'
import { openLog } from '../../relay/http/log.ts'
import { openRelayServer, type RelayServer } from '../../relay/http/server.ts'
import { openRelay } from '../../relay/relay.ts'
import { openSimulatedUpstreams } from '../../relay/upstreams/simulated.ts'
import type { Upstreams } from '../../relay/upstreams/upstreams.ts'
import type { Command, CommandContext } from '../command-context.ts'
import { openDemoExchange, openDemoStore } from './demo.ts'
import { localAddress, type ServeSettings, serveSettingsOf } from './settings.ts'
import { openStoreOf } from './store.ts'
import { openUpstreams } from './upstreams.ts'

/** The longest that a stop takes; what has not ended by then ends with the process. */
const STOP_MS = 9_000

/** How long readiness fails before clients are sent away. */
const UNREADY_MS = 1_000

/** Where users, tokens and data come from. */
interface Sources {
  readonly store: RelayStore
  readonly upstreams: Upstreams
  /** The demo's token, which is told this one time. */
  readonly token: string | null
}

async function openSources(call: CommandContext, settings: ServeSettings, log: RelayLog): Promise<Sources> {
  if (settings.demo) {
    const { store, token } = await openDemoStore(call.world)
    return { store, token, upstreams: openSimulatedUpstreams(call.world, await openDemoExchange(call)) }
  }
  const opened = await openStoreOf(call)
  const { store } = opened
  try {
    const upstreams = await openUpstreams(call, settings, opened, log)
    if ((await store.users()).length === 0) log.warn('no users yet: axisor relay user add NAME')
    return { store, upstreams, token: null }
  } catch (error) {
    await store.close()
    throw error
  }
}

async function readPem(call: CommandContext, path: string): Promise<string> {
  if (path.includes('-----BEGIN'))
    throw new AxisorError(
      'usage',
      'a key itself refused: every program of this machine can read a command line',
      {
        hint: 'Put it into a file with mode 0600, and give its path.',
      },
    )
  const found = await call.world.files.read(path)
  if (found !== null) return found.text
  throw new AxisorError('config', `there is no file ${path}`, { hint: 'Correct --tls-cert or --tls-key.' })
}

async function serve(
  call: CommandContext,
  settings: ServeSettings,
  sources: Sources,
  log: RelayLog,
): Promise<RelayServer> {
  const { world } = call
  const { store, upstreams } = sources
  const { limits, tlsFiles, demo, compress } = settings
  const deflate = compress ? world.deflateMessage : null
  const tls =
    tlsFiles === null
      ? null
      : { cert: await readPem(call, tlsFiles.cert), key: await readPem(call, tlsFiles.key) }
  const network = demo ? 'simulator' : 'mainnet'
  const relay = openRelay(world, { store, openUpstream: upstreams.open, network, limits, log })
  try {
    const { version } = world
    return await openRelayServer(world, {
      ...settings,
      relay,
      store,
      log,
      version,
      tls,
      deflate,
      unreadyMs: UNREADY_MS,
    })
  } catch (error) {
    await relay.stop()
    throw error
  }
}

/** Tells where it listens: to a person in words that can be pasted, to a program in one line of JSON. */
async function announce(call: CommandContext, settings: ServeSettings, port: number, token: string | null) {
  const { terminal, invocation } = call.world
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host
  const url = `${settings.tlsFiles === null ? 'ws' : 'wss'}://${host}:${port}`
  if (terminal.stdout.isTTY !== true) {
    await terminal.print(`${JSON.stringify({ url, ...(token === null ? {} : { token }) })}\n`)
    return
  }
  const paste =
    token === null
      ? ''
      : `\nIn another terminal:\n\n  AXISOR_RELAY_TOKEN=${token} ${invocation} watch --relay ${localAddress(url)}\n`
  const what = settings.demo ? 'A relay with simulated data' : 'The relay'
  await terminal.print(`${what} listens on ${url}. Ctrl-C ends it.\n${paste}\n`)
}

/** The second signal ends at once, and so does a stop that takes too long. */
function forceStop(
  { world }: CommandContext,
  code: ExitCode,
): { readonly over: Promise<ExitCode>; end(): void } {
  const { promise: over, resolve } = Promise.withResolvers<ExitCode>()
  const cancels = [
    world.signals.on('SIGINT', () => resolve(EXIT.interrupted)),
    world.signals.on('SIGTERM', () => resolve(EXIT.terminated)),
    world.clock.after(STOP_MS, () => resolve(code)),
  ]
  return {
    over,
    end() {
      for (const cancel of cancels) cancel()
    },
  }
}

function logOf(call: CommandContext, { logLevel }: ServeSettings): RelayLog {
  const { clock, terminal } = call.world
  return openLog({ level: logLevel, clock, write: line => void terminal.printError(line) })
}

/** Serves accounts to clients that hold no key, until a signal. */
export const relayServe: Command = async call => {
  const settings = serveSettingsOf(call)
  const log = logOf(call, settings)
  const sources = await openSources(call, settings, log)
  if (sources.token !== null) call.world.addRedaction(new Secret(sources.token))
  const closeSources = async () => {
    await sources.upstreams.close()
    await sources.store.close()
  }
  let server: RelayServer
  try {
    server = await serve(call, settings, sources, log)
    await announce(call, settings, server.port, sources.token)
  } catch (error) {
    await closeSources()
    throw error
  }
  const code = await call.interrupted
  const { over, end } = forceStop(call, code)
  const stopped = server.stop().then(closeSources)
  return Promise.race([stopped.then(() => code), over]).finally(end)
}
