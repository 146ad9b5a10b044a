import type { LeaseRead, LeaseRecord } from '../../ports/broker.ts'
import type { LeaseContext, LeaseEffect, LeaseInput, LeaseState, LeaseTransition } from './lease-state.ts'

type Base = Pick<LeaseState, 'owner' | 'floor' | 'turn'>

/** The parts that every role has, with the next turn and whatever fence was seen. */
function baseOf({ owner, floor, turn }: LeaseState, seen: LeaseRecord | null = null): Base {
  return { owner, floor: Math.max(floor, seen?.fence ?? 0), turn: turn + 1 }
}

function stay(next: LeaseState): LeaseTransition {
  return { next, effects: [] }
}

function after(step: LeaseTransition, ...before: readonly LeaseEffect[]): LeaseTransition {
  return { next: step.next, effects: [...before, ...step.effects] }
}

function look(from: LeaseState): LeaseTransition {
  const base = baseOf(from)
  return { next: { ...base, role: 'looking', heard: null }, effects: [{ type: 'look', turn: base.turn }] }
}

/** Looks again in a while. */
function lookLater(from: LeaseState, { times }: LeaseContext): LeaseTransition {
  const base = baseOf(from)
  return {
    next: { ...base, role: 'looking', heard: null },
    effects: [{ type: 'wait', turn: base.turn, ms: times.retryMs }],
  }
}

function take(from: LeaseState, expected: LeaseRecord | null, settle: boolean, now: number): LeaseTransition {
  const base = baseOf(from, expected)
  const taking = { owner: base.owner, expected, floor: base.floor, settle }
  return {
    next: { ...base, role: 'taking', sentAt: now, heard: null },
    effects: [{ type: 'take', turn: base.turn, taking }],
  }
}

function handicap({ times, owned }: LeaseContext): number {
  return Math.min(owned * times.handicapMs, times.mostHandicapMs)
}

/** Waits until the record has not changed for the whole time of a lease; or just lets others go first, when it was given back before our ears. */
function follow(
  from: LeaseState,
  watched: LeaseRecord | null,
  around: LeaseContext,
  whole = true,
): LeaseTransition {
  const base = baseOf(from, watched)
  const ms = (whole ? around.times.ttlMs : 0) + handicap(around)
  return {
    next: { ...base, role: 'following', watched, whole },
    effects: [{ type: 'wait', turn: base.turn, ms }],
  }
}

/**
 * What to do about a record that was looked at. One that bears our own name is of a taking whose answer was lost, or has lapsed: nobody
 * else acts under it. A broker that may have forgotten is not believed: what it shows may be from before.
 */
function consider(from: LeaseState, seen: LeaseRead, now: number, around: LeaseContext): LeaseTransition {
  const { authoritative: settled } = seen
  const heard = 'heard' in from ? from.heard : null
  const record = heard !== null && isNewer(heard, seen.record) ? heard : seen.record
  const isFree = record === null || record.owner === '' || record.owner === from.owner
  return isFree && settled ? take(from, record, false, now) : follow(from, record, around)
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
  around: LeaseContext,
): LeaseTransition {
  const { safeMs, renewEveryMs } = around.times
  const base = baseOf(from, held)
  const safeUntil = sentAt + safeMs
  // The answer was too long on its way: what it gave is over. The record bears our name, so the next look takes it again.
  if (now >= safeUntil) return look({ ...base, role: 'looking', heard: null })
  return {
    next: { ...base, role: 'owning', held, safeUntil },
    effects: [
      { type: 'own', held },
      { type: 'wait', turn: base.turn, ms: renewEveryMs },
    ],
  }
}

function owning(
  from: LeaseState & { readonly role: 'owning' },
  input: LeaseInput,
  now: number,
  around: LeaseContext,
): LeaseTransition {
  const { held } = from
  const renew: LeaseEffect = { type: 'renew', held, sentAt: now }
  switch (input.type) {
    case 'timer': {
      if (input.turn !== from.turn) return stay(from)
      const turn = from.turn + 1
      const wait = { type: 'wait', turn, ms: around.times.renewEveryMs } as const
      return { next: { ...from, turn }, effects: [renew, wait] }
    }
    case 'reconnected':
      return { next: from, effects: [renew] }
    case 'renewed': {
      if (input.fence !== held.fence) return stay(from)
      if (!input.result.ok) return after(consider(from, input.result.read, now, around), { type: 'disown' })
      const safeUntil = Math.max(from.safeUntil, input.sentAt + around.times.safeMs)
      return stay({ ...from, held: input.result.record, safeUntil })
    }
    case 'changed':
      if (input.record.fence <= held.fence) return stay(from)
      return after(follow(from, input.record, around), { type: 'disown' })
    default:
      return stay(from)
  }
}

/** Answers and news come by different ways: news that overtakes an answer is kept beside it, or the watch would begin with what is past. */
function hear(from: LeaseState, record: LeaseRecord, around: LeaseContext): LeaseTransition {
  if (from.role === 'following' && isNewer(record, from.watched))
    return follow(from, record, around, record.owner !== '')
  if ((from.role === 'looking' || from.role === 'taking') && isNewer(record, from.heard))
    return stay({ ...from, heard: record })
  return stay(from)
}

function waiting(from: LeaseState, input: LeaseInput, now: number, around: LeaseContext): LeaseTransition {
  const isOld = 'turn' in input && input.turn !== from.turn
  if (isOld) return stay(from)
  switch (input.type) {
    case 'start':
    case 'reconnected':
      return from.role === 'idle' && input.type === 'reconnected' ? stay(from) : look(from)
    case 'read':
      return consider(from, input.seen, now, around)
    case 'failed':
      return lookLater(from, around)
    case 'acquired':
      if (from.role !== 'taking') return stay(from)
      if (!input.result.ok) return consider(from, input.result.read, now, around)
      return own(from, from.sentAt, input.result.record, now, around)
    case 'timer':
      if (from.role !== 'following') return look(from)
      return take(from, from.watched, from.whole, now)
    case 'changed':
      return hear(from, input.record, around)
    default:
      return stay(from)
  }
}

/**
 * The one machine that decides who watches an account. Pure. Two laws hold whatever is lost, late or frozen: no two relays may act at
 * one time, because an owner stops a fifth of a lease before anybody else may take it; and an account whose broker answers has an
 * owner again `ttlMs` after the last renewal of the one before, and a little.
 */
export function leaseTransition(
  from: LeaseState,
  input: LeaseInput,
  now: number,
  around: LeaseContext,
): LeaseTransition {
  if (from.role === 'ended') {
    // A lease that came after the end goes straight back.
    const late = input.type === 'acquired' && input.result.ok
    return late ? { next: from, effects: [{ type: 'release', held: input.result.record }] } : stay(from)
  }
  if (input.type === 'stop') {
    const next: LeaseState = { ...baseOf(from), role: 'ended' }
    if (from.role !== 'owning') return stay(next)
    return { next, effects: [{ type: 'disown' }, { type: 'release', held: from.held }] }
  }
  if (from.role !== 'owning') return waiting(from, input, now, around)
  if (now >= from.safeUntil) return after(look(from), { type: 'disown' })
  return owning(from, input, now, around)
}
