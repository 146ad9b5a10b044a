import type { AxisorError } from '../domain/error.ts'

/** A reply to a GET, with any status. Header names are lower case. */
export interface HttpReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** HTTP client limited to GET requests. */
export interface Http {
  /**
   * Sends a GET. `target` is the raw request target (path and query), sent byte for byte because the signature covers it. Redirects are
   * not followed.
   * @throws AxisorError unreachable, tls, timeout, unreadable (a body over 8 MiB or with damaged compression), or connection-lost (a kept-alive
   * connection was closed as it was reused: retry)
   */
  get(
    origin: string,
    target: string,
    headers: Readonly<Record<string, string>>,
    timeoutMs: number,
  ): Promise<HttpReply>
  /** Closes all connections; requests in flight fail. */
  close(): void
}

/** Callbacks of a socket. None is called after `closed`. `failed` is called at most once, just before `closed`. */
export interface SocketListener {
  opened(): void
  /** Called for a text frame. Binary frames and frames over 1 MiB close the socket. */
  text(data: string): void
  pong(): void
  failed(error: AxisorError): void
  /** `reason` is untrusted text from the peer. */
  closed(code: number, reason?: string): void
  /** Maps a rejected handshake to the error to report, or null for the default error. */
  unexpectedResponse?(status: number, headers: Readonly<Record<string, string>>): AxisorError | null
}

export interface Socket {
  /** Sends a text frame; has no effect unless the socket is open. */
  send(text: string): void
  ping(): void
  /** Closes the connection at once, without waiting for the peer. No further callbacks. */
  terminate(): void
}

/** Options of the WebSocket handshake. */
export interface Handshake {
  /** Request headers, such as `authorization`. */
  readonly headers: Readonly<Record<string, string>>
  /** Accepts compressed messages, without context takeover. The limit of 1 MiB applies to the decompressed message. */
  readonly compression: boolean
}

/** WebSocket client. */
export interface Sockets {
  /** Opens a WebSocket. Without `handshake`: no headers, no compression. */
  open(url: string, listener: SocketListener, handshake?: Handshake): Socket
}
