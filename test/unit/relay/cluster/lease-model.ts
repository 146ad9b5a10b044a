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

/** The faults of the network, decided by the test. */
export interface Network {
  /** Returns the delay of a message in one direction, or null if it is lost. */
  delayMs(): number | null
}

const ACCOUNT = 'a'

/** Maximum deviation of a clock from true time, faster or slower. */
export const DRIFT = 0.05

interface Task {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** True time, and the tasks due in it. */
export class Schedule {
  now = 0
  readonly #tasks: Task[] = []
  #count = 0

  at(at: number, run: () => void): void {
    this.#count += 1
    this.#tasks.push({ at: Math.max(at, this.now), order: this.#count, run })
  }

  /** Runs all tasks due until `end`, in order; calls `each` after every task. */
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

/**
 * One relay: the machine, its own clock, and delayed messages. While frozen it does nothing, and everything waits.
 */
export class Node {
  readonly #schedule: Schedule
  readonly #engine: BrokerEngine
  readonly #network: Network
  readonly #rate: number
  /** Offset of its clock to true time: a wall clock that was set forward. */
  #ahead = 0
  state: LeaseState
  frozen = false
  #pending: (() => void)[] = []
  #timer = 0
  /** Counts links: requests on an older link are never answered. */
  #link = 0
  #linkUp = true
  /** Times at which it became the owner, in true time. */
  readonly ownedAt: number[] = []
  acting = false

  constructor(name: string, schedule: Schedule, engine: BrokerEngine, network: Network, rate: number) {
    this.#schedule = schedule
    this.#engine = engine
    this.#network = network
    this.#rate = rate
    this.state = initialLease(name)
    engine.listeners.add({
      lease: (_, record) => this.#later(() => this.input({ type: 'changed', record }), true),
      frame: () => {},
      request: () => {},
    })
  }

  nowMs(): number {
    return this.#schedule.now * this.#rate + this.#ahead
  }

  /** Sets the wall clock forward; clocks never go back. */
  jump(ms: number): void {
    this.#ahead += ms
  }

  holdsLease(): boolean {
    return holdsLease(this.state, this.nowMs())
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
    const { next, effects } = leaseTransition(this.state, input, this.nowMs(), {
      times: LEASE_TIMES,
      owned: 0,
    })
    this.state = next
    for (const effect of effects) this.#execute(effect)
  }

  #later(run: () => void, isPublished = false): void {
    const link = this.#link
    const delayMs = this.#network.delayMs()
    if (delayMs === null) return
    this.#schedule.at(this.#schedule.now + delayMs, () => {
      if (link === this.#link && (this.#linkUp || !isPublished)) this.#do(run)
    })
  }

  /** Sends a request that is executed and answered after delays, or lost. */
  #request<T>(work: () => T, onReply: (result: T) => void, onFailure: () => void): void {
    if (!this.#linkUp) {
      this.#next(onFailure)
      return
    }
    const there = this.#network.delayMs()
    if (there !== null)
      this.#schedule.at(this.#schedule.now + there, () => {
        const result = work()
        this.#later(() => onReply(result))
      })
    // Also after a reply: the machine must tolerate that.
    this.#schedule.at(this.#schedule.now + 800, () => this.#do(onFailure))
  }

  #next(run: () => void): void {
    this.#schedule.at(this.#schedule.now, () => this.#do(run))
  }

  #execute(effect: LeaseEffect): void {
    switch (effect.type) {
      case 'read':
        this.#request(
          () => this.#engine.readLease(ACCOUNT),
          read => this.input({ type: 'read', generation: effect.generation, read }),
          () => this.input({ type: 'failed', generation: effect.generation }),
        )
        return
      case 'acquire':
        this.#request(
          () => this.#engine.acquire(ACCOUNT, effect.request),
          result => this.input({ type: 'acquired', generation: effect.generation, result }),
          () => this.input({ type: 'failed', generation: effect.generation }),
        )
        return
      case 'renew': {
        const { held, sentAt } = effect
        this.#request(
          () => this.#engine.renew(ACCOUNT, held),
          result => this.input({ type: 'renewed', fence: held.fence, sentAt, result }),
          () => {},
        )
        return
      }
      case 'release':
        this.#request(
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
            if (timer === this.#timer) this.input({ type: 'timer', generation: effect.generation })
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
