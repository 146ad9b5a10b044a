/** A reply of the status server. */
export interface StatusReply {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** Returns the reply to a path, or null for an unknown one. */
export type ReplyTo = (path: string) => StatusReply | null | Promise<StatusReply | null>

/** A small HTTP server for monitoring. */
export interface StatusServer {
  /** The port in use. */
  readonly port: number
  close(): Promise<void>
}
