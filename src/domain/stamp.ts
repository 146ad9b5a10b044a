/**
 * A value with its two times, both in milliseconds since 1970.
 * `sourceAt` is when the exchange said it, by its clock (null when the message carries no such time: most REST replies; a time of
 * last change is not one), `receivedAt` our clock on arrival.
 */
export interface Stamped<T> {
  readonly value: T
  readonly sourceAt: number | null
  readonly receivedAt: number
}
