import type { Alert } from '../domain/alerts/alert.ts'
import type { ToWall } from '../domain/wall-clock.ts'
import { type EngineState, initialEngineState } from './engine-state.ts'
import { isStoredState, type StoredState } from './stored-shape.ts'

/** Version of the stored form. Another version is ignored: the engine then starts without a memory. */
const VERSION = 1

/** The members of the stored form that have times. */
type Timed = Pick<
  StoredState,
  'seenAt' | 'recent' | 'snoozes' | 'missing' | 'unsettled' | 'lastEventAt' | 'firing'
>

/**
 * Returns the memory of the engine as JSON, for the next start and for a host that takes over. Its times are of the wall clock: our clock
 * differs from that of another process after the wall clock was set back.
 */
export function encodeEngineState(state: EngineState, toWall: ToWall): string {
  const { account, simulated, seenAt, lastGapMs, recent, snoozes, missing, unsettled, lastEventAt } = state
  const firing = [...state.firing]
  const stored: StoredState = {
    version: VERSION,
    ...{ account, simulated, lastGapMs, closedTrades: state.closedTrades, crossRounds: state.crossRounds },
    ...convertTimes({ seenAt, recent, snoozes, missing, unsettled, lastEventAt, firing }, toWall, toWall),
    open: state.open.map(({ position, liquidationDistance }) => ({ position, liquidationDistance })),
  }
  return JSON.stringify(stored)
}

/**
 * Returns the engine's state from its stored form at the start of a program, or the initial one if the form is of another version or
 * unreadable. Times later than `now` become `now`: a repeat must not wait for them.
 */
export function decodeEngineState(text: string | null, now: number, toWall: ToWall): EngineState {
  const initial = initialEngineState(now)
  const stored = text === null ? null : parsed(text)
  if (stored === null) return initial
  const { account, simulated, lastGapMs, open, closedTrades, crossRounds } = stored
  const toOurs = (wallMs: number): number => wallMs + now - toWall(now)
  const { firing, ...timed } = convertTimes(stored, wallMs => Math.min(toOurs(wallMs), now), toOurs)
  return {
    ...{ ...initial, account, simulated, lastGapMs, open, closedTrades, crossRounds },
    ...timed,
    firing: new Map(firing),
  }
}

/** Converts times that have passed with `past`, and the ends of snoozes with `until`. */
function convertTimes(
  { seenAt, recent, snoozes, missing, unsettled, lastEventAt, firing }: Timed,
  past: ToWall,
  until: ToWall,
): Timed {
  const alertOf = <T extends Pick<Alert, 'since'>>(alert: T): T => ({ ...alert, since: past(alert.since) })
  return {
    seenAt: seenAt === null ? null : past(seenAt),
    recent: recent.map(each => ({ ...alertOf(each), endedAt: past(each.endedAt) })),
    snoozes: snoozes.map(each => ({ ...each, until: until(each.until) })),
    missing: missing.map(each => ({ ...each, since: past(each.since) })),
    unsettled: unsettled.map(each => ({ ...each, since: past(each.since) })),
    lastEventAt: past(lastEventAt),
    firing: firing.map(([key, each]) => [
      key,
      {
        ...each,
        alert: alertOf(each.alert),
        foundAt: past(each.foundAt),
        noticedAt: each.noticedAt === null ? null : past(each.noticedAt),
      },
    ]),
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
