import type { Alert, Level, Notice } from '../../domain/alerts/alert.ts'
import type { Finding } from '../alert-input.ts'

/** What keeps a host from delivering, as findings of the built-in rule `delivery`. */
export class HostProblems {
  readonly #found = new Map<string, Finding>()

  /** Sets or replaces a problem; null ends it. */
  set(key: string, problem: { readonly level: Level; readonly message: string } | null): void {
    if (problem === null) this.#found.delete(key)
    else
      this.#found.set(key, {
        key,
        kind: 'delivery',
        ...problem,
        subject: 'delivery',
        positionId: null,
        remedy: 'Check the channels with: axisor alerts test',
      })
  }

  /** No channel has taken an urgent notice. A problem of delivery itself is not reported again. */
  undelivered({ alert }: Notice): void {
    if (alert.kind === 'delivery') return
    this.set(`undelivered ${alert.id}`, {
      level: 'critical',
      message: `no channel took this alert within 60 s: ${alert.message}`,
    })
  }

  /** A channel has taken a notice of this alert. */
  delivered({ alert }: Notice): void {
    this.set(`undelivered ${alert.id}`, null)
  }

  /** Ends the problems of alerts that no longer fire or are acknowledged. */
  keepOnly(active: readonly Alert[]): void {
    for (const key of this.#found.keys()) {
      if (!key.startsWith('undelivered ')) continue
      const id = key.slice('undelivered '.length)
      if (!active.some(alert => alert.id === id && alert.state === 'firing')) this.#found.delete(key)
    }
  }

  list(): readonly Finding[] {
    return [...this.#found.values()]
  }
}
