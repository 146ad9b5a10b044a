import { connect, type Socket } from 'node:net'
import { socketsOf } from './bus-address.ts'
import {
  type BusCall,
  type BusReply,
  type BusValue,
  decodeReply,
  encodeCall,
  messageLength,
} from './bus-wire.ts'
import { stringArgs } from './bus-writer.ts'

const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const

/** Longer than any line of the authentication. */
const MAX_AUTH_LINE_BYTES = 16 * 1024

/** A connection to a message bus. When it is lost, every pending call is rejected with an Error. */
export interface Bus {
  /** Calls a method and returns the single value of the reply. @throws BusError if the reply is an error */
  call(call: BusCall): Promise<BusValue>
  /** Calls a method of the bus itself. */
  callBus(member: string, ...args: readonly string[]): Promise<BusValue>
  close(): void
}

/** An error reply; its message is the name of the D-Bus error. */
export class BusError extends Error {}

interface PendingCall {
  resolve(reply: BusReply): void
  reject(error: Error): void
}

/** Two phases on one socket: text lines during authentication, then messages. */
class SocketBus implements Bus {
  readonly #socket: Socket
  readonly #pending = new Map<number, PendingCall>()
  #received: Buffer = Buffer.alloc(0)
  #serial = 0
  /** The reason why the connection ended; null while it is open. */
  #ended: Error | null = null
  /** Null once authenticated. */
  #authenticating: { resolve(): void; reject(error: Error): void } | null = null

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (data: Buffer) => this.#onData(data))
    socket.on('error', error => this.#end(error))
    socket.on('close', () => this.#end(new Error('the bus closed the connection')))
  }

  /** Authenticates with SASL EXTERNAL: the uid must equal the peer credentials that the kernel reports to the bus. */
  authenticate(uid: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#authenticating = { resolve, reject }
      this.#socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(uid)).toString('hex')}\r\n`)
    })
  }

  async call(call: BusCall): Promise<BusValue> {
    const reply = await new Promise<BusReply>((resolve, reject) => {
      this.#serial += 1
      this.#pending.set(this.#serial, { resolve, reject })
      if (this.#ended !== null) this.#end(this.#ended)
      else this.#socket.write(encodeCall(call, this.#serial))
    })
    if ('error' in reply) throw new BusError(reply.error)
    return reply.value
  }

  callBus(member: string, ...args: readonly string[]): Promise<BusValue> {
    return this.call({ ...BUS, member, args: stringArgs(...args) })
  }

  close(): void {
    this.#socket.destroy()
  }

  #onData(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data])
    try {
      if (this.#authenticating !== null) this.#readAuthReply(this.#authenticating)
      if (this.#authenticating === null) this.#readMessages()
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #readAuthReply(authenticating: { resolve(): void }): void {
    const end = this.#received.indexOf('\r\n')
    if (end === -1 && this.#received.length <= MAX_AUTH_LINE_BYTES) return
    const line = this.#received.toString('latin1', 0, Math.max(end, 0))
    if (!line.startsWith('OK ')) throw new Error('the bus rejected the authentication')
    this.#received = this.#received.subarray(end + 2)
    this.#authenticating = null
    this.#socket.write('BEGIN\r\n')
    authenticating.resolve()
  }

  #readMessages(): void {
    for (;;) {
      const length = messageLength(this.#received)
      if (length === null || this.#received.length < length) return
      const reply = decodeReply(this.#received.subarray(0, length))
      this.#received = this.#received.subarray(length)
      if (reply === null) continue
      this.#pending.get(reply.replySerial)?.resolve(reply)
      this.#pending.delete(reply.replySerial)
    }
  }

  #end(error: Error): void {
    this.#ended ??= error
    this.#socket.destroy()
    this.#authenticating?.reject(this.#ended)
    for (const { reject } of this.#pending.values()) reject(this.#ended)
    this.#pending.clear()
  }
}

/**
 * Connects to a bus and authenticates. Has no timeout: `onSocket` gets a function that closes the connection, with which the caller
 * sets its own.
 * @throws Error if the connection is lost or the authentication is rejected
 */
async function openBus(path: string, onSocket: (close: () => void) => void): Promise<Bus> {
  const socket = connect(path)
  onSocket(() => socket.destroy())
  const bus = new SocketBus(socket)
  await bus.authenticate(process.getuid?.() ?? 0)
  await bus.callBus('Hello')
  return bus
}

/**
 * Connects to the first local socket of a D-Bus address that accepts, as `openBus`.
 * @throws Error of the last socket
 */
export async function openBusAt(address: string, onSocket: (close: () => void) => void): Promise<Bus> {
  let reason: unknown = new Error('not a local socket')
  for (const path of socketsOf(address)) {
    try {
      return await openBus(path, onSocket)
    } catch (error) {
      reason = error
    }
  }
  throw reason
}
