import type { DatabaseSync } from 'node:sqlite'
import { CROSS_ID } from '../../domain/position.ts'
import type { BookedFill } from '../../ledger/cross-book.ts'
import { type CrossRound, crossRounds } from '../../ledger/cross-rounds.ts'
import { crossStory } from '../../ledger/cross-story.ts'
import { fillHistoryRow, tradeHistoryRow } from '../../ledger/history-row.ts'
import { type HistorySummary, readHistorySummary } from '../../ledger/history-summary.ts'
import type { EventPrices } from '../../ledger/postings.ts'
import { realizedCross } from '../../ledger/realized-cross.ts'
import { eventPrices } from '../../ledger/report.ts'
import type { TradeRow } from '../../ledger/rows.ts'
import type { StoryEvent } from '../../ledger/story-event.ts'
import { tradeStory } from '../../ledger/trade-story.ts'
import type { Ledger, LedgerRange } from '../../ports/ledger.ts'
import type { HistoryPage, LedgerHistory } from '../../ports/ledger-history.ts'
import { type ListedRow, TradePages } from './trade-pages.ts'

const MINUTE_MS = 60_000

/** The history of a ledger in an open database. Reads synchronously, as the ledger does. */
export class SqliteLedgerHistory implements LedgerHistory {
  readonly #ledger: Ledger
  readonly #pages: TradePages
  #fills: readonly BookedFill[] = []
  /** State of the database that `#fills` is from. */
  #readAt = ''

  constructor(ledger: Ledger, database: DatabaseSync, mapped: (error: unknown) => unknown) {
    this.#ledger = ledger
    this.#pages = new TradePages(database, mapped)
  }

  async summary(now: number): Promise<HistorySummary> {
    await this.#refresh()
    const rows = this.#pages.listed()
    const listed = { fills: this.#fills, count: rows.length, oldestAt: rows.at(-1)?.at ?? null }
    return readHistorySummary(this.#ledger, listed, now)
  }

  async rows(first: number, count: number): Promise<HistoryPage> {
    await this.#refresh()
    const listed = this.#pages.listed()
    const rows = this.#pages.read(
      listed.slice(first, first + count),
      index => {
        const fill = this.#fills[index]
        return fill === undefined ? null : fillHistoryRow(fill)
      },
      tradeHistoryRow,
    )
    return { rows, total: listed.length }
  }

  async story(id: string): Promise<readonly StoryEvent[] | null> {
    await this.#refresh()
    const trade = this.#pages.trade(id)
    if (trade !== null) return this.#tradeStory(trade)
    const round = crossRounds(this.#fills).find(({ fills }) =>
      fills.some(({ booked }) => booked.fill.id === id),
    )
    return round === undefined ? null : this.#crossStory(round)
  }

  async #tradeStory(trade: TradeRow): Promise<readonly StoryEvent[]> {
    const ledger = this.#ledger
    const range = { from: trade.createdAt, to: trade.closedAt ?? Number.MAX_SAFE_INTEGER }
    const { events } = tradeStory({
      trade,
      funding: (await ledger.read('funding', range)).filter(({ tradeId }) => tradeId === trade.id),
      observations: (await ledger.read('observations')).filter(({ tradeId }) => tradeId === trade.id),
      notices: (await ledger.read('notices', { from: range.from })).filter(
        ({ positionId }) => positionId === trade.id,
      ),
      prices: await this.#prices(range),
    })
    return events
  }

  async #crossStory(round: CrossRound): Promise<readonly StoryEvent[]> {
    const ledger = this.#ledger
    const range = { from: round.from, to: round.to ?? Number.MAX_SAFE_INTEGER }
    const { events } = crossStory({
      round,
      transfers: await ledger.read('transfers', range),
      funding: (await ledger.read('funding', range)).filter(({ mode }) => mode === 'cross'),
      canceledOrders: await ledger.read('canceledOrders', range),
      notices: (await ledger.read('notices', { from: range.from })).filter(
        ({ positionId }) => positionId === CROSS_ID,
      ),
      prices: await this.#prices(range),
    })
    return events
  }

  /** Those that are stored: a screen requests none. */
  async #prices(range: LedgerRange): Promise<EventPrices> {
    const ledger = this.#ledger
    return eventPrices({
      settlements: await ledger.read('settlements', range),
      prices: await ledger.read('prices', { ...range, from: (range.from ?? 0) - MINUTE_MS }),
    })
  }

  /** Replays the fills and lists the rows again if the ledger has changed. */
  async #refresh(): Promise<void> {
    const ledger = this.#ledger
    const state = this.#pages.databaseState()
    if (state === this.#readAt) return
    const routes = await ledger.routes()
    const rows = {
      fills: await ledger.read('fills'),
      transfers: await ledger.read('transfers'),
      funding: this.#pages.crossFunding(),
      samples: await ledger.read('samples'),
    }
    this.#fills = realizedCross(rows, routes).fills
    this.#pages.list(this.#fills.map(({ fill }, index): ListedRow => ({ at: fill.filledAt, fill: index })))
    this.#readAt = state
  }
}
