import type { Alert, Notice } from '../../domain/alerts/alert.ts'
import type { Finding } from '../alert-input.ts'

/** What keeps a host from delivering. `remedy`: null if the message says what to do, or if nothing can be done. */
type HostProblem = Pick<Finding, 'level' | 'message' | 'remedy'>

/** What keeps a host from delivering, as findings of the built-in rule `delivery`. */
export class HostProblems {
  readonly #found = new Map<string, Finding>()
  /** Keys of undelivered notices about events, which are over when they are reported. */
  readonly #events = new Set<string>()

  /** Keys of undelivered notices whose alerts were returned once to be sent again. */
  readonly #taken = new Set<string>()

  /** Sets or replaces a problem; null ends it. */
  set(key: string, problem: HostProblem | null): void {
    if (problem === null) this.#remove(key)
    else
      this.#found.set(key, {
        key,
        kind: 'delivery',
        ...problem,
        subject: 'delivery',
        positionId: null,
      })
  }

  /** Replaces all problems of the settings. */
  setConfigured(messages: readonly string[]): void {
    const isOver = (key: string): boolean =>
      key.startsWith(CONFIGURED) && !messages.includes(key.slice(CONFIGURED.length))
    for (const key of [...this.#found.keys()].filter(isOver)) this.#remove(key)
    for (const message of messages)
      this.set(`${CONFIGURED}${message}`, { level: 'warn', message, remedy: null })
  }

  /** No channel has taken an urgent notice. A problem of delivery itself is not reported again. */
  undelivered({ alert, event }: Pick<Notice, 'alert' | 'event'>): void {
    if (alert.kind === 'delivery') return
    const key = undeliveredKey(alert.id)
    if (event === 'event') this.#events.add(key)
    this.set(key, {
      level: 'critical',
      message: `no channel took this alert: ${alert.message}`,
      remedy: 'Test the channels, and look for the reason in the log of attempts',
    })
  }

  /** Ids of the alerts whose notices no channel has taken. Of each problem they are returned once. */
  takeUndelivered(): readonly string[] {
    const ids = [...this.#found.keys()]
      .filter(key => key.startsWith(UNDELIVERED) && !this.#taken.has(key))
      .map(key => key.slice(UNDELIVERED.length))
    for (const id of ids) this.#taken.add(undeliveredKey(id))
    return ids
  }

  /** A channel has taken a notice of this alert. */
  delivered({ alert }: Notice): void {
    this.set(undeliveredKey(alert.id), null)
  }

  /**
   * Ends the problems of alerts that no longer fire or are acknowledged. An event does not fire: its problem ends when the problem itself is
   * acknowledged.
   */
  keepOnly(active: readonly Alert[]): void {
    const firing = new Set(active.filter(({ state }) => state === 'firing').map(({ id }) => id))
    const seen = new Set(
      active
        .filter(({ kind, state }) => kind === 'delivery' && state === 'acknowledged')
        .map(({ message }) => message),
    )
    for (const [key, { message }] of [...this.#found]) {
      if (!key.startsWith(UNDELIVERED)) continue
      const isOver = this.#events.has(key) ? seen.has(message) : !firing.has(key.slice(UNDELIVERED.length))
      if (isOver) this.#remove(key)
    }
  }

  list(): readonly Finding[] {
    return [...this.#found.values()]
  }

  #remove(key: string): void {
    this.#found.delete(key)
    this.#events.delete(key)
    this.#taken.delete(key)
  }
}

const CONFIGURED = 'configured '
const UNDELIVERED = 'undelivered '

/** Key of the problem of an alert whose notice no channel has taken. */
export function undeliveredKey(alertId: string): string {
  return `${UNDELIVERED}${alertId}`
}
