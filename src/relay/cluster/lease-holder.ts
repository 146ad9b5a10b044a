import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import { AxisorError } from '../../domain/error.ts'
import { Inbox } from '../../domain/inbox.ts'
import type { Broker, LeaseRecord } from '../../ports/broker.ts'
import type { Cancel, Clock, Random } from '../../ports/clock.ts'
import { leaseTransition } from './lease-machine.ts'
import {
  holdsLease,
  initialLease,
  LEASE_TIMES,
  type LeaseEffect,
  type LeaseInput,
  type LeaseState,
  type LeaseTimes,
} from './lease-state.ts'

const OWNER_BYTES = 8

/** Dependencies of a lease holder. */
export interface LeaseHolderDeps {
  readonly clock: Clock
  readonly random: Random
  readonly broker: Broker
}

/** Options and callbacks of a lease holder. */
export interface LeaseHolderOptions {
  readonly account: string
  readonly times?: LeaseTimes
  /** Returns the number of accounts that this process owns. */
  ownedCount(): number
  /** Called when the lease was acquired: watch the exchange. */
  own(): void
  /**
   * Called when another relay holds the lease or the holder is unknown: follow it. May be called repeatedly, also
   * before `own`.
   */
  follow(): void
}

/** Acquires and holds the lease on one account; executes the effects of the lease machine. */
export class LeaseHolder {
  readonly #deps: LeaseHolderDeps
  readonly #options: LeaseHolderOptions
  readonly #times: LeaseTimes
  readonly #inbox = new Inbox<LeaseInput>(input => this.#apply(input))
  #state: LeaseState
  #cancelWait: Cancel | null = null
  readonly #lapse: DeadlineTimer
  #cancels: Cancel[] = []
  #releasing: Promise<void> = Promise.resolve()

  constructor(deps: LeaseHolderDeps, options: LeaseHolderOptions) {
    this.#deps = deps
    this.#options = options
    this.#lapse = new DeadlineTimer(deps.clock, () => this.#inbox.push({ type: 'lapsed' }))
    this.#times = options.times ?? LEASE_TIMES
    this.#state = initialLease(deps.random.hex(OWNER_BYTES))
  }

  /** Starts reading the lease, and acquiring it when it is free. */
  async start(): Promise<void> {
    const { broker } = this.#deps
    const cancelLink = broker.onLink(isUp => {
      if (isUp) this.#inbox.push({ type: 'reconnected' })
    })
    this.#cancels.push(cancelLink)
    const cancelLease = await broker.onLease(this.#options.account, record =>
      this.#inbox.push({ type: 'changed', record }),
    )
    if (this.#state.role === 'ended') return cancelLease()
    this.#cancels.push(cancelLease)
    this.#inbox.push({ type: 'start' })
  }

  /**
   * Returns true while this process holds the lease. Call it before every action: a process that was frozen then
   * finds out by its own clock.
   */
  holdsLease(): boolean {
    const isHeld = holdsLease(this.#state, this.#deps.clock.nowMs())
    if (!isHeld && this.#state.role === 'owning') this.#inbox.push({ type: 'lapsed' })
    return isHeld
  }

  /** Returns the held lease, or null if it is not held. */
  lease(): LeaseRecord | null {
    if (!this.holdsLease() || this.#state.role !== 'owning') return null
    return this.#state.held
  }

  /** Releases the lease. Resolves when that has succeeded or failed. */
  async stop(): Promise<void> {
    for (const cancel of this.#cancels) cancel()
    this.#cancels = []
    this.#inbox.push({ type: 'stop' })
    await this.#releasing
  }

  #apply(input: LeaseInput): void {
    const context = { times: this.#times, owned: this.#options.ownedCount() }
    const { next, effects } = leaseTransition(this.#state, input, this.#deps.clock.nowMs(), context)
    const before = this.#state
    this.#state = next
    for (const effect of effects) this.#perform(effect)
    const isLost = input.type === 'failed' && next.role === 'reading'
    if ((isLost || next.role === 'following') && next !== before) this.#options.follow()
    if (next.role === 'ended') this.#cancelWait?.()
    this.#watchLapse()
  }

  #perform(effect: LeaseEffect): void {
    const { broker, clock } = this.#deps
    const { account } = this.#options
    switch (effect.type) {
      case 'read': {
        const { generation } = effect
        this.#request(broker.readLease(account), generation, read => ({ type: 'read', generation, read }))
        break
      }
      case 'acquire': {
        const { generation, request } = effect
        this.#request(broker.acquire(account, request), generation, result => ({
          type: 'acquired',
          generation,
          result,
        }))
        break
      }
      case 'renew': {
        const { sentAt, held } = effect
        const { fence } = held
        this.#request(broker.renew(account, held), null, result => ({
          type: 'renewed',
          fence,
          sentAt,
          result,
        }))
        break
      }
      case 'release':
        this.#releasing = broker.release(account, effect.held).catch(ignoreUnavailable)
        break
      case 'wait':
        this.#cancelWait?.()
        this.#cancelWait = clock.after(effect.ms, () =>
          this.#inbox.push({ type: 'timer', generation: effect.generation }),
        )
        break
      case 'own':
        this.#options.own()
        break
      case 'disown':
        this.#options.follow()
    }
  }

  /** A failed renewal is ignored: the next one follows soon, and the deadline stands. */
  #request<T>(work: Promise<T>, generation: number | null, inputOf: (result: T) => LeaseInput): void {
    work.then(
      result => this.#inbox.push(inputOf(result)),
      (error: unknown) => {
        ignoreUnavailable(error)
        if (generation !== null) this.#inbox.push({ type: 'failed', generation })
      },
    )
  }

  /** Schedules a check at the end of the lease. */
  #watchLapse(): void {
    const at = this.#state.role === 'owning' ? this.#state.safeUntil : null
    // Each renewal moves the deadline. The machine ignores a timer that fires early, and arms it again.
    if (at === null) this.#lapse.cancel()
    else this.#lapse.armBy(at)
  }
}

function ignoreUnavailable(error: unknown): void {
  if (!(error instanceof AxisorError)) throw error
}
