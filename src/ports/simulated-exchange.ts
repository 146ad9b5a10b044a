/** An HTTP request as received by a server. */
export interface ExchangeRequest {
  readonly method: string
  /** The raw request target: path and query, byte for byte. */
  readonly target: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
  /** Address of the client, for the rate limit of unsigned requests. */
  readonly peer: string
}

/** The response. The server sends it after `delayMs`, or never if that is infinite. */
export interface ExchangeResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What is sent in place of `body`: its encoded form. */
  readonly bytes?: Uint8Array
  readonly delayMs: number
}

/** The server side of a WebSocket. */
export interface StreamConnection {
  send(text: string): void
  /** Closes with a close handshake. */
  close(code: number): void
  /** Drops the connection without a close handshake: the client sees code 1006. */
  cut(): void
}

/** A session of the stream. */
export interface StreamSession {
  /** Handles a text frame of the client. */
  receive(text: string): void
  /** Called when the client has disconnected; the session sends nothing afterwards. */
  closed(): void
}

/** API key in clear text, for the simulated exchange only. */
export interface PlainCredentials {
  readonly key: string
  readonly secret: string
  readonly passphrase: string
}

/** A simulated exchange, independent of its transport: memory or real sockets. */
export interface SimulatedExchange {
  /** A read-only key. */
  readonly credentials: PlainCredentials
  /** A key with write permissions; the simulator rejects writes anyway. */
  readonly writeCredentials: PlainCredentials
  handle(request: ExchangeRequest): ExchangeResponse
  openSession(wire: StreamConnection): StreamSession
  /** Executes a control command: the body of `POST /control`. */
  control(body: string): ExchangeResponse
  /** True while connections are rejected. */
  isDown(): boolean
  /** True while open sockets send nothing, not even pongs. */
  isMuted(): boolean
  /** Stops all timers and closes all sessions. */
  close(): void
}
