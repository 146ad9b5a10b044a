import { AxisorError } from '../../domain/error.ts'
import type { Outbox } from '../../ports/outbox.ts'
import type { Row, Value } from '../database/statement.ts'
import {
  leaseOf,
  loggedAttemptOf,
  pendingOf,
  requestOf,
  summaryOf,
  unreadableAttempt,
  untakenOf,
} from './outbox-rows.ts'
import * as scripts from './scripts.ts'
import type { OutboxStatement } from './statements.ts'

/** A database with the tables of outboxes. Calls reject with an AxisorError. */
export interface OutboxDatabase {
  read(name: OutboxStatement, ...values: Value[]): Promise<readonly Row[]>
  /** Runs a script in a transaction. */
  run<T>(script: scripts.Script<T>): Promise<T>
  /** Runs a script in a transaction that a power loss may undo; where that is slower, as `run`. */
  runVolatile<T>(script: scripts.Script<T>): Promise<T>
}

/** The error of a change to the outbox of a user that a relay has removed. */
export function removedUser(cause: unknown): AxisorError {
  return new AxisorError('config', 'the user of these alerts was removed from the relay', { cause })
}

/** Returns the outbox of a user. `close` is run by its `close`; `revision` reads its revision, by default with a query of its own. */
export function outboxOf(
  database: OutboxDatabase,
  userId: string,
  close: () => Promise<void>,
  revision: Outbox['revision'] = async () =>
    Number((await database.read('revision', userId))[0]?.revision ?? 0),
): Outbox {
  return {
    revision,
    async engine() {
      const engine = (await database.read('state', userId))[0]?.engine ?? null
      return engine === null ? null : String(engine)
    },
    commit: commit => database.run(scripts.commit(userId, commit)),
    async pending() {
      const rows = await database.read('pending', userId)
      const found = rows.map(pendingOf)
      // One unreadable row must not hold up the others.
      for (const row of rows.filter((_, index) => found[index] === null))
        await database.run(scripts.record(userId, unreadableAttempt(row)))
      return found.filter(each => each !== null)
    },
    record: attempt => database.run(scripts.record(userId, attempt)),
    summaries: async since => (await database.read('summaries', userId, since)).map(summaryOf),
    untaken: async since => readable(await database.read('untaken', userId, since), untakenOf),
    hasTaken: async (alertId, channel) => (await database.read('taken', userId, alertId, channel)).length > 0,
    log: async limit => readable(await database.read('log', userId, limit), loggedAttemptOf),
    request: request => database.run(scripts.request(userId, request)),
    requests: async () => readable(await database.read('requests', userId), requestOf),
    // A power loss ends the holder as well, so that its lease need not survive: renewals must not wake a disk.
    lease: (holder, label, now, ttlMs) =>
      database.runVolatile(scripts.lease(userId, holder, label, now, ttlMs)),
    async readLease(now) {
      const [row] = await database.read('validLease', userId, now, now)
      return row === undefined ? null : leaseOf(row)
    },
    release: holder => database.runVolatile(scripts.release(userId, holder)),
    prune: before => database.run(scripts.prune(userId, before)),
    close,
  }
}

/** Reads rows without those that are unreadable. */
function readable<T>(rows: readonly Row[], read: (row: Row) => T | null): readonly T[] {
  return rows.map(read).filter(each => each !== null)
}
