import { isUrgent, type Notice } from '../../domain/alerts/alert.ts'
import { ForgettingMap } from '../../domain/forgetting-map.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { DeliveryJournal } from './journal.ts'

/** An urgent notice that no channel has taken after this time is reported to the host. */
const UNDELIVERED_AFTER_MS = 60_000

/** After this a notice has expired, and its id does not come again. */
const FORGET_AFTER_MS = 25 * 3_600_000

/** True for an urgent notice about something that goes on. */
export function mustArrive({ alert, event }: Notice): boolean {
  return isUrgent(alert.level) && event !== 'resolved' && event !== 'test'
}

interface Watched {
  readonly notice: Notice
  state: 'waiting' | 'taken' | 'reported'
  cancel: Cancel
}

interface WatchDeps {
  readonly clock: Clock
  readonly journal: DeliveryJournal
  readonly isHolder: () => boolean
  readonly onUndelivered: (notice: Notice) => void
}

/** Reports urgent notices that no channel takes: once in the life of the process. */
export class UndeliveredWatch {
  readonly #deps: WatchDeps
  readonly #watched = new ForgettingMap<Watched>(
    ({ notice, state }, now) => state !== 'waiting' && now > notice.at + FORGET_AFTER_MS,
  )

  readonly #checks = new Set<Promise<void>>()
  #isClosed = false

  constructor(deps: WatchDeps) {
    this.#deps = deps
  }

  /** Watches a notice that has just been queued; again for each of its channels. */
  queued(notice: Notice): void {
    const { clock } = this.#deps
    if (!mustArrive(notice) || this.#watched.get(notice.id) !== undefined) return
    const now = clock.nowMs()
    const watched: Watched = { notice, state: 'waiting', cancel: () => {} }
    const waitMs = Math.min(UNDELIVERED_AFTER_MS, notice.at + UNDELIVERED_AFTER_MS - clock.toWall(now))
    watched.cancel = clock.after(waitMs, () => this.#startCheck(watched))
    this.#watched.set(notice.id, watched, now)
  }

  /** A channel has taken the notice. */
  taken(notice: Notice): void {
    const watched = this.#watched.get(notice.id)
    if (watched === undefined) return
    watched.cancel()
    watched.state = 'taken'
  }

  /** No channel is left that could take the notice: there is nothing to wait for. */
  exhausted(notice: Notice): void {
    const watched = this.#watched.get(notice.id)
    if (watched?.state !== 'waiting') return
    watched.cancel()
    this.#startCheck(watched)
  }

  /** Ends all watching. Resolves when no check reads the outbox. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const { cancel } of this.#watched.values()) cancel()
    await Promise.all(this.#checks)
  }

  #startCheck(watched: Watched): void {
    if (this.#isClosed) return
    const check = this.#check(watched).finally(() => this.#checks.delete(check))
    this.#checks.add(check)
  }

  async #check(watched: Watched): Promise<void> {
    const { notice } = watched
    const { journal, isHolder, onUndelivered } = this.#deps
    // Another process may have delivered it before this one took over. A failing outbox can't tell: then it counts as undelivered.
    const summaries = await journal.summaries(notice.at)
    const found = summaries?.find(({ noticeId }) => noticeId === notice.id)
    if (watched.state !== 'waiting' || this.#isClosed) return
    if ((found?.delivered ?? 0) > 0) watched.state = 'taken'
    else if (isHolder()) {
      watched.state = 'reported'
      onUndelivered(notice)
    } else this.#watched.delete(notice.id)
  }
}
