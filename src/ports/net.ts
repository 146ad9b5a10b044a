import type { AxisorError } from '../domain/error.ts'

/** A reply to a GET, whatever its status. Header names are lower case. */
export interface HttpReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** HTTP that can only read: there is no way to name another method. */
export interface Http {
  /**
   * Sends one GET. `target` is the raw request target (path and query) and goes on the wire byte for byte as given, because
   * the signature covers it. Redirects are not followed.
   * @throws AxisorError unreachable, tls, timeout, unreadable (a body over 8 MiB or not UTF-8), or connection-lost (a connection
   * that was kept was closed just as it was used again: worth another try)
   */
  get(
    origin: string,
    target: string,
    headers: Readonly<Record<string, string>>,
    timeoutMs: number,
  ): Promise<HttpReply>
  /** Gives connections back; requests under way fail. */
  close(): void
}

/** What a socket tells. After `closed` it says nothing more. `failed` comes at most once and just before `closed`. */
export interface SocketListener {
  opened(): void
  /** One text frame. Binary frames and frames over 1 MiB end the socket. */
  text(data: string): void
  pong(): void
  failed(error: AxisorError): void
  /** `reason` as the other side gave it; foreign text. */
  closed(code: number, reason?: string): void
  /** The handshake was answered with another status. The failure to tell of it; null or left out: the usual one. */
  unexpectedResponse?(status: number, headers: Readonly<Record<string, string>>): AxisorError | null
}

export interface Socket {
  /** Sends one text frame; does nothing on a socket that is not open. */
  send(text: string): void
  ping(): void
  /** Leaves at once, without waiting for the peer; the listener hears nothing more. */
  terminate(): void
}

/** What is said when a socket is opened. */
export interface Handshake {
  /** The place for a token. */
  readonly headers: Readonly<Record<string, string>>
  /** Agrees to compressed messages, each by itself. However small a message is on the way, unpacked it must not be over 1 MiB. */
  readonly compression: boolean
}

/** Opens WebSockets as a client. */
export interface Sockets {
  /** Without a handshake of its own: no headers, no compression. */
  open(url: string, listener: SocketListener, handshake?: Handshake): Socket
}
