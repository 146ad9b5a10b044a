import { formatAge, formatNumber, formatSigned, UNKNOWN } from '../domain/format.ts'
import type { Risk } from '../domain/risk.ts'
import { authErrorText } from './hops.ts'
import { selectMarket } from './selectors/market.ts'
import { PART_LABELS, selectMayLackPosition } from './selectors/parts.ts'
import { selectLastKnown, selectPositions } from './selectors/positions.ts'
import { selectSource } from './selectors/source.ts'
import { selectTotals } from './selectors/totals.ts'
import type { State } from './state.ts'
import type { MarketView, PositionRow, SourceView, TotalsView } from './view.ts'

/** Input of the status line. */
export interface StatusLineInput {
  readonly source: SourceView
  readonly market: MarketView
  readonly totals: TotalsView
  /** Worst first. */
  readonly positions: readonly PositionRow[]
  /** An open position may be unread. */
  readonly mayLackPosition: boolean
}

/** Formats of the amounts that reveal the size of the account; a screen with privacy on masks them. */
export interface AmountFormat {
  /** Unrealized P&L in sats, or null if unknown. */
  signedSats(sats: number | null): string
  /** Size of a position in USD. */
  quantityUsd(quantityUsd: number): string
}

const PLAIN: AmountFormat = { signedSats: sats => formatSigned(sats), quantityUsd: shortQuantity }

/** Formats the state as one line for tmux, a prompt or a tiny screen: `BTC 68,412 | +400,550 sat | CRIT L10k 2.35% | live 0.4s`. */
export function statusLine(state: State, now: number): string {
  const positions = selectPositions(state, now)
  return statusLineParts({
    source: selectSource(state, now),
    market: selectMarket(state, now),
    totals: selectTotals(state, now, positions),
    positions: [...positions, ...selectLastKnown(state, now)],
    mayLackPosition: selectMayLackPosition(state, now),
  }).join(' | ')
}

/**
 * The parts of the status line. If the numbers are not live, the line starts with the reason and marks each number with `~`. Simulated
 * data is always marked first.
 */
export function statusLineParts(
  { source, market, totals, positions, mayLackPosition }: StatusLineInput,
  format: AmountFormat = PLAIN,
): readonly string[] {
  const prefix = source.origin === 'simulated' ? ['SIMULATED'] : []
  const problem = problemOf(source)
  if (source.goodAt === null) return [...prefix, problem ?? 'WAITING first data']
  const price = formatNumber(market.indexUsd)
  const profit = format.signedSats(totals.unrealizedPlSats)
  const worst = worstText({ positions, totals, mayLackPosition, mark: problem === null ? '' : '~', format })
  const unread = unreadText(source)
  if (problem !== null) return [...prefix, problem, `last ${price}`, `${profit}~ sat`, worst, ...unread]
  return [...prefix, `BTC ${price}`, `${profit} sat`, worst, ...unread, freshness(source)]
}

/** The parts behind the risk that are not whole: `isolated positions refused`. The age of old data stands elsewhere. */
function unreadText({ parts }: SourceView): readonly string[] {
  const unread = (['isolatedPositions', 'crossPosition'] as const).flatMap(part => {
    const { state } = parts[part]
    return state === 'live' || state === 'stale' ? [] : `${PART_LABELS[part]} ${state}`
  })
  return unread.length === 0 ? [] : [unread.join(', ')]
}

/** The reason why the numbers are not live, or null if they are. */
function problemOf(source: SourceView): string | null {
  if (source.state === 'stopped') {
    const isRefused = source.status?.lastError?.code === 'key-refused'
    if (!isRefused) return 'STOPPED'
    return authErrorText(source)
  }
  if (source.refusal !== null)
    return source.stale && source.goodAt !== null
      ? `${authErrorText(source)}, STALE ${formatAge(source.ageMs)}`
      : authErrorText(source)
  return source.stale && source.goodAt !== null ? `STALE ${formatAge(source.ageMs)}` : null
}

/** The age of the data, after the state of its source. */
function freshness({ state, ageMs, upstreamProblem }: SourceView): string {
  if (state === 'live' && upstreamProblem !== null) return `${upstreamProblem}, data ${formatAge(ageMs)}`
  const labels = {
    live: 'live',
    http: 'http only',
    waiting: 'reconnecting',
    syncing: 'syncing',
    stopped: 'stopped',
  }
  return `${labels[state]} ${formatAge(ageMs)}`
}

const RISK_LABELS: Readonly<Record<Risk, string>> = {
  ok: 'ok',
  watch: 'WATCH',
  warn: 'WARN',
  critical: 'CRIT',
}

function worstText({
  positions,
  totals,
  mayLackPosition,
  mark,
  format,
}: Pick<StatusLineInput, 'positions' | 'totals' | 'mayLackPosition'> & {
  readonly mark: string
  readonly format: AmountFormat
}): string {
  const [worst] = positions
  // A position that was not read may be the worst: only a risk that is known to be above `ok` is shown then.
  if (mayLackPosition && (worst === undefined || worst.risk === 'ok')) return 'risk unknown'
  if (worst === undefined) return totals.positionCount === null ? UNKNOWN : 'flat'
  const { position, liquidationDistance } = worst
  const distance =
    position.liquidationPriceUsd === null
      ? 'n/a'
      : liquidationDistance === null
        ? UNKNOWN
        : `${formatNumber(liquidationDistance * 100, 2)}%`
  const side = position.side === 'long' ? 'L' : 'S'
  return `${RISK_LABELS[worst.risk]}${mark} ${side}${format.quantityUsd(position.quantityUsd)} ${distance}`
}

/** Abbreviates dollars: 10k, 2.5k, 1.2M. */
function shortQuantity(quantityUsd: number): string {
  if (quantityUsd >= 1_000_000) return `${trimmed(quantityUsd / 1_000_000)}M`
  return quantityUsd >= 1_000 ? `${trimmed(quantityUsd / 1_000)}k` : formatNumber(quantityUsd)
}

function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '')
}
