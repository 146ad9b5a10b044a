import type { AccountSnapshot, Change } from '../../domain/snapshot.ts'
import type { FeedEvent } from '../feed.ts'

type BufferedEvent = Extract<FeedEvent, { type: 'change' }>

/**
 * Keeps what one socket says in order: no change before the first picture, and nothing lost that was said while a picture was
 * being read. Such changes are told again after the picture, with the time at which they arrived; applying one twice changes nothing.
 */
export class ChangeBuffer {
  readonly #emit: (event: FeedEvent) => void
  #hasSnapshot = false
  /** What was said since the reading began; null while none is under way. */
  #recorded: BufferedEvent[] | null = []

  constructor(tell: (event: FeedEvent) => void) {
    this.#emit = tell
  }

  /** A reading begins. Before the first picture everything is kept already, from the moment the socket opened. */
  snapshotStarted(): void {
    if (this.#hasSnapshot) this.#recorded = []
  }

  change(at: number, change: Change, sourceAt: number | null): void {
    const told: BufferedEvent = { type: 'change', at, sourceAt, change }
    this.#recorded?.push(told)
    if (this.#hasSnapshot) this.#emit(told)
  }

  reset(at: number, snapshot: AccountSnapshot, asOf?: number): void {
    const again = this.#recorded ?? []
    this.#recorded = null
    this.#hasSnapshot = true
    this.#emit({ type: 'reset', at, snapshot, asOf })
    for (const told of again) this.#emit(told)
  }
}
