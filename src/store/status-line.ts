import { formatAge, formatNumber, formatSigned, UNKNOWN } from '../domain/format.ts'
import type { Risk } from '../domain/risk.ts'
import { authErrorText } from './hops.ts'
import { selectMarket } from './selectors/market.ts'
import { selectPositions } from './selectors/positions.ts'
import { selectSource } from './selectors/source.ts'
import { selectTotals } from './selectors/totals.ts'
import type { State } from './state.ts'
import type { MarketView, PositionRow, SourceView, TotalsView } from './view.ts'

/** What one line is made from. */
export interface StatusLineInput {
  readonly source: SourceView
  readonly market: MarketView
  readonly totals: TotalsView
  /** Worst first. */
  readonly positions: readonly PositionRow[]
}

/** How the two amounts that tell the size of the account are printed; a screen with privacy on masks them. */
export interface AmountFormat {
  /** Unrealized P&L in sats; null if it is unknown. */
  signedSats(sats: number | null): string
  /** Size of a position in USD. */
  quantityUsd(quantityUsd: number): string
}

const PLAIN: AmountFormat = { signedSats: sats => formatSigned(sats), quantityUsd: shortQuantity }

/** The state in one line, for tmux, a prompt, or a screen with no room: `BTC 68,412 | +400,550 sat | CRIT L10k 2.35% | live 0.4s`. */
export function statusLine(state: State, now: number): string {
  const positions = selectPositions(state, now)
  return statusLineParts({
    source: selectSource(state, now),
    market: selectMarket(state, now),
    totals: selectTotals(state, now, positions),
    positions,
  }).join(' | ')
}

/**
 * The same in its parts. When the numbers are not live the line begins with why and marks each with `~`; simulated data says so
 * first, whatever its state.
 */
export function statusLineParts(
  { source, market, totals, positions }: StatusLineInput,
  format: AmountFormat = PLAIN,
): readonly string[] {
  const marked = source.origin === 'simulated' ? ['SIMULATED'] : []
  const trouble = troubleOf(source)
  if (source.goodAt === null) return [...marked, trouble ?? 'WAITING first data']
  const price = formatNumber(market.indexUsd)
  const profit = format.signedSats(totals.unrealizedPlSats)
  const worst = worstText({ positions, totals, mark: trouble === null ? '' : '~', format })
  if (trouble !== null) return [...marked, trouble, `last ${price}`, `${profit}~ sat`, worst]
  return [...marked, `BTC ${price}`, `${profit} sat`, worst, freshness(source)]
}

/** Why the numbers are not true now; null while they are. */
function troubleOf(source: SourceView): string | null {
  if (source.state === 'stopped') {
    const isRefused = source.status?.lastError?.code === 'key-refused'
    if (!isRefused) return 'STOPPED'
    return authErrorText(source)
  }
  return source.stale && source.goodAt !== null ? `STALE ${formatAge(source.ageMs)}` : null
}

/** The age is that of the data; the word before it says how it comes in. */
function freshness({ state, ageMs, upstreamTrouble }: SourceView): string {
  if (state === 'live' && upstreamTrouble !== null) return `${upstreamTrouble}, data ${formatAge(ageMs)}`
  const words = {
    live: 'live',
    http: 'http only',
    waiting: 'reconnecting',
    syncing: 'syncing',
    stopped: 'stopped',
  }
  return `${words[state]} ${formatAge(ageMs)}`
}

const RISKS: Readonly<Record<Risk, string>> = { ok: 'ok', watch: 'WATCH', warn: 'WARN', critical: 'CRIT' }

function worstText({
  positions,
  totals,
  mark,
  format,
}: Pick<StatusLineInput, 'positions' | 'totals'> & {
  readonly mark: string
  readonly format: AmountFormat
}): string {
  const [worst] = positions
  if (worst === undefined) return totals.positionCount === null ? UNKNOWN : 'flat'
  const { position, liquidationDistance } = worst
  const distance =
    position.liquidationPriceUsd === null
      ? 'n/a'
      : liquidationDistance === null
        ? UNKNOWN
        : `${formatNumber(liquidationDistance * 100, 2)}%`
  const side = position.side === 'long' ? 'L' : 'S'
  return `${RISKS[worst.risk]}${mark} ${side}${format.quantityUsd(position.quantityUsd)} ${distance}`
}

/** 10k, 2.5k, 1.2M: dollars in the room of a status line. */
function shortQuantity(quantityUsd: number): string {
  if (quantityUsd >= 1_000_000) return `${trimmed(quantityUsd / 1_000_000)}M`
  return quantityUsd >= 1_000 ? `${trimmed(quantityUsd / 1_000)}k` : formatNumber(quantityUsd)
}

function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '')
}
