import type { HistoryRows } from '../../ports/account-history.ts'

/** How far a row is looked for: others may have come before it. */
const SEARCHED = 200

/** The index of the row with this id, near another index; null if it is not there. */
export function nearRow(rows: HistoryRows, near: number, id: string): number | null {
  for (let step = 0; step <= SEARCHED; step += 1)
    for (const index of [near + step, near - step]) if (rows.at(index)?.id === id) return index
  return null
}
