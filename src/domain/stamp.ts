/**
 * A value with two times, in ms since 1970. `receivedAt` is the arrival, our clock. `sourceAt` is the exchange's time of sending, its
 * clock, or null if the message has none: most REST replies. A time of last change does not count.
 */
export interface Stamped<T> {
  readonly value: T
  readonly sourceAt: number | null
  readonly receivedAt: number
}
