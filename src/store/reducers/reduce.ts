import type { Status } from '../../domain/status.ts'
import type { FeedEvent } from '../../feed/feed.ts'
import { appendEvent, lastEvent } from '../events.ts'
import { firstBrokenHop, isStarting } from '../hops.ts'
import type { State } from '../state.ts'
import { applyChange } from './change.ts'
import { applyKey } from './key.ts'
import { applySnapshot } from './snapshot.ts'

/**
 * Computes the next state. Pure and total: accepts any event in any order. Changes are idempotent, and outdated ones are ignored.
 */
export function reduce(state: State, event: FeedEvent): State {
  switch (event.type) {
    case 'status':
      return applyStatus(state, event.status, event.at)
    case 'reset':
      return applySnapshot(state, event)
    case 'change':
      return applyChange(state, event)
    case 'chart': {
      const known = state.chart.get(event.range)?.candles ?? []
      const { result } = event
      const read =
        'error' in result ? { candles: known, error: result.error } : { candles: result.candles, error: null }
      return { ...state, chart: new Map(state.chart).set(event.range, read) }
    }
    case 'fault': {
      const faults = { count: state.faults.count + 1, last: event.fault, lastAt: event.at }
      const key = `unreadable:${event.fault.where}:${event.fault.message}`
      return appendEvent({ ...state, faults }, { kind: 'unreadable', at: event.at, key, fault: event.fault })
    }
  }
}

function applyStatus(state: State, status: Status, at: number): State {
  const before = state.status?.link
  const known = applyUpstream(state, applyKey({ ...state, status }, status.key, at), at)
  const next = applyRefusal(state, known, at)
  if (before === status.link) return next
  const reason = status.lastError?.message ?? 'no reason given'
  if (status.link === 'stopped')
    return appendEvent(next, { kind: 'stopped', at, key: `stopped:${at}`, why: reason })
  if (before === 'live')
    return appendEvent(next, { kind: 'link-lost', at, key: `link-lost:${at}`, why: reason })
  if (status.link !== 'live') return next
  return appendEvent(next, {
    kind: 'link-live',
    at,
    key: `link-live:${at}`,
    gapMs: gapBefore(state, at),
    positions: (state.isolated?.size ?? 0) + (state.cross?.value.position ? 1 : 0),
    orders: (state.isolatedOrders?.size ?? 0) + (state.crossOrders?.size ?? 0),
  })
}

/** Logs when our key is refused and when it is accepted again. Attempts are not logged. */
function applyRefusal(before: State, next: State, at: number): State {
  const [refused, refusal] = [before.status?.refusal ?? null, next.status?.refusal ?? null]
  if (refused === null && refusal !== null)
    return appendEvent(next, {
      kind: 'key-refused',
      at,
      key: `key-refused:${at}`,
      why: refusal.error.message,
    })
  if (refused === null || refusal !== null || next.status?.link === 'stopped') return next
  const gapMs = Math.max(0, at - refused.since)
  return appendEvent(next, { kind: 'key-accepted', at, key: `key-accepted:${at}`, gapMs })
}

/** Logs when a connection behind the relay is lost and when all are live again. Reconnect attempts are not logged. */
function applyUpstream(before: State, next: State, at: number): State {
  const broken = firstBrokenHop(next.status)
  const lost = lastEvent(before, 'upstream-lost')
  const live = lastEvent(before, 'upstream-live')
  const isKnownLost = lost !== null && (live === null || live.at < lost.at)
  if (broken !== null && !isKnownLost && !isStarting(broken.hop)) {
    const { since } = broken.hop
    return appendEvent(next, { kind: 'upstream-lost', at, key: `upstream-lost:${since}`, ...broken, since })
  }
  const isWhole = broken === null && next.status?.upstream != null
  if (!isWhole || lost === null || !isKnownLost) return next
  const gapMs = Math.max(0, at - lost.since)
  return appendEvent(next, { kind: 'upstream-live', at, key: `upstream-live:${at}`, gapMs })
}

/** Duration of the interruption before `at`, or null for the first connection. */
function gapBefore(state: State, at: number): number | null {
  const lost = lastEvent(state, 'link-lost')
  return lost === null ? null : at - lost.at
}
