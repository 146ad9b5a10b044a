import { type AccountState, hasSameFunds, sampleOf } from '../../ledger/account-state.ts'
import { observedChanges } from '../../ledger/observations.ts'
import type { TradeRow } from '../../ledger/rows.ts'
import { dollarUnit } from '../../ledger/swap-book.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { AccountReader } from './account-reader.ts'
import type { LedgerSource } from './ledger-source.ts'

/** The funds of an account, and their samples in its ledger. The caller holds the lease. */
export class FundsSampler {
  readonly #ledger: Ledger
  readonly #writer: string
  readonly #reader: AccountReader
  /** The funds of the last sample that this process has stored. */
  #last: AccountState | null = null

  constructor(rest: LedgerSource, ledger: Ledger, writer: string) {
    this.#ledger = ledger
    this.#writer = writer
    this.#reader = new AccountReader(rest)
  }

  /** @throws AxisorError if a part can't be read as a whole */
  async read(): Promise<AccountState> {
    return this.#reader.read(dollarUnit(await this.#ledger.read('swaps')))
  }

  /**
   * Reads the funds once if they are those of the last sample, else twice: parts of one reading may be of different moments. Returns null if
   * they change meanwhile. @throws AxisorError as `read`
   */
  async readSettled(): Promise<AccountState | null> {
    const state = await this.read()
    if (this.#last !== null && hasSameFunds(this.#last, state)) return state
    const again = await this.read()
    return hasSameFunds(state, again) ? again : null
  }

  /** Returns trades that were unfinished and are not any more, and that no listing has yet. */
  async unlistedEnds({ unfinished }: AccountState): Promise<readonly TradeRow[]> {
    const trades = await this.#ledger.unfinishedTrades()
    const ids = new Set(unfinished.map(({ id }) => id))
    return trades.filter(({ id }) => !ids.has(id))
  }

  /** Stores a sample, the unfinished trades, and what has changed in them since the last sample. */
  async store(state: AccountState): Promise<void> {
    const ledger = this.#ledger
    const trades = await ledger.unfinishedTrades()
    // Not the last sample: one from live data comes without the trades.
    const { tradesReadAt: seenFrom } = await ledger.marks()
    const observations =
      seenFrom === null
        ? []
        : observedChanges({
            before: trades.filter(trade => trade.state === 'running'),
            seenFrom,
            after: state.unfinished,
            seenTo: state.at,
            funding: await ledger.read('funding', { from: seenFrom }),
          })
    const rows = { trades: state.unfinished, samples: [sampleOf(state)], observations }
    const marks = { tradesReadAt: state.at }
    await ledger.commit({ rows, replaces: 'unfinished-trades', marks, writer: this.#writer })
    await ledger.thinSamples(state.at)
    this.#last = state
  }
}
