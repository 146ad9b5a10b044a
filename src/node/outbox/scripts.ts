import type { Attempt } from '../../domain/alerts/delivery.ts'
import type { AlertRequest, HostLease, OutboxCommit } from '../../ports/outbox.ts'
import type { Row, Value } from '../database/statement.ts'
import { leaseOf } from './outbox-rows.ts'
import type { OutboxStatement } from './statements.ts'

/** A statement and its values. */
type Step = readonly [name: OutboxStatement, ...values: Value[]]

/**
 * The steps of a transaction: yields each statement and receives its rows. One script serves SQLite, which runs it without a pause so
 * that nothing else gets into its transaction, and PostgreSQL, which awaits each step.
 */
export type Script<T> = Generator<Step, T, readonly Row[]>

/** Raises the revision of an outbox and returns it. */
function* advance(userId: string, by: number): Script<number> {
  const [row] = yield ['advance', userId, by]
  return Number(row?.revision)
}

/** Stores a state of the engine and the new ones of its notices, and removes the requests that the state contains. */
export function* commit(userId: string, { engine, notices, appliedRequests }: OutboxCommit): Script<void> {
  const count = notices.reduce((sum, { channels }) => sum + channels.length + 1, 1)
  let number = (yield* advance(userId, count)) - count
  yield ['setEngine', engine, userId]
  if (appliedRequests !== undefined) yield ['removeRequests', userId, appliedRequests]
  for (const { notice, channels, expiresAt } of notices) {
    const { id, alert, at } = notice
    number += 1
    const added = yield ['addNotice', userId, id, alert.id, number, at, JSON.stringify(notice)]
    if (added.length === 0) continue
    for (const channel of channels) {
      number += 1
      yield ['addDelivery', userId, id, channel, number, expiresAt]
    }
  }
}

/** Records an attempt of a delivery that is pending. */
export function* record(userId: string, attempt: Attempt): Script<void> {
  const { noticeId, channel, startedAt, tookMs, state, nextAttemptAt, why } = attempt
  const number = yield* advance(userId, 1)
  const finishedAt = state === 'pending' ? null : startedAt + tookMs
  const [found] = yield ['recordDelivery', state, nextAttemptAt, finishedAt, userId, noticeId, channel]
  if (found === undefined) return
  const attempts = Number(found.attempts)
  yield [
    'addAttempt',
    userId,
    number,
    noticeId,
    channel,
    attempts,
    startedAt,
    tookMs,
    state,
    nextAttemptAt,
    why,
  ]
}

/** Adds a request. */
export function* request(userId: string, added: AlertRequest): Script<void> {
  const number = yield* advance(userId, 1)
  yield ['addRequest', userId, number, JSON.stringify(added)]
}

/** Takes or renews the lease if it is free. */
export function* lease(
  userId: string,
  holder: string,
  label: string,
  now: number,
  ttlMs: number,
): Script<HostLease> {
  const take: Step = ['takeLease', holder, label, now, now + ttlMs, userId, holder, now, now]
  const [taken] = yield take
  if (taken !== undefined) return leaseOf(taken)
  const isNew = (yield ['addState', userId]).length > 0
  const [row] = yield isNew ? take : ['lease', userId]
  // Between two statements of PostgreSQL another holder may release it.
  return row === undefined ? yield* lease(userId, holder, label, now, ttlMs) : leaseOf(row)
}

/** Frees the lease of a holder. */
export function* release(userId: string, holder: string): Script<void> {
  yield ['release', userId, holder]
}

/** Removes old notices that are finished. */
export function* prune(userId: string, before: number): Script<void> {
  yield* advance(userId, 1)
  yield ['prune', userId, before]
}
