/** A reply of the status server. */
export interface StatusReply {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** A small HTTP server for monitoring. */
export interface StatusServer {
  /** The port in use. */
  readonly port: number
  close(): Promise<void>
}
