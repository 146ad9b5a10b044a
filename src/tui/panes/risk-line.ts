import { formatAge } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { PositionRow } from '../../store/view.ts'
import { fitParts, type Part, part } from '../paint/fit.ts'
import { type Line, padLine, type Role, segment, widthOfLine } from '../paint/line.ts'
import { distancePercent, riskLabel, riskRole, riskSign, wholeDollars } from '../view/format.ts'
import { nameOf } from '../view/position-name.ts'
import { hasSnapshot, type RenderContext } from '../view/render-context.ts'
import { stopwatch } from '../view/time-format.ts'
import { alertKey } from './acknowledged.ts'
import { isBeyondLiquidation } from './orders.ts'
import { worse } from './positions.ts'

/** The worst risk, or the reason why it is unknown. Never dropped. */
export function riskLine(context: RenderContext): Line {
  const { live, ui, columns } = context
  if (live.source.state === 'stopped') return banner(context, stoppedText(context))
  if (!hasSnapshot(live)) return banner(context, noDataText(context))
  if (live.source.stale) {
    return banner(context, staleText(context))
  }
  if (ui.frozen !== null) {
    const worst = worstText(worstOf(context))
    return banner(context, [
      `‖ FROZEN ${stopwatch(live.now - ui.frozen.at)}: ~values are old.`,
      `Now: ${worst}.`,
      'f resumes',
    ])
  }
  const line = fitParts(riskParts(context), columns, 0)
  return widthOfLine(line) <= columns ? line : shortRisk(context)
}

/** Below this many columns the text about stale data is short. */
const SHORT = 80

/** Inverse over the whole width, so that it is not overlooked without colors either. */
function banner({ columns }: RenderContext, sentences: readonly string[]): Line {
  const role: Role = 'banner'
  const parts = sentences.map((text, index) =>
    part(text, index === 0 ? Number.POSITIVE_INFINITY : 9 - index, role),
  )
  const line = fitParts(parts, columns, 1).map(segment => ({ ...segment, role }))
  return padLine(line, columns, role)
}

/** The first sentence is kept longest, then the one about alerts. */
function staleText({ live, columns }: RenderContext): readonly string[] {
  const age = formatAge(live.source.ageMs)
  if (columns < SHORT) return [`!! NOT LIVE ${age}:`, 'liq alerts are OFF.']
  return [`!! NOT LIVE: last good data ${age} ago;`, '~values frozen.', 'Liq alerts NOT evaluated.']
}

function noDataText({ live }: RenderContext): readonly string[] {
  const error = live.source.status?.lastError ?? null
  const why = error === null ? [] : [`${sanitize(error.message)}.`]
  return ['!! NO DATA YET.', 'Liq alerts NOT evaluated.', ...why]
}

function stoppedText({ live }: RenderContext): readonly string[] {
  const error = live.source.status?.lastError ?? null
  const why = sanitize(error?.message ?? 'the feed was stopped')
  return [
    '!! NOT LIVE:',
    `${why}.`,
    ...(error?.hint ? [sanitize(error.hint)] : []),
    'Liq alerts NOT evaluated.',
  ]
}

function worstOf({ live }: RenderContext): PositionRow | null {
  return live.positions.reduce<PositionRow | null>(worse, null)
}

function worstText(worst: PositionRow | null): string {
  if (worst === null) return 'no positions'
  const distance = distancePercent(worst)
  return `${riskLabel(worst.risk)} ${nameOf(worst.position)} ${distance === 'n/a' ? 'liquidation n/a' : `${distance}%`}`
}

function riskParts(context: RenderContext): readonly Part[] {
  const { live } = context
  const worst = worstOf(context)
  if (worst === null) return [part(noPositions(context), 9, 'faint')]
  const { position, risk } = worst
  const role = riskRole(risk)
  const mode = position.mode === 'cross' ? 'CROSS' : 'ISO'
  const id = position.mode === 'cross' ? '' : ` ${nameOf(position).split(' ')[0]}`
  const name = `${riskSign(risk)} ${riskLabel(risk)} ${mode} ${position.side.toUpperCase()}${id} —`
  const trap = live.orders.find(
    order => order.order.side === position.side && isBeyondLiquidation(order, [worst]),
  )
  const alert = context.alerts.active.find(({ positionId }) => positionId === position.id)
  const isAcknowledged = alert !== undefined && context.ui.acknowledged.has(alertKey(alert))
  const order = trap?.order.side === 'long' ? 'BUY order sits below' : 'SELL order sits above'
  return [
    part(name.trimStart(), Number.POSITIVE_INFINITY, role),
    part(` ${distanceText(worst)}`, Number.POSITIVE_INFINITY, role),
    part(worst.warnings.includes('no-stop-loss') && risk !== 'ok' ? ', no stop-loss' : '', 6, role),
    part(trap === undefined ? '' : `, open ${order} liquidation price`, 4, 'warn'),
    ...(alert !== undefined
      ? [part(isAcknowledged ? '  acked' : '  [a]ck', 5, isAcknowledged ? 'faint' : 'accent')]
      : []),
  ]
}

function distanceText({ position, liquidationDistance, liquidationDistanceUsd }: PositionRow): string {
  if (position.liquidationPriceUsd === null) return 'liquidation price n/a: watch it on the exchange'
  if (liquidationDistance === null) return 'distance to liquidation not known: no closing price'
  const percent = Math.abs(liquidationDistance * 100).toFixed(2)
  const usd = wholeDollars(Math.abs(liquidationDistanceUsd ?? 0))
  return liquidationDistance < 0
    ? `${percent}% (${usd} USD) BEYOND liquidation`
    : `${percent}% (${usd} USD) to liquidation`
}

function noPositions({ live }: RenderContext): string {
  const known = live.state.isolated !== null && live.state.cross !== null
  return known ? 'No open positions: nothing at risk' : 'No known position: a part could not be read'
}

/** For a narrow screen: sign, name and distance of the worst risk. */
function shortRisk(context: RenderContext): Line {
  const worst = worstOf(context)
  return worst === null
    ? [segment('no positions', 'faint')]
    : [segment(`${riskSign(worst.risk)} ${worstText(worst)}`.trimStart(), riskRole(worst.risk))]
}
