import { formatAge, formatNumber, formatSigned, UNKNOWN } from '../domain/format.ts'
import { POSITION_PARTS } from '../domain/parts.ts'
import type { Risk } from '../domain/risk.ts'
import { sanitize } from '../domain/sanitize.ts'
import { authErrorText } from './hops.ts'
import { BY_IMPORTANCE, isAllOld, isPartOld, stateText } from './part-text.ts'
import { selectMarket } from './selectors/market.ts'
import { PART_LABELS, selectMayLackPosition } from './selectors/parts.ts'
import { selectKnownPositions, selectPositions } from './selectors/positions.ts'
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
  const source = selectSource(state, now)
  const parts = statusLineParts({
    source,
    market: selectMarket(state, now),
    totals: selectTotals(state, now, positions),
    positions: selectKnownPositions(state, now, positions),
    mayLackPosition: selectMayLackPosition(state, now),
  })
  return [...parts, ...keyMark(source)].join(' | ')
}

/** A key that may do more than read, or that is not known to be one that only reads. Last, so that a cut line keeps the risk. */
function keyMark({ permissionState }: SourceView): readonly string[] {
  if (permissionState === 'write') return ['!! WRITE KEY']
  return permissionState === 'unchecked' ? ['KEY NOT CHECKED'] : []
}

/**
 * The parts of the status line. If the numbers are not live, the line starts with the reason and marks each number with `~`. Simulated
 * data is always marked first. `partsOf` names the parts that are not current; prices may be (`hasPrices`).
 */
export function statusLineParts(
  { source, market, totals, positions, mayLackPosition }: StatusLineInput,
  format: AmountFormat = PLAIN,
  partsOf = partTexts,
): readonly string[] {
  const prefix = source.origin === 'simulated' ? ['SIMULATED'] : []
  const problem = problemOf(source)
  if (source.goodAt === null) return [...prefix, problem ?? 'WAITING first data']
  const price = formatNumber(market.indexUsd)
  const profit = format.signedSats(totals.unrealizedPlSats)
  const worst = worstText({ positions, totals, mayLackPosition, isFrozen: problem !== null, format })
  const parts = partsOf(source, problem === null)
  if (problem !== null) return [...prefix, problem, `last ${price}`, `${profit}~ sat`, worst, ...parts]
  const isProfitOld = POSITION_PARTS.some(part => isPartOld(source.parts[part]))
  return [
    ...prefix,
    `BTC ${price}`,
    `${profit}${isProfitOld && totals.unrealizedPlSats !== null ? '~' : ''} sat`,
    worst,
    ...parts,
    freshness(source, market.ageMs),
  ]
}

/** The reason why the numbers are not live, or null if they are. */
function problemOf(source: SourceView): string | null {
  if (source.state === 'stopped') {
    const isRefused = source.status?.lastError?.code === 'key-refused'
    if (!isRefused) return 'STOPPED'
    return authErrorText(source)
  }
  if (source.goodAt === null) return source.refusal === null ? null : authErrorText(source)
  const stale = staleText(source)
  if (source.refusal === null) return stale
  return stale === null ? authErrorText(source) : `${authErrorText(source)}, ${stale}`
}

/** Why no price is current, or null. */
function staleText(source: SourceView): string | null {
  if (isAllOld(source)) return `STALE ${formatAge(source.ageMs)}`
  const { ageMs } = source.parts.market
  if (ageMs === null) return 'NO PRICES'
  return isPartOld(source.parts.market) ? `STALE ${formatAge(ageMs)}` : null
}

/**
 * The parts that are not whole or not current: `isolated positions failed 42s`. Old data without current prices is not named again; a
 * part that is still being read matters only for the risk.
 */
function partTexts({ parts }: SourceView, hasPrices: boolean): readonly string[] {
  const named = BY_IMPORTANCE.filter(part => part !== 'market').flatMap(part => {
    const view = parts[part]
    if (view.state === 'live' || (view.state === 'stale' && !hasPrices)) return []
    if (view.state === 'waiting' && !POSITION_PARTS.some(name => name === part)) return []
    return `${PART_LABELS[part]} ${stateText(view).replace(/^[A-Z]+/, word => word.toLowerCase())}`
  })
  return named.length === 0 ? [] : [named.join(', ')]
}

/** The age of the prices, after the state of the source. */
function freshness({ state, upstreamProblem }: SourceView, ageMs: number | null): string {
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
  isFrozen,
  format,
}: Pick<StatusLineInput, 'positions' | 'totals' | 'mayLackPosition'> & {
  readonly isFrozen: boolean
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
  const mark = isFrozen || worst.isOld ? '~' : ''
  if (position.otherMarket !== null)
    return `${RISK_LABELS[worst.risk]}${mark} ${sanitize(position.otherMarket)} not valued`
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
