import { AxisorError, EXIT, type ExitCode } from '../domain/error.ts'
import type { RelayStore } from '../ports/relay-store.ts'
import { openRelay } from '../relay/relay.ts'
import { openLog } from '../relay/server/log.ts'
import { openRelayServer, type RelayServer } from '../relay/server/server.ts'
import type { Call, Command } from './call.ts'
import { openAccountUpstreams } from './relay-accounts.ts'
import { openDemoStore } from './relay-demo.ts'
import { type ServeSettings, serveSettingsOf } from './relay-settings.ts'
import { openStoreOf } from './relay-store.ts'
import { openDemoUpstreams, type Upstreams } from './relay-upstreams.ts'

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

async function openSources(call: Call, settings: ServeSettings): Promise<Sources> {
  if (settings.demo) {
    const { store, token } = await openDemoStore(call.world)
    return { store, token, upstreams: await openDemoUpstreams(call) }
  }
  const opened = await openStoreOf(call)
  try {
    return { store: opened.store, token: null, upstreams: await openAccountUpstreams(call, opened) }
  } catch (error) {
    await opened.store.close()
    throw error
  }
}

async function pem(call: Call, path: string): Promise<string> {
  const found = await call.world.files.read(path)
  if (found !== null) return found.text
  throw new AxisorError('config', `there is no file ${path}`, { hint: 'Correct --tls-cert or --tls-key.' })
}

async function serve(call: Call, settings: ServeSettings, sources: Sources): Promise<RelayServer> {
  const { world } = call
  const { store, upstreams, token } = sources
  const { limits, host, port, tlsFiles, allowedOrigins, trustProxy, logLevel } = settings
  const log = openLog({
    level: logLevel,
    clock: world.clock,
    secrets: token === null ? [] : [token],
    write: line => void world.terminal.complain(line),
  })
  const tls =
    tlsFiles === null ? null : { cert: await pem(call, tlsFiles.cert), key: await pem(call, tlsFiles.key) }
  const network = settings.demo ? 'simulator' : 'mainnet'
  const relay = openRelay(world, { store, openUpstream: upstreams.open, network, limits, log })
  try {
    return await openRelayServer(world, {
      relay,
      store,
      limits,
      log,
      version: world.version,
      host,
      port,
      tls,
      allowedOrigins,
      trustProxy,
      unreadyMs: UNREADY_MS,
    })
  } catch (error) {
    await relay.stop()
    throw error
  }
}

/** Tells where it listens: to a person in words that can be pasted, to a program in one line of JSON. */
async function announce(call: Call, settings: ServeSettings, port: number, token: string | null) {
  const { terminal } = call.world
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host
  const url = `${settings.tlsFiles === null ? 'ws' : 'wss'}://${host}:${port}`
  if (terminal.stdout.isTTY !== true) {
    await terminal.print(`${JSON.stringify({ url, ...(token === null ? {} : { token }) })}\n`)
    return
  }
  const paste =
    token === null
      ? ''
      : `\nIn another terminal:\n\n  AXISOR_RELAY_TOKEN=${token} axisor watch --relay ${url}\n`
  const what = settings.demo ? 'A relay with simulated data' : 'The relay'
  await terminal.print(`${what} listens on ${url}. Ctrl-C ends it.\n${paste}\n`)
}

/** The second signal ends at once, and so does a stop that takes too long. */
function impatience({ world }: Call, code: ExitCode): { readonly over: Promise<ExitCode>; end(): void } {
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

/** Serves accounts to clients that hold no key, until a signal. */
export const relayServe: Command = async call => {
  const settings = serveSettingsOf(call)
  const sources = await openSources(call, settings)
  try {
    const server = await serve(call, settings, sources)
    await announce(call, settings, server.port, sources.token)
    const code = await call.stopped
    const { over, end } = impatience(call, code)
    const stopped = server.stop().then(() => code)
    return await Promise.race([stopped, over]).finally(end)
  } finally {
    await sources.upstreams.close()
    await sources.store.close()
  }
}
