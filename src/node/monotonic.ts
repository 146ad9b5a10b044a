/**
 * Milliseconds since boot. Avoids `performance.now`, whose module takes 1 ms of each start, and a `bigint`, which takes twice as
 * long: a relay reads the clock for each frame.
 */
export function monotonicNow(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}
