import type { AccountSnapshot, Change } from '../../domain/snapshot.ts'
import type { FeedEvent } from '../feed.ts'

type BufferedEvent = Extract<FeedEvent, { type: 'change' }>

/** Options of a reset. */
export interface ResetOptions {
  /** As in the `reset` event. */
  readonly asOf?: number | undefined
  /** The snapshot holds the first parts of a read that is still in progress. Default: false. */
  readonly morePartsFollow?: boolean
}

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

  /** Emits a snapshot and replays the changes since the read began. The read ends, unless more parts follow. */
  reset(at: number, snapshot: AccountSnapshot, { asOf, morePartsFollow = false }: ResetOptions = {}): void {
    const replay = this.#recorded ?? []
    if (!morePartsFollow) this.#recorded = null
    this.#hasSnapshot = true
    this.#emit({ type: 'reset', at, snapshot, asOf })
    for (const event of replay) this.#emit(event)
  }
}
