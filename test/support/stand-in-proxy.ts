import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What a proxy does with a request for a tunnel. */
export type TunnelReply =
  /** Connects to this port of 127.0.0.1. `speaksFirst`: the first bytes of the server arrive in one segment with the reply of the proxy. */
  | { readonly port: number; readonly speaksFirst?: boolean }
  /** A status of HTTP, or a code of SOCKS 5. */
  | { readonly refuse: number }
  | 'hang'
  | 'cut'
  | 'garbage'
  /** Reports success, then closes the connection. */
  | 'cut-after'

export interface StandInOptions {
  readonly reply: (target: string) => TunnelReply
  /** Required if not null, `user:password`. */
  readonly credentials?: string | null
}

/** A proxy for HTTP CONNECT and SOCKS 5 on one port of 127.0.0.1. */
export interface StandInProxy {
  readonly port: number
  /** Requested targets as they arrived, `host:port`: an address shows that the client resolved the name. */
  readonly targets: readonly string[]
  /** `user:password` of each request; empty if it had none. */
  readonly credentials: readonly string[]
  close(): Promise<void>
}

/** Reads a socket by exact lengths and to an empty line. */
class Reader {
  #bytes = Buffer.alloc(0)
  #wake = (): void => {}
  readonly #socket: Socket
  readonly #keep = (chunk: Buffer): void => {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    this.#wake()
  }

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', this.#keep)
  }

  async #until(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) {
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  async peek(): Promise<number> {
    await this.#until(() => this.#bytes.length > 0)
    return this.#bytes[0] ?? 0
  }

  async take(length: number): Promise<Buffer> {
    await this.#until(() => this.#bytes.length >= length)
    const taken = this.#bytes.subarray(0, length)
    this.#bytes = this.#bytes.subarray(length)
    return taken
  }

  async head(): Promise<string> {
    await this.#until(() => this.#bytes.includes('\r\n\r\n'))
    return (await this.take(this.#bytes.indexOf('\r\n\r\n') + 4)).toString('latin1')
  }

  /** Ends reading; returns what was read too early. */
  release(): Buffer {
    this.#socket.off('data', this.#keep)
    return this.#bytes
  }
}

/** One request for a tunnel, in either protocol. */
interface TunnelRequest {
  readonly target: string
  readonly credentials: string
  readonly accepted: Buffer
  refused(code: number): Buffer
}

async function connectRequest(reader: Reader): Promise<TunnelRequest> {
  const head = await reader.head()
  const [, target = ''] = /^CONNECT (\S+) /.exec(head) ?? []
  const [, encoded = ''] = /\r\nproxy-authorization: Basic (\S+)/i.exec(head) ?? []
  return {
    target,
    credentials: Buffer.from(encoded, 'base64').toString('utf8'),
    accepted: Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n'),
    refused: status => Buffer.from(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`),
  }
}

async function socksRequest(reader: Reader, socket: Socket, needs: boolean): Promise<TunnelRequest | null> {
  const [, count = 0] = await reader.take(2)
  const methods = [...(await reader.take(count))]
  const method = needs ? 2 : 0
  if (!methods.includes(method)) {
    socket.end(Buffer.from([5, 0xff]))
    return null
  }
  socket.write(Buffer.from([5, method]))
  let credentials = ''
  if (needs) {
    const [, userLength = 0] = await reader.take(2)
    const user = await reader.take(userLength)
    const [passwordLength = 0] = await reader.take(1)
    credentials = `${user}:${await reader.take(passwordLength)}`
    socket.write(Buffer.from([1, 0]))
  }
  const [, , , type = 0] = await reader.take(4)
  const length = type === 1 ? 4 : type === 4 ? 16 : ((await reader.take(1))[0] ?? 0)
  const address = await reader.take(length)
  const host = type === 3 ? address.toString('latin1') : [...address].join('.')
  const port = (await reader.take(2)).readUInt16BE()
  const reply = (code: number) => Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0])
  return { target: `${host}:${port}`, credentials, accepted: reply(0), refused: reply }
}

/** Opens a proxy on a free port. */
export async function openStandInProxy({ reply, credentials = null }: StandInOptions): Promise<StandInProxy> {
  const targets: string[] = []
  const given: string[] = []
  const open = new Set<Socket>()

  function tunnel(
    socket: Socket,
    reader: Reader,
    { port, speaksFirst = false }: Extract<TunnelReply, { port: number }>,
    accepted: Buffer,
  ): void {
    const far = connect(port, '127.0.0.1')
    open.add(far)
    far.on('error', () => socket.destroy())
    far.on('close', () => socket.destroy())
    socket.on('close', () => far.destroy())
    far.once('connect', () => {
      far.write(reader.release())
      socket.pipe(far)
      if (!speaksFirst) {
        socket.write(accepted)
        far.pipe(socket)
        return
      }
      far.once('data', (first: Buffer) => {
        socket.write(Buffer.concat([accepted, first]))
        far.pipe(socket)
      })
    })
  }

  async function serve(socket: Socket): Promise<void> {
    const reader = new Reader(socket)
    const isSocks = (await reader.peek()) === 5
    const request = isSocks
      ? await socksRequest(reader, socket, credentials !== null)
      : await connectRequest(reader)
    if (request === null) return
    targets.push(request.target)
    given.push(request.credentials)
    if (credentials !== null && request.credentials !== credentials) {
      socket.end(request.refused(isSocks ? 1 : 407))
      return
    }
    const answer = reply(request.target)
    if (answer === 'hang') return
    if (answer === 'cut') socket.destroy()
    else if (answer === 'garbage') socket.end('SSH-2.0-OpenSSH_9.2p1\r\n')
    else if (answer === 'cut-after') socket.end(request.accepted)
    else if ('refuse' in answer) socket.end(request.refused(answer.refuse))
    else tunnel(socket, reader, answer, request.accepted)
  }

  const server = createServer(socket => {
    open.add(socket)
    socket.on('error', () => {})
    void serve(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    targets,
    credentials: given,
    close() {
      for (const socket of open) socket.destroy()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
