import { leaseTransition } from '../../../../src/relay/cluster/lease-machine.ts'
import {
  holdsLease,
  initialLease,
  LEASE_TIMES,
  type LeaseEffect,
  type LeaseInput,
  type LeaseState,
} from '../../../../src/relay/cluster/lease-state.ts'
import type { BrokerEngine } from '../../../support/broker-engine.ts'

/** What may go wrong, decided by whoever drives the world. */
export interface Weather {
  /** How long a message is on its way, each way; null: it never arrives. */
  delayMs(): number | null
}

const ACCOUNT = 'a'

/** How much faster than true time a clock may run, at most; and slower. */
export const DRIFT = 0.05

interface Task {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** True time, and what is to happen in it. */
export class Schedule {
  now = 0
  readonly #tasks: Task[] = []
  #count = 0

  at(at: number, run: () => void): void {
    this.#count += 1
    this.#tasks.push({ at: Math.max(at, this.now), order: this.#count, run })
  }

  /** Runs all that is due until then, in order; `each` after every task. */
  until(end: number, each: () => void): void {
    for (;;) {
      let first: Task | null = null
      for (const task of this.#tasks) {
        if (task.at > end) continue
        if (first === null || task.at < first.at || (task.at === first.at && task.order < first.order))
          first = task
      }
      if (first === null) break
      this.#tasks.splice(this.#tasks.indexOf(first), 1)
      this.now = first.at
      first.run()
      each()
    }
    this.now = end
    each()
  }
}

/** One relay: the machine, a clock of its own, and messages that take their time. Frozen, it does nothing, and all waits for it. */
export class Node {
  readonly #schedule: Schedule
  readonly #engine: BrokerEngine
  readonly #weather: Weather
  readonly #rate: number
  /** Our clock is ahead of true time by so much more: a wall clock that was set forward. */
  #ahead = 0
  ownership: LeaseState
  frozen = false
  #pending: (() => void)[] = []
  #timer = 0
  /** Counts links: what was sent on an older one is never answered. */
  #link = 0
  #linkUp = true
  /** When it became an owner, in true time. */
  readonly ownedAt: number[] = []
  acting = false

  constructor(name: string, schedule: Schedule, engine: BrokerEngine, weather: Weather, rate: number) {
    this.#schedule = schedule
    this.#engine = engine
    this.#weather = weather
    this.#rate = rate
    this.ownership = initialLease(name)
    engine.ears.add({
      lease: (_, record) => this.#later(() => this.input({ type: 'changed', record }), true),
      frame: () => {},
      ask: () => {},
    })
  }

  nowMs(): number {
    return this.#schedule.now * this.#rate + this.#ahead
  }

  /** Sets the wall clock forward; clocks never go back. */
  jump(ms: number): void {
    this.#ahead += ms
  }

  mayAct(): boolean {
    return holdsLease(this.ownership, this.nowMs())
  }

  freeze(): void {
    this.frozen = true
  }

  thaw(): void {
    this.frozen = false
    const pending = this.#pending
    this.#pending = []
    for (const run of pending) this.#do(run)
  }

  cut(): void {
    this.#link += 1
    this.#linkUp = false
  }

  join(): void {
    this.#linkUp = true
    this.#do(() => this.input({ type: 'reconnected' }))
  }

  #do(run: () => void): void {
    if (this.frozen) this.#pending.push(run)
    else run()
  }

  input(input: LeaseInput): void {
    const { next, effects } = leaseTransition(this.ownership, input, this.nowMs(), {
      times: LEASE_TIMES,
      owned: 0,
    })
    this.ownership = next
    for (const effect of effects) this.#carryOut(effect)
  }

  #later(run: () => void, isNews = false): void {
    const link = this.#link
    const delayMs = this.#weather.delayMs()
    if (delayMs === null) return
    this.#schedule.at(this.#schedule.now + delayMs, () => {
      if (link === this.#link && (this.#linkUp || !isNews)) this.#do(run)
    })
  }

  /** A request that is executed some time later, and answered some time after that; or not. */
  #ask<T>(work: () => T, answered: (result: T) => void, failed: () => void): void {
    if (!this.#linkUp) {
      this.#soon(failed)
      return
    }
    const there = this.#weather.delayMs()
    if (there !== null)
      this.#schedule.at(this.#schedule.now + there, () => {
        const result = work()
        this.#later(() => answered(result))
      })
    // Also after an answer: the machine must not mind.
    this.#schedule.at(this.#schedule.now + 800, () => this.#do(failed))
  }

  #soon(run: () => void): void {
    this.#schedule.at(this.#schedule.now, () => this.#do(run))
  }

  #carryOut(effect: LeaseEffect): void {
    switch (effect.type) {
      case 'look':
        this.#ask(
          () => this.#engine.look(ACCOUNT),
          seen => this.input({ type: 'read', turn: effect.turn, seen }),
          () => this.input({ type: 'failed', turn: effect.turn }),
        )
        return
      case 'take':
        this.#ask(
          () => this.#engine.take(ACCOUNT, effect.taking),
          result => this.input({ type: 'acquired', turn: effect.turn, result }),
          () => this.input({ type: 'failed', turn: effect.turn }),
        )
        return
      case 'renew': {
        const { held, sentAt } = effect
        this.#ask(
          () => this.#engine.renew(ACCOUNT, held),
          result => this.input({ type: 'renewed', fence: held.fence, sentAt, result }),
          () => {},
        )
        return
      }
      case 'release':
        this.#ask(
          () => this.#engine.release(ACCOUNT, effect.held),
          () => {},
          () => {},
        )
        return
      case 'wait': {
        this.#timer += 1
        const timer = this.#timer
        this.#schedule.at(this.#schedule.now + effect.ms / this.#rate, () =>
          this.#do(() => {
            if (timer === this.#timer) this.input({ type: 'timer', turn: effect.turn })
          }),
        )
        return
      }
      case 'own':
        this.acting = true
        this.ownedAt.push(this.#schedule.now)
        return
      case 'disown':
        this.acting = false
    }
  }
}
