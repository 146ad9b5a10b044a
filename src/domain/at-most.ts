import type { TimerClock } from './deadline-timer.ts'

/** Waits for a promise, at most `ms`. Resolves to its value, or to null after that time. @throws the error of the promise */
export async function atMost<T>(
  clock: Pick<TimerClock, 'after'>,
  ms: number,
  promise: Promise<T>,
): Promise<T | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>()
  const cancel = clock.after(ms, () => resolve(null))
  try {
    return await Promise.race([promise, late])
  } finally {
    cancel()
  }
}
