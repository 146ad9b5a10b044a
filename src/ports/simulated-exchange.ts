/** One HTTP request as a door received it. */
export interface ExchangeRequest {
  readonly method: string
  /** The raw request target: path and query, byte for byte. */
  readonly target: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
  /** Who asks, for the limit on unsigned requests. */
  readonly peer: string
}

/** The reply to it. The door keeps it back for `delayMs`. */
export interface ExchangeResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly delayMs: number
}

/** The exchange's end of one WebSocket. */
export interface StreamConnection {
  send(text: string): void
  /** Closes with a code, as a well-behaved server does. */
  close(code: number): void
  /** Ends the connection without a word: the client sees code 1006. */
  cut(): void
}

/** One stream connection. */
export interface StreamSession {
  /** One text frame from the client. */
  receive(text: string): void
  /** The client is gone; the session says nothing more. */
  closed(): void
}

/** A key pair in clear text: fit for a simulated exchange only. */
export interface PlainCredentials {
  readonly key: string
  readonly secret: string
  readonly passphrase: string
}

/** A simulated exchange as its doors see it: one brain behind memory and behind real sockets. */
export interface SimulatedExchange {
  /** May only read. */
  readonly credentials: PlainCredentials
  /** Has write scopes too; writing is refused all the same. */
  readonly writeCredentials: PlainCredentials
  handle(request: ExchangeRequest): ExchangeResponse
  openSession(wire: StreamConnection): StreamSession
  /** Works a knob: the body of `POST /control`. */
  control(body: string): ExchangeResponse
  /** True while nothing may connect. */
  isDown(): boolean
  /** True while open sockets must stay silent: no pong either. */
  isMuted(): boolean
  /** Stops time in the exchange and ends all sessions. */
  close(): void
}
