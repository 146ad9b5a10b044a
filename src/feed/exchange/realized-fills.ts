import type { CrossFill, History, RealizedFill } from '../../domain/snapshot.ts'
import type { CrossHistory } from './cross-history.ts'

type RealizedHistory = Pick<History, 'crossFills' | 'crossUnknownReason'>

/**
 * Adds the realized P&L to recent fills of the cross position. The P&L of a fill never changes, so it is replayed once: the earlier fills
 * that the replay needs are read only if there are new ones.
 */
export class RealizedFills {
  readonly #readCross: (sinceMs: number) => Promise<CrossHistory | null>
  /** Fills whose P&L is known, or can't be known, by id. */
  #final: ReadonlyMap<string, RealizedFill> = new Map()
  /** Why the P&L of a fill in `#final` is null. */
  #finalReason: string | null = null
  #retriesSoon = false

  /** `readCross` reads the fills since a time with their P&L; null if that fails. */
  constructor(readCross: (sinceMs: number) => Promise<CrossHistory | null>) {
    this.#readCross = readCross
  }

  /** True if the last read came too early: the exchange had not listed the last fill yet. */
  get retriesSoon(): boolean {
    return this.#retriesSoon
  }

  /** Returns the fills since `sinceMs`, newest first, with their P&L. Null if `fills` is null. */
  async realize(fills: readonly CrossFill[] | null, sinceMs: number): Promise<RealizedHistory> {
    this.#retriesSoon = false
    if (fills === null) return { crossFills: null, crossUnknownReason: null }
    const hasNew = fills.some(fill => !this.#final.has(fill.id))
    const reason = hasNew ? await this.#replay(sinceMs) : null
    const realized = fills.map(
      fill => this.#final.get(fill.id) ?? { ...fill, plSats: null, positionUsd: null },
    )
    this.#final = new Map([...this.#final].filter(([id]) => fills.some(fill => fill.id === id)))
    const isUnknown = realized.some(({ plSats }) => plSats === null)
    return {
      crossFills: realized.toSorted((a, b) => b.filledAt - a.filledAt),
      crossUnknownReason: isUnknown ? (reason ?? this.#finalReason) : null,
    }
  }

  /** Replays all fills since `sinceMs`. Returns why the P&L of some is unknown, or null. */
  async #replay(sinceMs: number): Promise<string | null> {
    const history = await this.#readCross(sinceMs)
    if (history?.fills == null)
      return history?.unknown?.reason ?? "the earlier fills of the cross position can't be read"
    const { fills, unknown } = history
    this.#retriesSoon = unknown?.retry === 'soon'
    const isFinal = unknown === null || unknown.retry === 'never'
    const final = isFinal ? fills : fills.filter(({ plSats }) => plSats !== null)
    this.#final = new Map([
      ...this.#final,
      ...final.map(({ fill, plSats, held }) => {
        return [fill.id, { ...fill, plSats, positionUsd: held?.quantityUsd ?? null }] as const
      }),
    ])
    if (isFinal) this.#finalReason = unknown?.reason ?? null
    return unknown?.reason ?? null
  }
}
