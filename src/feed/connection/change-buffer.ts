import type { AccountSnapshot, Change } from '../../domain/snapshot.ts'
import type { FeedEvent } from '../feed.ts'

type BufferedEvent = Extract<FeedEvent, { type: 'change' }>

/**
 * Buffers changes received while a snapshot is being read and replays them after it, with their time of arrival. No change is emitted
 * before the first snapshot. Replays are safe because changes are idempotent.
 */
export class ChangeBuffer {
  readonly #emit: (event: FeedEvent) => void
  #hasSnapshot = false
  /** Changes since the read began, or null if none is in progress. */
  #recorded: BufferedEvent[] | null = []

  constructor(emit: (event: FeedEvent) => void) {
    this.#emit = emit
  }

  /** Starts buffering. Before the first snapshot everything is buffered already, from the open socket on. */
  snapshotStarted(): void {
    if (this.#hasSnapshot) this.#recorded = []
  }

  change(at: number, change: Change, sourceAt: number | null): void {
    const event: BufferedEvent = { type: 'change', at, sourceAt, change }
    this.#recorded?.push(event)
    if (this.#hasSnapshot) this.#emit(event)
  }

  reset(at: number, snapshot: AccountSnapshot, asOf?: number): void {
    const replay = this.#recorded ?? []
    this.#recorded = null
    this.#hasSnapshot = true
    this.#emit({ type: 'reset', at, snapshot, asOf })
    for (const event of replay) this.#emit(event)
  }
}
