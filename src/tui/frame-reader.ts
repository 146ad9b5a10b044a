import type { CandleLength } from '../domain/candle-range.ts'
import type { Clock } from '../ports/clock.ts'
import type { DashboardAccount, DashboardAccounts } from './account.ts'
import { infoOf, openContextReader } from './context-reader.ts'
import type { AccountUis } from './input/account-uis.ts'
import type { Size } from './terminal/size.ts'
import { type DashboardInfo, hasCurrentPrice, type RenderContext } from './view/render-context.ts'

/** What the reader of all accounts needs. */
export interface FrameReaderDeps extends Omit<DashboardInfo, 'profile' | 'address' | 'toWall'> {
  readonly accounts: DashboardAccounts
  readonly clock: Clock
  readonly uis: AccountUis
  /** Called when alerts or history of an account have changed. */
  readonly changed: () => void
}

/** Reads what a frame shows. */
export interface FrameReader {
  /** The context of the account on the screen, with those of all accounts if there are several. */
  read(now: number, size: Size): RenderContext
  /** Requests candles where the chart on the screen is another one; null if there is none. */
  followCharts(range: CandleLength | null): void
}

/** Follows all accounts. Only the one on the screen is read whole and has its candles read. */
export function openFrameReader(deps: FrameReaderDeps): FrameReader {
  const { accounts, clock, uis, changed } = deps
  const readers = accounts.map(each => openContextReader(each, infoOf(each, deps, clock), changed))
  const charts = accounts.map(openChartFollower)
  const [first] = readers
  if (first === undefined) throw new Error('a dashboard needs an account')

  return {
    read(now, size) {
      if (readers.length === 1) return first.read(uis.ui(), now, size)
      const shown = uis.shown()
      const contexts = readers.map((each, index) =>
        index === shown ? each.read(uis.of(index), now, size) : each.readHidden(uis.of(index), now, size),
      )
      const selected = uis.selected()
      const context = shown === null ? ofSum(contexts, selected, uis) : contexts[shown]
      if (context === undefined) throw new Error('no such account')
      return { ...context, accounts: { contexts, shown, selected } }
    },
    followCharts(range) {
      charts.forEach((follow, index) => void follow(index === uis.shown() ? range : null))
    },
  }
}

/** The sum is shown with the prices of the selected account; if they are stale, with those of the first account that has current ones. */
function ofSum(
  contexts: readonly RenderContext[],
  selected: number,
  uis: AccountUis,
): RenderContext | undefined {
  const current = contexts.find(({ live }) => hasCurrentPrice(live))
  const chosen = contexts[selected]
  const base = chosen !== undefined && hasCurrentPrice(chosen.live) ? chosen : (current ?? chosen)
  return base === undefined ? undefined : { ...base, model: base.live, ui: uis.ui(), hasKeys: true }
}

/** Requests candles when the chart of an account is another one; null if there is none. */
function openChartFollower({ actions }: DashboardAccount): (range: CandleLength | null) => void {
  let followed: CandleLength | null = null
  return range => {
    if (range === followed) return
    followed = range
    actions.followCandles?.(range)
  }
}
