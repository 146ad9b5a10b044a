import type { Dispatcher } from 'undici'
import Pool from 'undici/lib/dispatcher/pool.js'
import { AxisorError } from '../domain/error.ts'
import type { Http, HttpReply } from '../ports/net.ts'
import { networkError } from './network-error.ts'

const MOST_BYTES = 8 * 1024 * 1024
/** As many as the requests of one picture that go out together. */
const CONNECTIONS = 6
/** Longer than the pause between two readings, so that a connection is used again. */
const KEEP_ALIVE_MS = 30_000

type Headers = Record<string, string | string[] | undefined>

function flatHeaders(headers: Headers): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}

/** Collects one reply, and answers once: with the reply, or with why there is none. */
class Collector implements Dispatcher.DispatchHandler {
  readonly #host: string
  readonly #timeoutMs: number
  readonly #resolve: (reply: HttpReply) => void
  readonly #reject: (error: AxisorError) => void
  readonly #chunks: Buffer[] = []
  readonly #timer: NodeJS.Timeout
  #bytes = 0
  #status = 0
  #headers: Record<string, string> = {}
  #controller: Dispatcher.DispatchController | null = null
  #over = false

  constructor(
    host: string,
    timeoutMs: number,
    resolve: (reply: HttpReply) => void,
    reject: (error: AxisorError) => void,
  ) {
    this.#host = host
    this.#timeoutMs = timeoutMs
    this.#resolve = resolve
    this.#reject = reject
    this.#timer = setTimeout(() => this.#expire(), timeoutMs)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // The time may have run out while the request waited for a connection.
    if (this.#over) controller.abort(new Error('given up'))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#status = status
    this.#headers = flatHeaders(headers)
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > MOST_BYTES) {
      this.#fail(new AxisorError('unreadable', `${this.#host} sent more than 8 MiB`))
    } else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    if (!this.#end()) return
    try {
      const body = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(this.#chunks))
      this.#resolve({ status: this.#status, headers: this.#headers, body })
    } catch {
      this.#reject(new AxisorError('unreadable', `${this.#host} sent something that is not text`))
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(networkError(error, this.#host))
  }

  #expire(): void {
    const seconds = Math.round(this.#timeoutMs / 100) / 10
    this.#fail(
      new AxisorError('timeout', `${this.#host} did not answer within ${seconds} s`, {
        hint: 'Check the network; the exchange may be slow.',
      }),
    )
  }

  #fail(error: AxisorError): void {
    if (!this.#end()) return
    this.#reject(error)
    this.#controller?.abort(error)
  }

  #end(): boolean {
    if (this.#over) return false
    this.#over = true
    clearTimeout(this.#timer)
    return true
  }
}

/** HTTP over undici: connections are kept and used again, the target goes out byte for byte, redirects are not followed. */
export function openHttp(): Http {
  const pools = new Map<string, Pool>()

  function poolOf(origin: string): Pool {
    const known = pools.get(origin)
    if (known !== undefined) return known
    const pool = new Pool(origin, {
      connections: CONNECTIONS,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
    })
    pools.set(origin, pool)
    return pool
  }

  return {
    get: (origin, target, headers, timeoutMs) =>
      new Promise((resolve, reject) => {
        const collector = new Collector(new URL(origin).host, timeoutMs, resolve, reject)
        poolOf(origin).dispatch({ method: 'GET', path: target, headers: { ...headers } }, collector)
      }),
    close: () => {
      for (const pool of pools.values()) void pool.destroy()
      pools.clear()
    },
  }
}
