import type { BookedFill } from '../../ledger/cross-book.ts'
import { realizedCross } from '../../ledger/realized-cross.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { readCrossRows } from './read-booked-rows.ts'

/** Lists that are kept: each may have 100,000 rows. */
const MAX_LISTS = 4

/** A row of the list: a fill by its index, or a trade by its id. */
export type HistoryEntry =
  | { readonly at: number; readonly fill: number }
  | { readonly at: number; readonly tradeId: string }

/** The closed trades and cross fills of a ledger. */
export interface HistoryList {
  /** Newest first. */
  readonly listed: readonly HistoryEntry[]
  /** Oldest first. */
  readonly fills: readonly BookedFill[]
}

interface KeptList {
  readonly ledger: Ledger
  readonly version: string
  readonly list: HistoryList
}

/** The lists of the ledgers that were read last: the pages of one list cost one reading. */
export class HistoryLists {
  #kept: readonly KeptList[] = []

  /** Reads the list unless it is known. @throws AxisorError as the ledger */
  async read(ledger: Ledger): Promise<HistoryList> {
    const version = await versionOf(ledger)
    const known = this.#kept.find(each => each.ledger === ledger && each.version === version)
    const list = known?.list ?? (await readList(ledger))
    const others = this.#kept.filter(each => each.ledger !== ledger)
    this.#kept = [...others, { ledger, version, list }].slice(-MAX_LISTS)
    return list
  }

  /** Drops the list of a ledger that is closed. */
  forget(ledger: Ledger): void {
    this.#kept = this.#kept.filter(each => each.ledger !== ledger)
  }
}

/** Rows are stored with the state of their listing. The P&L of fills also depends on the last sample. */
async function versionOf(ledger: Ledger): Promise<string> {
  const [sample] = await ledger.read('samples', { newest: 1 })
  return JSON.stringify([await ledger.routes(), sample ?? null])
}

async function readList(ledger: Ledger): Promise<HistoryList> {
  const { fills } = realizedCross(await readCrossRows(ledger), await ledger.routes())
  const trades: { readonly at: number; readonly tradeId: string }[] = []
  await ledger.scan(
    'trades',
    ({ id, state, closedAt }) => {
      if (state === 'closed' && closedAt !== null) trades.push({ at: closedAt, tradeId: id })
    },
    ['id', 'state', 'closedAt'],
  )
  // The scan has no order, and pages must fit together.
  trades.sort((a, b) => b.at - a.at || (a.tradeId < b.tradeId ? -1 : 1))
  const listed = [...fills.map(({ fill }, index) => ({ at: fill.filledAt, fill: index })), ...trades]
  return { listed: listed.sort((a, b) => b.at - a.at), fills }
}
