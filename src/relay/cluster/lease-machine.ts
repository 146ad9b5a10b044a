import type { LeaseRead, LeaseRecord } from '../../ports/broker.ts'
import type { LeaseContext, LeaseEffect, LeaseInput, LeaseState, LeaseTransition } from './lease-state.ts'

type Base = Pick<LeaseState, 'owner' | 'floor' | 'generation'>

/** Returns the members that all roles share, with the next generation and the highest fence. */
function baseOf({ owner, floor, generation }: LeaseState, read: LeaseRecord | null = null): Base {
  return { owner, floor: Math.max(floor, read?.fence ?? 0), generation: generation + 1 }
}

function stay(next: LeaseState): LeaseTransition {
  return { next, effects: [] }
}

function withEffects(transition: LeaseTransition, ...effects: readonly LeaseEffect[]): LeaseTransition {
  return { next: transition.next, effects: [...effects, ...transition.effects] }
}

function readRecord(from: LeaseState): LeaseTransition {
  const base = baseOf(from)
  return {
    next: { ...base, role: 'reading', reported: null },
    effects: [{ type: 'read', generation: base.generation }],
  }
}

/** Reads the record again after a pause. */
function readLater(from: LeaseState, { times }: LeaseContext): LeaseTransition {
  const base = baseOf(from)
  return {
    next: { ...base, role: 'reading', reported: null },
    effects: [{ type: 'wait', generation: base.generation, ms: times.retryMs }],
  }
}

function acquire(
  from: LeaseState,
  expected: LeaseRecord | null,
  settle: boolean,
  now: number,
): LeaseTransition {
  const base = baseOf(from, expected)
  const request = { owner: base.owner, expected, floor: base.floor, settle }
  return {
    next: { ...base, role: 'acquiring', sentAt: now, reported: null },
    effects: [{ type: 'acquire', generation: base.generation, request }],
  }
}

function handicap({ times, owned }: LeaseContext): number {
  return Math.min(owned * times.handicapMs, times.maxHandicapMs)
}

/** Waits until the record has not changed for a full TTL, or only for the handicap if the release was observed. */
function follow(
  from: LeaseState,
  watched: LeaseRecord | null,
  context: LeaseContext,
  fullTtl = true,
): LeaseTransition {
  const base = baseOf(from, watched)
  const ms = (fullTtl ? context.times.ttlMs : 0) + handicap(context)
  return {
    next: { ...base, role: 'following', watched, fullTtl },
    effects: [{ type: 'wait', generation: base.generation, ms }],
  }
}

/**
 * Decides on a record that was read. A record with our own name belongs to a request whose reply was lost, or has
 * lapsed; no other relay acts under it. A broker that may have lost data is not trusted: its record may be old.
 */
function consider(from: LeaseState, read: LeaseRead, now: number, context: LeaseContext): LeaseTransition {
  const { authoritative } = read
  const reported = 'reported' in from ? from.reported : null
  const record = reported !== null && isNewer(reported, read.record) ? reported : read.record
  const isFree = record === null || record.owner === '' || record.owner === from.owner
  return isFree && authoritative ? acquire(from, record, false, now) : follow(from, record, context)
}

function isNewer(record: LeaseRecord, than: LeaseRecord | null): boolean {
  if (than === null || record.fence !== than.fence) return than === null || record.fence > than.fence
  return record.renewals > than.renewals || record.owner !== than.owner
}

function own(
  from: LeaseState,
  sentAt: number,
  held: LeaseRecord,
  now: number,
  context: LeaseContext,
): LeaseTransition {
  const { safeMs, renewEveryMs } = context.times
  const base = baseOf(from, held)
  const safeUntil = sentAt + safeMs
  // The reply took too long and the lease is over. The record has our name, so the next read acquires it again.
  if (now >= safeUntil) return readRecord({ ...base, role: 'reading', reported: null })
  return {
    next: { ...base, role: 'owning', held, safeUntil },
    effects: [
      { type: 'own', held },
      { type: 'wait', generation: base.generation, ms: renewEveryMs },
    ],
  }
}

function owning(
  from: LeaseState & { readonly role: 'owning' },
  input: LeaseInput,
  now: number,
  context: LeaseContext,
): LeaseTransition {
  const { held } = from
  const renew: LeaseEffect = { type: 'renew', held, sentAt: now }
  switch (input.type) {
    case 'timer': {
      if (input.generation !== from.generation) return stay(from)
      const generation = from.generation + 1
      const wait = { type: 'wait', generation, ms: context.times.renewEveryMs } as const
      return { next: { ...from, generation }, effects: [renew, wait] }
    }
    case 'reconnected':
      return { next: from, effects: [renew] }
    case 'renewed': {
      if (input.fence !== held.fence) return stay(from)
      if (!input.result.ok)
        return withEffects(consider(from, input.result.read, now, context), { type: 'disown' })
      const safeUntil = Math.max(from.safeUntil, input.sentAt + context.times.safeMs)
      return stay({ ...from, held: input.result.record, safeUntil })
    }
    case 'changed':
      if (input.record.fence <= held.fence) return stay(from)
      return withEffects(follow(from, input.record, context), { type: 'disown' })
    default:
      return stay(from)
  }
}

/**
 * Handles a published change. It may overtake a reply, so it is kept until the reply arrives; otherwise an old record
 * would be watched.
 */
function onChanged(from: LeaseState, record: LeaseRecord, context: LeaseContext): LeaseTransition {
  if (from.role === 'following' && isNewer(record, from.watched))
    return follow(from, record, context, record.owner !== '')
  if ((from.role === 'reading' || from.role === 'acquiring') && isNewer(record, from.reported))
    return stay({ ...from, reported: record })
  return stay(from)
}

function waiting(from: LeaseState, input: LeaseInput, now: number, context: LeaseContext): LeaseTransition {
  const isOutdated = 'generation' in input && input.generation !== from.generation
  if (isOutdated) return stay(from)
  switch (input.type) {
    case 'start':
    case 'reconnected':
      return from.role === 'idle' && input.type === 'reconnected' ? stay(from) : readRecord(from)
    case 'read':
      return consider(from, input.read, now, context)
    case 'failed':
      return readLater(from, context)
    case 'acquired':
      if (from.role !== 'acquiring') return stay(from)
      if (!input.result.ok) return consider(from, input.result.read, now, context)
      return own(from, from.sentAt, input.result.record, now, context)
    case 'timer':
      if (from.role !== 'following') return readRecord(from)
      return acquire(from, from.watched, from.fullTtl, now)
    case 'changed':
      return onChanged(from, input.record, context)
    default:
      return stay(from)
  }
}

/**
 * Decides which relay watches an account. Pure. Two invariants hold despite lost, late or frozen messages. Only one
 * relay acts at a time: an owner stops a fifth of a lease before another one may acquire it. If the broker answers,
 * an account has an owner again shortly after `ttlMs` since the last renewal.
 */
export function leaseTransition(
  from: LeaseState,
  input: LeaseInput,
  now: number,
  context: LeaseContext,
): LeaseTransition {
  if (from.role === 'ended') {
    // A lease that was acquired after the end is released at once.
    const late = input.type === 'acquired' && input.result.ok
    return late ? { next: from, effects: [{ type: 'release', held: input.result.record }] } : stay(from)
  }
  if (input.type === 'stop') {
    const next: LeaseState = { ...baseOf(from), role: 'ended' }
    if (from.role !== 'owning') return stay(next)
    return { next, effects: [{ type: 'disown' }, { type: 'release', held: from.held }] }
  }
  if (from.role !== 'owning') return waiting(from, input, now, context)
  if (now >= from.safeUntil) return withEffects(readRecord(from), { type: 'disown' })
  return owning(from, input, now, context)
}
