/**
 * A value with its two times, both in milliseconds since 1970.
 * `sourceAt` is the exchange's own clock (null when the message carries no time), `receivedAt` our clock on arrival.
 */
export interface Stamped<T> {
  readonly value: T
  readonly sourceAt: number | null
  readonly receivedAt: number
}
