import { once } from 'node:events'
import { WebSocket } from 'ws'
import { startProgram } from '../relay/program.ts'

/** A message of the old system, as far as its tests read it. */
interface OldMessage {
  readonly type: string
  readonly error?: string
  readonly data?: {
    readonly user: { readonly username: string | null }
    readonly positions: readonly unknown[] | null
  }
}

/** A client of the old system, which also sends a token. */
export class OldClient {
  readonly #socket: WebSocket
  readonly #messages: OldMessage[] = []
  #failure: Error | null = null
  #wake: () => void = () => {}

  constructor({ url, token }: Target) {
    this.#socket = new WebSocket(`${url}/ws`, { headers: { authorization: `Bearer ${token}` } })
    this.#socket.on('message', text => {
      this.#messages.push(JSON.parse(text.toString()) as OldMessage)
      this.#wake()
    })
    this.#socket.on('error', error => this.#fail(error))
    this.#socket.on('close', code => this.#fail(new Error(`closed with ${code}`)))
  }

  /** Resolves with the next message of a type. Rejects if the connection ends first. */
  async next(type: string): Promise<OldMessage> {
    for (;;) {
      const message = this.#messages.shift()
      if (message?.type === type) return message
      if (message?.type === 'error') throw new Error(message.error)
      if (message !== undefined) continue
      if (this.#failure !== null) throw this.#failure
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  /** Requests data. Resolves with the answer. */
  refresh(): Promise<OldMessage> {
    this.#socket.send(JSON.stringify({ type: 'refresh_data', userId: 'ignored' }))
    return this.next('data_update')
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#wake()
  }

  /** Cuts the connection without a close. */
  cut(): void {
    this.#socket.terminate()
  }
}

/** The relay that a test connects to. */
export interface Target {
  /** `ws://` or `wss://`, without a path. */
  readonly url: string
  readonly token: string
  /** Null for a relay that the test did not start. */
  readonly pid: number | null
}

/** The HTTP address of a path. */
export function httpUrl({ url }: Target, path: string): string {
  return `${url.replace(/^ws/, 'http')}${path}`
}

/** Runs a test against the relay of AXISOR_RELAY_URL and AXISOR_RELAY_TOKEN, or one with simulated data. */
export async function withRelay(work: (target: Target) => Promise<void>): Promise<void> {
  const { AXISOR_RELAY_URL: url, AXISOR_RELAY_TOKEN: token } = process.env
  if (url !== undefined && token !== undefined) return work({ url, token, pid: null })
  const program = await startProgram(100, 0)
  const { port, token: demoToken } = program.opened
  try {
    await work({ url: `ws://127.0.0.1:${port}`, token: demoToken, pid: program.pid ?? null })
  } finally {
    await program.kill()
  }
}
