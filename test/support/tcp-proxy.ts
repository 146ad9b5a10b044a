import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A wire in front of a server of this machine, with scissors. */
export interface TcpProxy {
  readonly port: number
  /** Ends all connections without a word. */
  cut(): void
  /** True: whoever connects is cut at once. */
  down(isDown: boolean): void
  /** True: nothing comes back on WebSockets any more; HTTP goes on. */
  mute(isMuted: boolean): void
  /** Puts bytes into every WebSocket, as if the server had sent them. */
  inject(bytes: Uint8Array): void
  close(): Promise<void>
}

interface Pair {
  readonly near: Socket
  readonly far: Socket
  isWebSocket: boolean
  /** Where frames end in what the server sends. */
  readonly frames: FrameEnds
  /** To be put in at the end of a frame. */
  waiting: Uint8Array[]
}

/** Follows what a WebSocket server sends, to know when it is between two frames. */
class FrameEnds {
  #head = ''
  #upgraded = false
  #header: number[] = []
  #left = 0

  /** Takes the next bytes; true when they end with a frame. */
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

/** Opens one in front of a port, which is asked for with each connection: servers come and go. */
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
