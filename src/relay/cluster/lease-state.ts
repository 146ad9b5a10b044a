import type { AcquireRequest, LeaseRead, LeaseRecord, LeaseResult } from '../../ports/broker.ts'

/** How long leases last, and how often they are renewed. */
export interface LeaseTimes {
  /** A record that has not changed for so long may be taken by somebody else. Waited for with a timer, which never runs fast. */
  readonly ttlMs: number
  /**
   * The owner acts for so long after it *sent* a renewal that succeeded, by a clock that never runs slow. The difference to `ttlMs` covers
   * clocks of different speed: a fifth.
   */
  readonly safeMs: number
  readonly renewEveryMs: number
  /** A try that failed is repeated after this. */
  readonly retryMs: number
  /** An owner that already has many accounts lets others go first, by so much for each, up to `mostHandicapMs`. */
  readonly handicapMs: number
  readonly mostHandicapMs: number
}

/** As `relay serve --cluster` runs: an account of a relay that died lives elsewhere within 2 s. */
export const LEASE_TIMES: LeaseTimes = {
  ttlMs: 1_500,
  safeMs: 1_200,
  renewEveryMs: 400,
  retryMs: 100,
  handicapMs: 10,
  mostHandicapMs: 200,
}

/** Who watches an account, as one relay knows it. */
export type LeaseState = {
  /** This watch of this process; different for each. */
  readonly owner: string
  /** The highest fence ever seen. */
  readonly floor: number
  /** Counts requests and timers; what answers an older one is ignored. */
  readonly turn: number
} & (
  | { readonly role: 'idle' | 'ended' }
  /** `heard`: the newest record that was told while the answer is under way, and may be newer than that. */
  | { readonly role: 'looking'; readonly heard: LeaseRecord | null }
  /** Somebody else holds it, or may: `watched` must not change while the timer runs. `whole`: it runs for the whole time of a lease. */
  | { readonly role: 'following'; readonly watched: LeaseRecord | null; readonly whole: boolean }
  | { readonly role: 'taking'; readonly sentAt: number; readonly heard: LeaseRecord | null }
  /** `safeUntil` (our clock): from then on the lease may be another's. */
  | { readonly role: 'owning'; readonly held: LeaseRecord; readonly safeUntil: number }
)

/** What can happen. `turn` says to which request or timer it belongs. */
export type LeaseInput =
  | { readonly type: 'start' | 'stop' }
  | { readonly type: 'read'; readonly turn: number; readonly seen: LeaseRead }
  /** The broker told of a change of the record. */
  | { readonly type: 'changed'; readonly record: LeaseRecord }
  | { readonly type: 'acquired'; readonly turn: number; readonly result: LeaseResult }
  /** A renewal of that fence, sent at that time, was answered. */
  | {
      readonly type: 'renewed'
      readonly fence: number
      readonly sentAt: number
      readonly result: LeaseResult
    }
  /** A look or a taking was not answered. */
  | { readonly type: 'failed'; readonly turn: number }
  | { readonly type: 'timer'; readonly turn: number }
  /** Messages may have been lost. */
  | { readonly type: 'reconnected' }
  /** The deadline of the lease may have come; so it may with every other input. */
  | { readonly type: 'lapsed' }

/** What the runner must do, in order. Answers come back as inputs with the same turn. */
export type LeaseEffect =
  | { readonly type: 'look'; readonly turn: number }
  | { readonly type: 'take'; readonly turn: number; readonly taking: AcquireRequest }
  | { readonly type: 'renew'; readonly held: LeaseRecord; readonly sentAt: number }
  | { readonly type: 'release'; readonly held: LeaseRecord }
  /** Ring after so long; replaces the timer before. */
  | { readonly type: 'wait'; readonly turn: number; readonly ms: number }
  /** Begin to watch the exchange. */
  | { readonly type: 'own'; readonly held: LeaseRecord }
  /** Stop at once. */
  | { readonly type: 'disown' }

/** A step's outcome. */
export interface LeaseTransition {
  readonly next: LeaseState
  readonly effects: readonly LeaseEffect[]
}

/** What a step must know besides: the times, and how many accounts this process owns, for those with fewer go first. */
export interface LeaseContext {
  readonly times: LeaseTimes
  readonly owned: number
}

/** Before the start. */
export function initialLease(owner: string): LeaseState {
  return { owner, floor: 0, turn: 0, role: 'idle' }
}

/** True while this process, and no other, may speak with the exchange about the account. Asked again before each single act. */
export function holdsLease(ownership: LeaseState, now: number): boolean {
  return ownership.role === 'owning' && now < ownership.safeUntil
}
