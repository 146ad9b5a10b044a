import { AxisorError } from '../../domain/error.ts'
import { wallNow } from '../../domain/wall-clock.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import type { RelayLog } from '../context.ts'
import { Hourly } from '../hourly.ts'
import { logBug } from '../log-bug.ts'
import type { AccountReport } from './account-report.ts'

/** How often the reports are read. What is due by then is written at once. */
const CHECK_EVERY_MS = 10_000

/** The time of an account is written at most this often. */
const WRITE_EVERY_MS = 60_000

/** Times of the database that are younger than this are not read again: a relay opens all its accounts at its start. */
const READ_EVERY_MS = 5_000

export interface LastDataDeps {
  readonly clock: Clock
  readonly log: RelayLog
  readonly store: Pick<RelayStore, 'lastData' | 'putLastData' | 'forgetLastData'>
  /** Returns a report on each watched account. */
  readonly reports: () => readonly AccountReport[]
}

/** A time in the database that this process wrote. */
interface Written {
  /** When the account last had data, wall clock. */
  readonly seenAt: number
  /** When that was written, our clock. */
  readonly at: number
}

/**
 * Remembers in the database when each account last had data, so that its age goes on over a restart. No data waits for it: a failure is
 * logged once an hour.
 */
export class LastData {
  readonly #deps: LastDataDeps
  readonly #hourly: Hourly
  readonly #written = new Map<string, Written>()
  readonly #forgotten = new Set<string>()
  /** Wall clock, by user id. */
  #stored: ReadonlyMap<string, number> = new Map()
  #readAt = Number.NEGATIVE_INFINITY
  #isReadWanted = false
  #cancel: Cancel
  #work: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(deps: LastDataDeps) {
    this.#deps = deps
    this.#hourly = new Hourly(deps.clock)
    this.#cancel = this.#next()
  }

  /** Returns when an account last had data, as far as the database knows; our clock. */
  at(userId: string): number | null {
    const { clock } = this.#deps
    const seenAt = this.#stored.get(userId)
    return seenAt === undefined ? null : seenAt + clock.nowMs() - wallNow(clock)
  }

  /** Reads the times again: an account was opened, which another relay may have watched before. */
  opened(): void {
    this.#isReadWanted = true
    this.#do(() => this.#read())
  }

  /** An account is not needed any more: without data its age counts from the time at which it is opened again. */
  unneeded(userId: string): void {
    // After a write that has begun.
    this.#do(async () => {
      this.#stored = new Map([...this.#stored].filter(([id]) => id !== userId))
      // What another relay wrote stays: it may still watch the account.
      if (this.#written.delete(userId)) this.#forgotten.add(userId)
    })
  }

  /** Writes the times once more. Resolves when that has ended. */
  close(): Promise<void> {
    this.#isClosed = true
    this.#cancel()
    const times = this.#newTimes(() => true)
    this.#do(() => this.#write(times))
    return this.#work
  }

  #next(): Cancel {
    return this.#deps.clock.after(CHECK_EVERY_MS, () => this.#check())
  }

  #check(): void {
    this.#cancel = this.#next()
    const now = this.#deps.clock.nowMs()
    this.#do(async () => {
      await this.#read()
      await this.#write(this.#newTimes(({ at }) => now - at >= WRITE_EVERY_MS))
    })
  }

  /** Runs work after that before it. A failure ends only this work. */
  #do(work: () => Promise<void>): void {
    const { log } = this.#deps
    this.#work = this.#work.then(work).catch(error => {
      if (!(error instanceof AxisorError)) logBug(log, error)
      else if (this.#hourly.isDue(error.code)) log.warn('times of data not stored', { code: error.code })
    })
  }

  async #read(): Promise<void> {
    const { clock, store } = this.#deps
    if (!this.#isReadWanted || this.#isClosed || clock.nowMs() - this.#readAt < READ_EVERY_MS) return
    const stored = await store.lastData()
    this.#isReadWanted = false
    this.#readAt = clock.nowMs()
    this.#stored = new Map([...stored].filter(([id]) => !this.#forgotten.has(id)))
  }

  /** Returns the times that have changed since they were written, if that was long enough ago. */
  #newTimes(isDue: (written: Written) => boolean): ReadonlyMap<string, number> {
    const { clock, reports } = this.#deps
    const wall = wallNow(clock)
    const times = new Map<string, number>()
    for (const { userId, ageMs, hasData, isOwner } of reports()) {
      // In a cluster the relay that requests the account writes.
      if (isOwner === false) this.#written.delete(userId)
      if (!hasData || isOwner === false) continue
      const written = this.#written.get(userId)
      const seenAt = Math.round(wall - ageMs)
      // A time in the future was written before the wall clock was set back.
      const isNew = written === undefined || written.seenAt > wall
      if (isNew || (seenAt > written.seenAt && isDue(written))) times.set(userId, seenAt)
    }
    return times
  }

  async #write(times: ReadonlyMap<string, number>): Promise<void> {
    const { clock, store } = this.#deps
    const forgotten = [...this.#forgotten].filter(id => !times.has(id))
    if (forgotten.length > 0) await store.forgetLastData(forgotten)
    if (times.size > 0) await store.putLastData(times, wallNow(clock))
    this.#forgotten.clear()
    const at = clock.nowMs()
    for (const [userId, seenAt] of times) this.#written.set(userId, { seenAt, at })
    if (times.size > 0) this.#stored = new Map([...this.#stored, ...times])
  }
}
