import type { AcquireRequest, LeaseRead, LeaseRecord, LeaseResult } from '../../ports/broker.ts'

/** Durations of leases, in milliseconds. */
export interface LeaseTimes {
  /**
   * A record that has not changed for this time may be acquired by another relay. Measured with a timer, which never
   * runs fast.
   */
  readonly ttlMs: number
  /**
   * The owner acts for this time after it *sent* a successful renewal, by a clock that never runs slow. The
   * difference to `ttlMs`, a fifth, covers clocks of different speed.
   */
  readonly safeMs: number
  readonly renewEveryMs: number
  /** Pause before a failed request is repeated. */
  readonly retryMs: number
  /** Delay per owned account, up to `maxHandicapMs`: relays with fewer accounts acquire first. */
  readonly handicapMs: number
  readonly maxHandicapMs: number
}

/** The durations of `relay serve --cluster`: after a crash another relay takes over within 2 s. */
export const LEASE_TIMES: LeaseTimes = {
  ttlMs: 1_500,
  safeMs: 1_200,
  renewEveryMs: 400,
  retryMs: 100,
  handicapMs: 10,
  maxHandicapMs: 200,
}

/** The ownership of an account, as known by one relay. */
export type LeaseState = {
  /** Random id of this lease holder. */
  readonly owner: string
  /** The highest fence seen. */
  readonly floor: number
  /** Counts requests and timers; replies to older ones are ignored. */
  readonly generation: number
} & (
  | { readonly role: 'idle' | 'ended' }
  /** `reported`: the latest record published while a reply is pending, which may be newer than the reply. */
  | { readonly role: 'reading'; readonly reported: LeaseRecord | null }
  /**
   * Another relay holds the lease, or may: `watched` must not change while the timer runs. `fullTtl`: the timer runs
   * for a full TTL.
   */
  | { readonly role: 'following'; readonly watched: LeaseRecord | null; readonly fullTtl: boolean }
  | { readonly role: 'acquiring'; readonly sentAt: number; readonly reported: LeaseRecord | null }
  /** `safeUntil` (our clock): after this another relay may hold the lease. */
  | { readonly role: 'owning'; readonly held: LeaseRecord; readonly safeUntil: number }
)

/** Inputs of the machine. `generation` identifies the request or timer. */
export type LeaseInput =
  | { readonly type: 'start' | 'stop' }
  | { readonly type: 'read'; readonly generation: number; readonly read: LeaseRead }
  /** The broker published a change of the record. */
  | { readonly type: 'changed'; readonly record: LeaseRecord }
  | { readonly type: 'acquired'; readonly generation: number; readonly result: LeaseResult }
  /** The reply to a renewal of that fence, sent at that time. */
  | {
      readonly type: 'renewed'
      readonly fence: number
      readonly sentAt: number
      readonly result: LeaseResult
    }
  /** A read or acquire request failed. */
  | { readonly type: 'failed'; readonly generation: number }
  | { readonly type: 'timer'; readonly generation: number }
  /** The broker is connected again; messages may have been lost. */
  | { readonly type: 'reconnected' }
  /** The deadline of the lease may have passed; every other input checks that too. */
  | { readonly type: 'lapsed' }

/** Effects to execute, in order. Replies come back as inputs of the same generation. */
export type LeaseEffect =
  | { readonly type: 'read'; readonly generation: number }
  | { readonly type: 'acquire'; readonly generation: number; readonly request: AcquireRequest }
  | { readonly type: 'renew'; readonly held: LeaseRecord; readonly sentAt: number }
  | { readonly type: 'release'; readonly held: LeaseRecord }
  /** Start a timer; it replaces the previous one. */
  | { readonly type: 'wait'; readonly generation: number; readonly ms: number }
  /** Start watching the exchange. */
  | { readonly type: 'own'; readonly held: LeaseRecord }
  /** Stop watching at once. */
  | { readonly type: 'disown' }

/** The result of a transition. */
export interface LeaseTransition {
  readonly next: LeaseState
  readonly effects: readonly LeaseEffect[]
}

/** Durations, and the number of accounts that this process owns. */
export interface LeaseContext {
  readonly times: LeaseTimes
  readonly owned: number
}

/** Returns the state before the start. */
export function initialLease(owner: string): LeaseState {
  return { owner, floor: 0, generation: 0, role: 'idle' }
}

/** Returns true while only this process may access the account on the exchange. Call it before every action. */
export function holdsLease(state: LeaseState, now: number): boolean {
  return state.role === 'owning' && now < state.safeUntil
}
