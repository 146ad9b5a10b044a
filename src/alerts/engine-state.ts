import type { Alert, RecentAlert } from '../domain/alerts/alert.ts'
import type { CloseReason } from '../domain/snapshot.ts'
import type { State } from '../store/state.ts'
import type { PositionRow } from '../store/view.ts'
import type { ValueWindow } from './value-window.ts'

/** An alert with what is known about its notices. */
export interface FiringAlert {
  readonly alert: Alert
  /** The rule that found it, and the key of its condition. */
  readonly ruleName: string
  readonly key: string
  /** When its condition was last evaluated, and its sentence then. While it is held, the sentence of the alert ends with the age. */
  readonly foundAt: number
  readonly foundMessage: string
  /** Number of notices made. */
  readonly notices: number
  /** When the last notice was made; null if none was, as in quiet hours. */
  readonly noticedAt: number | null
  /** Level of the last notice; null as above. */
  readonly noticedLevel: Alert['level'] | null
  /** Channels of the last notice, which also receive the end; null for all. */
  readonly channels: readonly string[] | null
  /** Ends only by acknowledgement: its condition is an event. */
  readonly isLatched: boolean
}

/** A position with its distance to liquidation at the last price, a signed fraction of the mark; null if unknown. */
export type SeenPosition = Pick<PositionRow, 'position' | 'liquidationDistance'>

/** A position that is missing without a known end. */
export interface MissingPosition extends SeenPosition {
  readonly since: number
  /** Time without sight before it was missed, in ms. */
  readonly unseenMs: number
}

/** A position whose end was reported without its result. `since`: when its end was found. */
export interface UnsettledEnd extends MissingPosition {
  readonly why: Exclude<CloseReason, 'canceled' | 'filled'>
}

/** A position that is known to have ended; `at` is the exchange's clock. */
export interface KnownEnd {
  readonly id: string
  readonly at: number
}

/** What is known about a listing of ended positions. Times are the exchange's clock. */
export interface ListedEnds {
  /** Positions that ended until then are not reported from the listing; null before the first data. */
  readonly after: number | null
  /** Ends of about that time and later that need no report. */
  readonly known: readonly KnownEnd[]
}

/** No notices of a rule until a time, our clock. `rule`: null for all rules. */
export interface Snooze {
  readonly rule: string | null
  readonly until: number
}

/** What the engine remembers between evaluations. Times are our clock. */
export interface EngineState {
  readonly startedAt: number
  /** Network and user name of the account that this memory is about; null until they are known. */
  readonly account: string | null
  /** The alerts are about simulated data. */
  readonly simulated: boolean
  /** Time of the newest data with which prices and positions were in sight; null before the first. */
  readonly seenAt: number | null
  /** Length of the last time without sight, in ms; 0 before the first. */
  readonly lastGapMs: number
  /** When an evaluation last had prices and positions in sight. Not stored. */
  readonly sightedAt: number | null
  /** When the link was lost; null while it is live. */
  readonly linkLostAt: number | null
  /** By `RULE KEY`. */
  readonly firing: ReadonlyMap<string, FiringAlert>
  /** Of the last hour, newest last. */
  readonly recent: readonly RecentAlert[]
  readonly snoozes: readonly Snooze[]
  /** Positions that were open at the last evaluation. */
  readonly open: readonly SeenPosition[]
  readonly missing: readonly MissingPosition[]
  readonly unsettled: readonly UnsettledEnd[]
  readonly closedTrades: ListedEnds
  /** Of the cross position, by the fill that ended it. */
  readonly crossRounds: ListedEnds
  /** The history that was evaluated last. Not stored. */
  readonly readHistory: State['history']
  /** The last event that was evaluated, and its time: a restarted program starts with other events. */
  readonly lastEvent: State['events'][number] | null
  readonly lastEventAt: number
  /** Windows of the rules about changes. Not stored: they fill again. */
  readonly windows: Map<string, ValueWindow>
}

/** How long ended alerts are listed. */
export const RECENT_MS = 3_600_000

/** The most alerts that are listed as recent. */
export const MAX_RECENT = 500

/** The state before the first evaluation. */
export function initialEngineState(now: number): EngineState {
  return {
    startedAt: now,
    account: null,
    simulated: false,
    seenAt: null,
    lastGapMs: 0,
    sightedAt: null,
    linkLostAt: null,
    firing: new Map(),
    recent: [],
    snoozes: [],
    open: [],
    missing: [],
    unsettled: [],
    closedTrades: { after: null, known: [] },
    crossRounds: { after: null, known: [] },
    readHistory: null,
    lastEvent: null,
    lastEventAt: now,
    windows: new Map(),
  }
}
