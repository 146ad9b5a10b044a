import { hostname } from 'node:os'
import { relative } from 'node:path'
import { isUtf8Locale } from '../domain/locale.ts'
import type { Cancel } from '../ports/clock.ts'
import type { World } from '../ports/world.ts'
import { openClock } from './clock.ts'
import { openCrypto } from './crypto.ts'
import { openFiles } from './files/files.ts'
import { hmacSha256 } from './hmac.ts'
import { deflateMessage } from './net/deflate.ts'
import { openRandom } from './random.ts'
import { openRedactor } from './redactor.ts'
import { openSignals } from './signals.ts'
import { openTerminal } from './terminal/terminal.ts'

/** The platform of the running process, with the crash handling of `main`. */
export interface NodeWorld extends World {
  /** Runs the handlers registered with `onCrash`, last first. A handler that throws does not stop the others. */
  crash(): void
}

/** The command that starts this program: `node PATH` for a script, the name of an installed program. */
function invocationOf(script: string, from: string): string {
  return script.endsWith('.js') ? `node ${relative(from, script)}` : 'axisor'
}

/** Opens the platform of this process; called once, by `main`. Network clients, stores and servers are loaded on first use. */
export function openWorld(version: string): NodeWorld {
  const { env } = process
  const clock = openClock()
  const redactor = openRedactor(process.env)
  const crypto = openCrypto()
  const userAgent = `axisor/${version}`
  const crashHandlers = new Set<() => void>()
  return {
    version,
    invocation: invocationOf(process.argv[1] ?? '', process.cwd()),
    env,
    clock,
    random: openRandom(),
    hmac: hmacSha256,
    crypto,
    files: openFiles(),
    terminal: openTerminal(process, { isUtf8: isUtf8Locale(env), redact: redactor.redact }),
    signals: openSignals(),
    deflateMessage,
    yieldToEventLoop: then => void setImmediate(then),
    localOffsetMinutes: atMs => -new Date(atMs).getTimezoneOffset(),
    async openNet(proxies) {
      const [{ openHttp }, { openSockets }] = await Promise.all([
        import('./net/http.ts'),
        import('./net/sockets.ts'),
      ])
      return { http: openHttp(userAgent, proxies), sockets: openSockets(userAgent, clock, proxies) }
    },
    async openSecrets(kind, options) {
      const { openSecrets } = await import('./secrets/open-secrets.ts')
      return openSecrets(kind, options, { env, crypto })
    },
    async serveExchange(exchange, port) {
      const { openSimulatorServer } = await import('./simulator/http-server.ts')
      return openSimulatorServer(exchange, { port, clock })
    },
    addRedaction: secret => redactor.add(secret.reveal()),
    redact: redactor.redact,
    async openRelayStore(database, use) {
      const { openRelayStore } = await import('./relay-store/open.ts')
      return openRelayStore(database, use, process.env)
    },
    async openRelayBackups(database) {
      const { openRelayBackups } = await import('./relay-store/open.ts')
      return openRelayBackups(database, process.env)
    },
    async openBroker(address) {
      const { openRedisBroker } = await import('./broker/redis-broker.ts')
      return openRedisBroker(address)
    },
    ...ledgerFiles(clock),
    ...alertServices(userAgent),
    onCrash(handler): Cancel {
      crashHandlers.add(handler)
      return () => crashHandlers.delete(handler)
    },
    crash() {
      for (const handler of [...crashHandlers].reverse()) {
        try {
          handler()
        } catch {
          // Only the bug that ended the program is reported.
        }
      }
      crashHandlers.clear()
    },
  }
}

/** What the address of a PostgreSQL reads from the environment. */
function postgresEnv(): Readonly<Record<string, string | undefined>> {
  const names = ['PGHOST', 'PGPORT', 'PGUSER', 'PGDATABASE', 'PGPASSWORD', 'USER']
  return Object.fromEntries(names.map(name => [name, process.env[name]]))
}

/** Opens, lists and deletes ledgers. */
function ledgerFiles(
  clock: World['clock'],
): Pick<
  World,
  'openLedger' | 'openHistory' | 'listLedgers' | 'removeLedger' | 'openLedgerWorker' | 'removeOtherLedgers'
> {
  const module = () => import('./ledger/open-ledger.ts')
  return {
    async openLedger(name) {
      const { openLedger, openMemoryLedger } = await module()
      return name === null ? openMemoryLedger() : openLedger(name, process.env)
    },
    async openHistory(name) {
      const { ledgerFilePath, openMemoryLedger } = await module()
      // The ledger in memory is small, and no other process can lock it.
      if (name === null) return openMemoryLedger()
      const { openThreadedLedger } = await import('./ledger/threaded-ledger.ts')
      return openThreadedLedger(ledgerFilePath(name, process.env))
    },
    listLedgers: async () => (await module()).listLedgers(process.env),
    removeLedger: async file => (await module()).removeLedger(file),
    async openLedgerWorker(place, writer, onCrash) {
      const { LedgerThread } = await import('./ledger/ledger-thread.ts')
      return new LedgerThread(
        { place: 'folder' in place ? place : { ...place, env: postgresEnv() }, writer },
        clock,
        onCrash,
      )
    },
    async removeOtherLedgers(folder, userIds) {
      const { removeOtherLedgers } = await import('./ledger/relay-ledgers.ts')
      removeOtherLedgers(folder, userIds)
    },
  }
}

/** What hosts of alerts need of the platform. */
function alertServices(
  userAgent: string,
): Pick<
  World,
  | 'openOutbox'
  | 'findOutbox'
  | 'openNotifier'
  | 'processId'
  | 'hostName'
  | 'openProcesses'
  | 'openServiceManager'
  | 'serveStatus'
> {
  const { env } = process
  return {
    async openOutbox(name) {
      const { openOutbox } = await import('./outbox/open-outbox.ts')
      return openOutbox(name, process.env)
    },
    async findOutbox(name) {
      const { findOutbox } = await import('./outbox/open-outbox.ts')
      return findOutbox(name, process.env)
    },
    async openNotifier(options) {
      const { openNotifier } = await import('./notify/notifier.ts')
      return openNotifier(options, { userAgent, env })
    },
    processId: process.pid,
    async openProcesses() {
      const { openProcesses } = await import('./processes.ts')
      return openProcesses()
    },
    hostName: hostname(),
    async openServiceManager() {
      const { openServiceManager } = await import('./service-manager.ts')
      return openServiceManager(env)
    },
    async serveStatus(host, port, reply) {
      const { openStatusServer } = await import('./status-server.ts')
      return openStatusServer(host, port, reply)
    },
  }
}
