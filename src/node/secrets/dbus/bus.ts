import { connect, type Socket } from 'node:net'
import { type BusCall, type BusReply, decodeReply, encodeCall, messageLength } from './bus-wire.ts'

const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const

/** Longer than any line of the greeting. */
const MAX_GREETING_BYTES = 16 * 1024

/** A connection to a message bus. When it is lost, every call that waits is rejected with an Error of Node. */
export interface Bus {
  /** The single value of the answer. Throws BusRefusal for an error as the answer. */
  call(call: BusCall): Promise<string | boolean | null>
  /** Calls the bus itself. */
  ask(member: string, ...args: readonly string[]): Promise<string | boolean | null>
  close(): void
}

/** An error that somebody on the bus answered with; its message is the error's name. */
export class BusRefusal extends Error {}

interface Waiting {
  resolve(reply: BusReply): void
  reject(error: Error): void
}

/** Two phases on one socket: lines of text until we are let in, then messages. */
class SocketBus implements Bus {
  readonly #socket: Socket
  readonly #waiting = new Map<number, Waiting>()
  #received: Buffer = Buffer.alloc(0)
  #serial = 0
  /** Why nothing more can be asked. */
  #ended: Error | null = null
  /** Null once we are let in. */
  #greeting: { resolve(): void; reject(error: Error): void } | null = null

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (data: Buffer) => this.#hear(data))
    socket.on('error', error => this.#end(error))
    socket.on('close', () => this.#end(new Error('the bus closed the connection')))
  }

  /** SASL EXTERNAL: the kernel tells the bus who we are, we only say the same. */
  greet(uid: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#greeting = { resolve, reject }
      this.#socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(uid)).toString('hex')}\r\n`)
    })
  }

  async call(call: BusCall): Promise<string | boolean | null> {
    const reply = await new Promise<BusReply>((resolve, reject) => {
      this.#serial += 1
      this.#waiting.set(this.#serial, { resolve, reject })
      if (this.#ended !== null) this.#end(this.#ended)
      else this.#socket.write(encodeCall(call, this.#serial))
    })
    if ('error' in reply) throw new BusRefusal(reply.error)
    return reply.value
  }

  ask(member: string, ...args: readonly string[]): Promise<string | boolean | null> {
    return this.call({ ...BUS, member, args })
  }

  close(): void {
    this.#socket.destroy()
  }

  #hear(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data])
    try {
      if (this.#greeting !== null) this.#hearLine(this.#greeting)
      if (this.#greeting === null) this.#hearMessages()
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #hearLine(greeting: { resolve(): void }): void {
    const end = this.#received.indexOf('\r\n')
    if (end === -1 && this.#received.length <= MAX_GREETING_BYTES) return
    const line = this.#received.toString('latin1', 0, Math.max(end, 0))
    if (!line.startsWith('OK ')) throw new Error('the bus did not let us in')
    this.#received = this.#received.subarray(end + 2)
    this.#greeting = null
    this.#socket.write('BEGIN\r\n')
    greeting.resolve()
  }

  #hearMessages(): void {
    for (;;) {
      const length = messageLength(this.#received)
      if (length === null || this.#received.length < length) return
      const reply = decodeReply(this.#received.subarray(0, length))
      this.#received = this.#received.subarray(length)
      if (reply === null) continue
      this.#waiting.get(reply.to)?.resolve(reply)
      this.#waiting.delete(reply.to)
    }
  }

  #end(error: Error): void {
    this.#ended ??= error
    this.#socket.destroy()
    this.#greeting?.reject(this.#ended)
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
  }
}

/**
 * Connects to a bus and introduces us. It waits as long as it takes: who calls it sets the limit, and ends it by `onSocket`, which gets
 * what closes the connection.
 */
export async function openBus(path: string, onSocket: (close: () => void) => void): Promise<Bus> {
  const socket = connect(path)
  onSocket(() => socket.destroy())
  const bus = new SocketBus(socket)
  await bus.greet(process.getuid?.() ?? 0)
  await bus.ask('Hello')
  return bus
}
