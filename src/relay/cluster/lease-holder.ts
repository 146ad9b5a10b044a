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

/** What a claim needs of the world. */
export interface LeaseHolderDeps {
  readonly clock: Clock
  readonly random: Random
  readonly broker: Broker
}

/** What a claim is told about, and whom it tells. */
export interface LeaseHolderOptions {
  readonly account: string
  readonly times?: LeaseTimes
  /** How many accounts this process owns. */
  owned(): number
  /** We watch the exchange from now on. */
  own(): void
  /** Somebody else does, or nobody can tell who: from now on we follow. Called again and again, also before `own` was. */
  follow(): void
}

/** One relay's wish to watch an account: carries out what the machine of ownership decides. */
export class LeaseHolder {
  readonly #world: LeaseHolderDeps
  readonly #options: LeaseHolderOptions
  readonly #times: LeaseTimes
  readonly #inbox = new Inbox<LeaseInput>(input => this.#apply(input))
  #lease: LeaseState
  #cancelWait: Cancel | null = null
  readonly #lapse: DeadlineTimer
  #cancels: Cancel[] = []
  #releasing: Promise<void> = Promise.resolve()

  constructor(world: LeaseHolderDeps, options: LeaseHolderOptions) {
    this.#world = world
    this.#options = options
    this.#lapse = new DeadlineTimer(world.clock, () => this.#inbox.push({ type: 'lapsed' }))
    this.#times = options.times ?? LEASE_TIMES
    this.#lease = initialLease(world.random.hex(OWNER_BYTES))
  }

  /** Begins to look who watches, and to watch when nobody does. */
  async start(): Promise<void> {
    const { broker } = this.#world
    const cancelLink = broker.onLink(isUp => {
      if (isUp) this.#inbox.push({ type: 'reconnected' })
    })
    this.#cancels.push(cancelLink)
    const cancelLease = await broker.onLease(this.#options.account, record =>
      this.#inbox.push({ type: 'changed', record }),
    )
    if (this.#lease.role === 'ended') return cancelLease()
    this.#cancels.push(cancelLease)
    this.#inbox.push({ type: 'start' })
  }

  /**
   * True while nobody else may speak with the exchange: asked again right before each single act, so that a process that was frozen
   * finds out by its own clock, before it does or hears anything else.
   */
  holdsLease(): boolean {
    const may = holdsLease(this.#lease, this.#world.clock.nowMs())
    if (!may && this.#lease.role === 'owning') this.#inbox.push({ type: 'lapsed' })
    return may
  }

  /** What to speak under; null when it is not ours. */
  held(): LeaseRecord | null {
    if (!this.holdsLease() || this.#lease.role !== 'owning') return null
    return this.#lease.held
  }

  /** Gives it up; settles when the lease has been given back, or could not be. */
  async stop(): Promise<void> {
    for (const cancel of this.#cancels) cancel()
    this.#cancels = []
    this.#inbox.push({ type: 'stop' })
    await this.#releasing
  }

  #apply(input: LeaseInput): void {
    const around = { times: this.#times, owned: this.#options.owned() }
    const { next, effects } = leaseTransition(this.#lease, input, this.#world.clock.nowMs(), around)
    const before = this.#lease
    this.#lease = next
    for (const effect of effects) this.#perform(effect)
    const isLost = input.type === 'failed' && next.role === 'looking'
    if ((isLost || next.role === 'following') && next !== before) this.#options.follow()
    if (next.role === 'ended') this.#cancelWait?.()
    this.#watchLapse()
  }

  #perform(effect: LeaseEffect): void {
    const { broker, clock } = this.#world
    const { account } = this.#options
    switch (effect.type) {
      case 'look': {
        const { turn } = effect
        this.#ask(broker.readLease(account), turn, seen => ({ type: 'read', turn, seen }))
        break
      }
      case 'take': {
        const { turn, taking } = effect
        this.#ask(broker.acquire(account, taking), turn, result => ({ type: 'acquired', turn, result }))
        break
      }
      case 'renew': {
        const { sentAt, held } = effect
        const { fence } = held
        this.#ask(broker.renew(account, held), null, result => ({ type: 'renewed', fence, sentAt, result }))
        break
      }
      case 'release':
        this.#releasing = broker.release(account, effect.held).catch(ignoreUnavailable)
        break
      case 'wait':
        this.#cancelWait?.()
        this.#cancelWait = clock.after(effect.ms, () =>
          this.#inbox.push({ type: 'timer', turn: effect.turn }),
        )
        break
      case 'own':
        this.#options.own()
        break
      case 'disown':
        this.#options.follow()
    }
  }

  /** A renewal that fails is no news: the next one comes soon, and the deadline stands. */
  #ask<T>(work: Promise<T>, turn: number | null, inputOf: (result: T) => LeaseInput): void {
    work.then(
      result => this.#inbox.push(inputOf(result)),
      (error: unknown) => {
        ignoreUnavailable(error)
        if (turn !== null) this.#inbox.push({ type: 'failed', turn })
      },
    )
  }

  /** Looks at the clock when the lease would be over, whether or not there is anything to do then. */
  #watchLapse(): void {
    const at = this.#lease.role === 'owning' ? this.#lease.safeUntil : null
    // Each renewal moves it on; the machine ignores a timer that fires too early, and arms it again.
    if (at === null) this.#lapse.cancel()
    else this.#lapse.armBy(at)
  }
}

function ignoreUnavailable(error: unknown): void {
  if (!(error instanceof AxisorError)) throw error
}
