import type { Alert, Notice } from '../../domain/alerts/alert.ts'
import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { EngineState } from '../engine-state.ts'
import type { AlertChange } from './alert-monitor.ts'

/** Longest wait for the id that the delivering host gave an alert: its commit, and two reads of the outbox. */
const ID_WAIT_MS = 1_500

/** What decides when changes are shown. */
export interface ShownChangesDeps {
  readonly clock: Clock
  /** True while another host on the same outbox delivers: it gives the alerts their ids. */
  readonly followsOther: () => boolean
}

interface HeldChange {
  readonly change: AlertChange
  readonly until: number
}

/**
 * Passes changes to listeners so that all notices of a firing have one id, and the one that the delivering host gave it. A host that follows
 * another one holds a new alert back until it knows that id. If the other host does not find the alert, its own id stays.
 */
export class ShownChanges {
  readonly #deps: ShownChangesDeps
  readonly #listeners = new Set<(change: AlertChange) => void>()
  readonly #timer: DeadlineTimer
  #held: readonly HeldChange[] = []
  /** Ids that the delivering host gave, by the key of the firing alert. */
  #stored: ReadonlyMap<string, string> = new Map()
  /** Keys of firing alerts, by each id that they have had here. */
  readonly #keys = new Map<string, string>()
  /** Ids under which firing alerts were shown, by their key. */
  readonly #shown = new Map<string, string>()

  constructor(deps: ShownChangesDeps) {
    this.#deps = deps
    this.#timer = new DeadlineTimer(deps.clock, () => this.#release())
  }

  subscribe(listener: (change: AlertChange) => void): Cancel {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Shows a change, now or once the ids of its alerts are known. */
  add(change: AlertChange): void {
    this.#learnKeys(change.state)
    this.#held = [...this.#held, { change, until: this.#deps.clock.nowMs() + ID_WAIT_MS }]
    this.#release()
    if (this.#held.length === 0) this.#keepOnly(change.state)
  }

  /** To be called after this host has agreed with the stored state of the delivering one. */
  followed(own: EngineState, stored: EngineState): void {
    this.#learnKeys(own)
    this.#stored = new Map([...stored.firing].map(([key, { alert }]) => [key, alert.id]))
    this.#release()
  }

  /** Shows what is held back. */
  close(): void {
    for (const { change } of this.#held) this.#show(change)
    this.#held = []
    this.#timer.close()
  }

  #learnKeys({ firing }: EngineState): void {
    for (const [key, { alert }] of firing) this.#keys.set(alert.id, key)
  }

  /** Shows held changes in order, up to the first that waits. */
  #release(): void {
    const now = this.#deps.clock.nowMs()
    for (let [first] = this.#held; first !== undefined; [first] = this.#held) {
      if (now < first.until && this.#waits(first.change)) {
        this.#timer.armBy(first.until)
        return
      }
      this.#held = this.#held.slice(1)
      this.#show(first.change)
    }
    this.#timer.cancel()
  }

  #waits({ notices }: AlertChange): boolean {
    if (!this.#deps.followsOther()) return false
    return notices.some(({ event, alert }) => {
      const key = this.#keys.get(alert.id)
      return event === 'firing' && key !== undefined && !this.#stored.has(key)
    })
  }

  #show(change: AlertChange): void {
    const notices = change.notices.map(notice => this.#named(notice))
    const raised = change.raised.map(alert => this.#withShownId(alert))
    for (const listener of [...this.#listeners]) listener({ ...change, notices, raised })
  }

  #named(notice: Notice): Notice {
    const { event, alert } = notice
    const key = this.#keys.get(alert.id)
    if (event === 'firing' && key !== undefined) {
      const id = this.#deps.followsOther() ? (this.#stored.get(key) ?? alert.id) : alert.id
      this.#shown.set(key, id)
    }
    const named = this.#withShownId(alert)
    return named === alert ? notice : { ...notice, alert: named }
  }

  #withShownId(alert: Alert): Alert {
    const key = this.#keys.get(alert.id)
    const id = key === undefined ? undefined : this.#shown.get(key)
    return id === undefined || id === alert.id ? alert : { ...alert, id }
  }

  /** Forgets alerts that no longer fire, of which some end without a notice. */
  #keepOnly({ firing }: EngineState): void {
    for (const [id, key] of [...this.#keys]) if (!firing.has(key)) this.#keys.delete(id)
    for (const key of [...this.#shown.keys()]) if (!firing.has(key)) this.#shown.delete(key)
  }
}
