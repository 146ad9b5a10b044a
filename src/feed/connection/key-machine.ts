import type { AxisorError } from '../../domain/error.ts'
import type { KeyRefusal } from '../../domain/status.ts'
import type { Policy } from '../policy.ts'

/**
 * The exchange's verdict on the API key: a region of the connection's state, independent of the socket.
 * - `unproven`: never accepted. A refusal is final.
 * - `accepted`: accepted, now or by a record of an earlier run.
 * - `refused`: refused after it was accepted. Waits for the next attempt.
 * - `trying`: an attempt with the refused key is running.
 */
export interface KeyAccess {
  readonly state: 'unproven' | 'accepted' | 'refused' | 'trying'
  /** When `accepted` was entered, or when the refusals began; our clock. */
  readonly since: number
  /** Consecutive refusals. Reset once the key has been accepted for `stableMs`. */
  readonly attempt: number
  /** When the last refusal arrived, our clock. */
  readonly refusedAt: number
  /** When `refused` or `trying` times out, or null in the other states. */
  readonly deadlineAt: number | null
  readonly error: AxisorError | null
}

/** Inputs about the key. */
export type KeyInput =
  /** A request with the key was accepted; `everywhere` if none is refused any more. */
  | { readonly type: 'key-accepted'; readonly everywhere: boolean }
  /** A request with the key was refused; `everywhere` if none was accepted. */
  | { readonly type: 'key-refused'; readonly error: AxisorError; readonly everywhere: boolean }
  /** The user requests an attempt. */
  | { readonly type: 'key-requested' }

/** What a key input leads to. `final`: the refusal stops the feed. `attempt`: the key must be tried now. */
export interface KeyTransition {
  readonly key: KeyAccess
  readonly outcome: 'none' | 'attempt' | 'final'
}

/** The key before the first verdict of this run. `acceptedAt` is the record of an earlier run, or null if there is none. */
export function initialKey(acceptedAt: number | null): KeyAccess {
  const state = acceptedAt === null ? 'unproven' : 'accepted'
  const since = Number.NEGATIVE_INFINITY
  return { state, since, attempt: 0, refusedAt: since, deadlineAt: null, error: null }
}

/** A key in the middle of refusals that another feed has seen: the attempts go on where that one left off. */
export function refusedKey(refusal: KeyRefusal, now: number): KeyAccess {
  const { since, attempt, retryAt, error } = refusal
  return { state: 'refused', since, attempt, refusedAt: now, deadlineAt: retryAt ?? now, error }
}

/** The refusal to report, or null while the key is accepted or unproven. */
export function refusalOf({ state, since, attempt, deadlineAt, error }: KeyAccess): KeyRefusal | null {
  if (error === null || (state !== 'refused' && state !== 'trying')) return null
  return { since, attempt, retryAt: state === 'refused' ? deadlineAt : null, error }
}

function waitForAttempt(key: KeyAccess, now: number, policy: Policy): KeyAccess {
  const { refusedPausesMs } = policy
  const pauseMs = refusedPausesMs[Math.min(key.attempt, refusedPausesMs.length) - 1] ?? 0
  return { ...key, state: 'refused', deadlineAt: now + pauseMs }
}

function startAttempt(key: KeyAccess, now: number, policy: Policy): KeyTransition {
  return {
    key: { ...key, state: 'trying', deadlineAt: now + policy.keyAttemptMs },
    outcome: 'attempt',
  }
}

function refuse(
  key: KeyAccess,
  { error, everywhere }: Extract<KeyInput, { type: 'key-refused' }>,
  now: number,
  policy: Policy,
): KeyTransition {
  if (!policy.retryRefusedKey || key.state === 'unproven')
    return { key: { ...key, error }, outcome: everywhere ? 'final' : 'none' }
  // Several requests of one attempt are refused together; they count once.
  if (key.state === 'refused') return { key, outcome: 'none' }
  const isFirst = key.state === 'accepted'
  const isStable = isFirst && now - key.since >= policy.stableMs
  const attempt = (isStable ? 0 : key.attempt) + 1
  const since = isFirst ? now : key.since
  const refused = { ...key, since, attempt, refusedAt: now, error }
  return { key: waitForAttempt(refused, now, policy), outcome: 'none' }
}

function accept(
  key: KeyAccess,
  { everywhere }: Extract<KeyInput, { type: 'key-accepted' }>,
  now: number,
): KeyAccess {
  if (key.state === 'accepted') return key
  // While a part of the account is still refused the attempts go on.
  if (key.state !== 'unproven' && !everywhere) return key
  return { ...key, state: 'accepted', since: now, deadlineAt: null }
}

/** Applies an input about the key. Pure. */
export function keyTransition(key: KeyAccess, input: KeyInput, now: number, policy: Policy): KeyTransition {
  switch (input.type) {
    case 'key-accepted':
      return { key: accept(key, input, now), outcome: 'none' }
    case 'key-refused':
      return refuse(key, input, now, policy)
    case 'key-requested': {
      const isDue = key.state === 'refused' && now - key.refusedAt >= policy.requestedAttemptMs
      return isDue ? startAttempt(key, now, policy) : { key, outcome: 'none' }
    }
  }
}

/** Starts the attempt that is due, or ends one that brought no verdict, for example because the network failed. Pure. */
export function keyDeadline(key: KeyAccess, now: number, policy: Policy): KeyTransition {
  if (key.deadlineAt === null || now < key.deadlineAt) return { key, outcome: 'none' }
  if (key.state === 'refused') return startAttempt(key, now, policy)
  return { key: waitForAttempt(key, now, policy), outcome: 'none' }
}
