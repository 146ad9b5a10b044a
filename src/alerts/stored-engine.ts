import type { EngineState } from './engine-state.ts'
import { initialEngineState } from './engine-state.ts'
import { isStoredState, type StoredState } from './stored-shape.ts'

/** Version of the stored form. Another version is ignored: the engine then starts without a memory. */
const VERSION = 1

/** Returns the memory of the engine as JSON, for the next start and for a host that takes over. */
export function encodeEngineState(state: EngineState): string {
  const { simulated, seenAt, lastGapMs, recent, snoozes, missing, lastEventAt } = state
  const stored: StoredState = {
    version: VERSION,
    ...{ simulated, seenAt, lastGapMs, recent, snoozes, missing, lastEventAt },
    open: state.open.map(({ position, liquidationDistance }) => ({ position, liquidationDistance })),
    firing: [...state.firing],
  }
  return JSON.stringify(stored)
}

/**
 * Returns the engine's state from its stored form at the start of a program, or the initial one if the form is of another version or
 * unreadable. Times later than `now`, after the clock was set back, become `now`: a repeat must not wait for them.
 */
export function decodeEngineState(text: string | null, now: number): EngineState {
  const initial = initialEngineState(now)
  const stored = text === null ? null : parsed(text)
  if (stored === null) return initial
  const past = (at: number): number => Math.min(at, now)
  return {
    ...initial,
    simulated: stored.simulated,
    seenAt: stored.seenAt === null ? null : past(stored.seenAt),
    lastGapMs: stored.lastGapMs,
    snoozes: stored.snoozes,
    open: stored.open,
    missing: stored.missing.map(each => ({ ...each, since: past(each.since) })),
    lastEventAt: past(stored.lastEventAt),
    recent: stored.recent.map(each => ({ ...each, endedAt: past(each.endedAt) })),
    firing: new Map(
      stored.firing.map(([key, each]) => [
        key,
        {
          ...each,
          foundAt: past(each.foundAt),
          noticedAt: each.noticedAt === null ? null : past(each.noticedAt),
        },
      ]),
    ),
  }
}

function parsed(text: string): StoredState | null {
  try {
    const value: unknown = JSON.parse(text)
    return isStoredState(value) && value.version === VERSION ? value : null
  } catch {
    return null
  }
}
