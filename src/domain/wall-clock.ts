/** Converts a time of our clock to the wall clock, in ms since 1970, as the `Clock` port does. */
export type ToWall = (atMs: number) => number

/** The conversion while both clocks agree. */
export function sameTime(atMs: number): number {
  return atMs
}

/** Returns the exchange's clock minus the wall clock, from its offset to our clock. Both in ms; null if not measured. */
export function wallOffsetMs(clockOffsetMs: number | null, now: number, toWall: ToWall): number | null {
  return clockOffsetMs === null ? null : clockOffsetMs + now - toWall(now)
}

/** Returns the wall clock now, in ms since 1970. */
export function wallNow(clock: { nowMs(): number; toWall(atMs: number): number }): number {
  return clock.toWall(clock.nowMs())
}
