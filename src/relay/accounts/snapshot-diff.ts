import type { AccountSnapshot } from '../../domain/snapshot.ts'
import type { State } from '../../store/state.ts'
import type { SnapshotParts, SnapshotRefresh } from '../../wire/relay/messages.ts'

const PARTS = ['ticker', 'account', 'isolated', 'isolatedOrders', 'cross', 'crossOrders'] as const

type Part = (typeof PARTS)[number]

/** Where a state holds what a picture says in one part. The same objects: nothing was said about it since. */
function held(state: State, part: Part): readonly unknown[] {
  if (part !== 'ticker') return [state[part]]
  return [state.lastPrice, state.index, state.funding, state.buckets]
}

/** What all peers were last told in whole parts, and which of these parts a change has touched since. */
export class SnapshotDiff {
  #snapshot: AccountSnapshot
  #state: State
  readonly #touched = new Set<Part>()

  constructor(snapshot: AccountSnapshot, state: State) {
    this.#snapshot = snapshot
    this.#state = state
  }

  /** A change was told. A peer that came meanwhile has had another picture, so such a part must be told whole next time. */
  changed(state: State): void {
    for (const part of PARTS) {
      const before = held(this.#state, part)
      if (held(state, part).some((value, i) => value !== before[i])) this.#touched.add(part)
    }
    this.#state = state
  }

  /** A picture was read again: what to tell of it. */
  refreshed(snapshot: AccountSnapshot, state: State): SnapshotRefresh {
    const parts: Record<string, unknown> = {}
    let confirmedAt = snapshot.endedAt
    for (const part of PARTS) {
      if (this.#touched.has(part) || !isSame(this.#snapshot[part], snapshot[part]))
        parts[part] = snapshot[part]
      else confirmedAt = Math.min(confirmedAt, snapshot[part]?.receivedAt ?? confirmedAt)
    }
    this.#snapshot = snapshot
    this.#state = state
    this.#touched.clear()
    const { startedAt, endedAt, key, missing } = snapshot
    return { startedAt, endedAt, confirmedAt, key, missing, parts: parts as Partial<SnapshotParts> }
  }

  /** True when a picture is of another exchange, which no delta can say. */
  isElsewhere({ origin, network }: AccountSnapshot): boolean {
    return origin !== this.#snapshot.origin || network !== this.#snapshot.network
  }
}

function isSame(known: SnapshotParts[Part], next: SnapshotParts[Part]): boolean {
  return JSON.stringify(known?.value) === JSON.stringify(next?.value) && known?.sourceAt === next?.sourceAt
}
