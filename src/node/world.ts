import { relative } from 'node:path'
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

/** The real world, and what `main` does to it when a bug ends the program. */
export interface NodeWorld extends World {
  /** Undoes, last first, what was registered with `onCrash`; an undoing that fails does not keep the others from it. */
  crash(): void
}

/** A script is named by the way to it from here; an installed program by its name. */
function invocationOf(script: string, from: string): string {
  return script.endsWith('.js') ? `node ${relative(from, script)}` : 'axisor'
}

/** Opens the real world; called once, by `main`. The network's clients are loaded when they are first asked for. */
export function openWorld(version: string): NodeWorld {
  const { env } = process
  const clock = openClock()
  const redactor = openRedactor(process.env)
  const crypto = openCrypto()
  const undoings = new Set<() => void>()
  return {
    version,
    invocation: invocationOf(process.argv[1] ?? '', process.cwd()),
    env,
    clock,
    random: openRandom(),
    hmac: hmacSha256,
    crypto,
    files: openFiles(),
    terminal: openTerminal(process, redactor.redact),
    signals: openSignals(),
    deflateMessage,
    yieldToEventLoop: then => void setImmediate(then),
    localOffsetMinutes: atMs => -new Date(atMs).getTimezoneOffset(),
    async openNet() {
      const [{ openHttp }, { openSockets }] = await Promise.all([
        import('./net/http.ts'),
        import('./net/sockets.ts'),
      ])
      return { http: openHttp(), sockets: openSockets() }
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
    async openRelayStore(database) {
      const { openRelayStore } = await import('./relay-store/open.ts')
      return openRelayStore(database, process.env)
    },
    async openBroker(address) {
      const { openRedisBroker } = await import('./broker/redis-broker.ts')
      return openRedisBroker(address)
    },
    onCrash(undo): Cancel {
      undoings.add(undo)
      return () => undoings.delete(undo)
    },
    crash() {
      for (const undo of [...undoings].reverse()) {
        try {
          undo()
        } catch {
          // The bug that ends the program is the one to report.
        }
      }
      undoings.clear()
    },
  }
}
