import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP proxy in front of a local server that can inject faults. */
export interface TcpProxy {
  readonly port: number
  /** Destroys all connections. */
  cut(): void
  /** If true, destroys new connections at once. */
  down(isDown: boolean): void
  /** If true, drops all data from the server on WebSockets; HTTP continues. */
  mute(isMuted: boolean): void
  /** Injects bytes into every WebSocket, as if the server had sent them. */
  inject(bytes: Uint8Array): void
  close(): Promise<void>
}

interface Pair {
  readonly near: Socket
  readonly far: Socket
  isWebSocket: boolean
  /** Tracks frame boundaries in the data of the server. */
  readonly frames: FrameEnds
  /** Bytes to inject at the next frame boundary. */
  waiting: Uint8Array[]
}

/** Parses the data of a WebSocket server to find frame boundaries. */
class FrameEnds {
  #head = ''
  #upgraded = false
  #header: number[] = []
  #left = 0

  /** Consumes the next bytes; true if they end at a frame boundary. */
  take(bytes: Uint8Array): boolean {
    for (const byte of bytes) {
      if (!this.#upgraded) {
        this.#head = `${this.#head}${String.fromCharCode(byte)}`.slice(-4)
        this.#upgraded = this.#head === '\r\n\r\n'
      } else if (this.#left > 0) this.#left -= 1
      else this.#begin(byte)
    }
    return this.#upgraded && this.#left === 0 && this.#header.length === 0
  }

  #begin(byte: number): void {
    this.#header.push(byte)
    const [, length = 0] = this.#header
    const needed = length < 126 ? 2 : length === 126 ? 4 : 10
    if (this.#header.length < 2 || this.#header.length < needed) return
    const extended = this.#header.slice(2).reduce((sum, each) => sum * 256 + each, 0)
    this.#left = needed === 2 ? length : extended
    this.#header = []
  }
}

/** Opens a proxy. `portOf` is called for each connection, because servers may restart on another port. */
export async function openTcpProxy(portOf: () => number): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  let isDown = false
  let isMuted = false

  const server = createServer(near => {
    near.on('error', () => {})
    if (isDown) {
      near.destroy()
      return
    }
    const far = connect(portOf(), '127.0.0.1')
    const pair: Pair = { near, far, isWebSocket: false, frames: new FrameEnds(), waiting: [] }
    pairs.add(pair)
    near.on('data', data => {
      if (/^GET \S*\/stream/.test(data.toString('latin1'))) pair.isWebSocket = true
      far.write(data)
    })
    far.on('data', (data: Buffer) => {
      if (!pair.isWebSocket) near.write(data)
      else if (!isMuted) {
        near.write(data)
        if (pair.frames.take(data)) for (const bytes of pair.waiting.splice(0)) near.write(bytes)
      }
    })
    far.on('error', () => near.destroy())
    near.on('close', () => {
      pairs.delete(pair)
      far.destroy()
    })
    far.on('close', () => near.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')

  const cut = (): void => {
    for (const { near } of pairs) near.destroy()
  }
  return {
    port: address.port,
    cut,
    down(value) {
      isDown = value
      if (isDown) cut()
    },
    mute(value) {
      isMuted = value
    },
    inject(bytes) {
      for (const { isWebSocket, waiting } of pairs) if (isWebSocket) waiting.push(bytes)
    },
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
