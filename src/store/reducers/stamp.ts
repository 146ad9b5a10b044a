import type { Stamped } from '../../domain/stamp.ts'

/** Marks a value with the times of the event that brought it. */
export type Stamp = <T>(value: T) => Stamped<T>
