import type { AccountSnapshot } from '../../domain/snapshot.ts'
import type { State } from '../../store/state.ts'
import type { SnapshotParts, SnapshotRefresh } from '../../wire/relay/messages.ts'

const PARTS = ['ticker', 'account', 'isolated', 'isolatedOrders', 'cross', 'crossOrders'] as const

type Part = (typeof PARTS)[number]

/** Returns true if a part of a snapshot differs between two states. Unchanged parts keep their objects. */
function differs(before: State, after: State, part: Part): boolean {
  if (part !== 'ticker') return before[part] !== after[part]
  return (
    before.lastPrice !== after.lastPrice ||
    before.index !== after.index ||
    before.funding !== after.funding ||
    before.buckets !== after.buckets
  )
}

/** Compares a new snapshot with the one that all peers have, part by part. */
export class SnapshotDiff {
  #snapshot: AccountSnapshot
  #state: State
  readonly #touched = new Set<Part>()

  constructor(snapshot: AccountSnapshot, state: State) {
    this.#snapshot = snapshot
    this.#state = state
  }

  /**
   * Records a change that is sent as a delta. Peers that joined since have a different snapshot, so a changed part is
   * resent whole next time.
   */
  recordChange(state: State): void {
    for (const part of PARTS) if (differs(this.#state, state, part)) this.#touched.add(part)
    this.#state = state
  }

  /** Returns the parts of a new snapshot that must be sent. */
  refresh(snapshot: AccountSnapshot, state: State): SnapshotRefresh {
    const parts: Record<string, unknown> = {}
    let confirmedAt = snapshot.endedAt
    for (const part of PARTS) {
      if (this.#touched.has(part) || !isConfirmed(this.#snapshot[part], snapshot[part]))
        parts[part] = snapshot[part]
      else confirmedAt = Math.min(confirmedAt, snapshot[part]?.receivedAt ?? confirmedAt)
    }
    this.#snapshot = snapshot
    this.#state = state
    this.#touched.clear()
    const { startedAt, endedAt, key, missing, parts: reports, lastKnown } = snapshot
    const changed = parts as Partial<SnapshotParts>
    return { startedAt, endedAt, confirmedAt, key, missing, reports, lastKnown, parts: changed }
  }

  /** Returns true if a snapshot is from a different exchange, which no delta can express. */
  isOtherExchange({ origin, network }: AccountSnapshot): boolean {
    return origin !== this.#snapshot.origin || network !== this.#snapshot.network
  }
}

/** Returns true if the part was read again with the same value. A part whose read failed is resent with its old times. */
function isConfirmed(known: SnapshotParts[Part], next: SnapshotParts[Part]): boolean {
  if (known === null || next === null) return known === next
  return (
    next.receivedAt > known.receivedAt &&
    next.sourceAt === known.sourceAt &&
    JSON.stringify(known.value) === JSON.stringify(next.value)
  )
}
