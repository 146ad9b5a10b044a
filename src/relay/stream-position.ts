/** A position in the numbered stream of messages. */
export interface StreamPosition {
  readonly epoch: string
  readonly seq: number
}
