import type { Level } from '../../domain/alerts/alert.ts'
import { formatNumber, formatPercent, formatSigned, UNKNOWN } from '../../domain/format.ts'
import type { PartName } from '../../domain/parts.ts'
import type { Order, Position } from '../../domain/position.ts'
import type { Risk } from '../../domain/risk.ts'
import { SATS_PER_BTC } from '../../domain/units.ts'
import { SHORT_LABELS } from '../../store/part-text.ts'
import { PART_LABELS } from '../../store/selectors/parts.ts'
import type { PositionRow } from '../../store/view.ts'
import { type Line, type Role, rowSegment, segment } from '../paint/line.ts'
import { isHeld, isOld, type RenderContext } from './render-context.ts'

/** Stands in place of an amount while privacy is on. */
export const MASK = '•••'

/** An amount of sats in the chosen unit, without the name of the unit. Masked with privacy on. */
export function amount(context: RenderContext, sats: number | null): string {
  return written(context, sats, formatNumber)
}

/** The same with its sign. */
export function signedAmount(context: RenderContext, sats: number | null): string {
  return written(context, sats, formatSigned)
}

function written(
  { ui, model }: RenderContext,
  sats: number | null,
  format: (value: number | null, decimals: number) => string,
): string {
  if (sats === null) return UNKNOWN
  if (ui.amounts === 'masked') return MASK
  if (ui.unit === 'sat') return format(sats, 0)
  if (ui.unit === 'BTC') return format(sats / SATS_PER_BTC, 8)
  const index = model.market.indexUsd
  return format(index === null ? null : (sats / SATS_PER_BTC) * index, 2)
}

/** An amount of dollars. Masked with privacy on. */
export function dollars({ ui }: RenderContext, value: number | null, decimals = 0): string {
  return value !== null && ui.amounts === 'masked' ? MASK : formatNumber(value, decimals)
}

/** The same with its sign. */
export function signedDollars({ ui }: RenderContext, value: number | null, decimals = 2): string {
  return value !== null && ui.amounts === 'masked' ? MASK : formatSigned(value, decimals)
}

/** A price in USD with one decimal: the exchange's tick is half a dollar. */
export function price(value: number | null): string {
  return formatNumber(value, 1)
}

/** A price without a needless `.0`; `none` if there is none. For levels set by the user. */
export function level(value: number | null, none: string): string {
  return value === null ? none : formatNumber(value, Number.isInteger(value) ? 0 : 1)
}

type StopLoss = Pick<Position, 'stopLossUsd' | 'stopLossTrailingDistance'>

/** `TS` for a trailing stop-loss, `SL` for a fixed one; null if there is none. */
export function stopLossLabel({ stopLossUsd, stopLossTrailingDistance }: StopLoss): 'TS' | 'SL' | null {
  if (stopLossTrailingDistance !== null) return 'TS'
  return stopLossUsd === null ? null : 'SL'
}

/** A stop-loss: its level, and the distance of a trailing one, also if its level is unknown. `none` if there is none. */
export function stopLoss(
  { info }: Pick<RenderContext, 'info'>,
  { stopLossUsd, stopLossTrailingDistance }: StopLoss,
  none: string,
): string {
  if (stopLossTrailingDistance === null) return level(stopLossUsd, none)
  const distance = formatPercent(stopLossTrailingDistance)
  return info.t('{level} trailing {distance}', { level: level(stopLossUsd, UNKNOWN), distance })
}

/** The same for a narrow column: `tr10%` after the level. */
export function stopLossShort({ stopLossUsd, stopLossTrailingDistance }: StopLoss, none: string): string {
  if (stopLossTrailingDistance === null) return level(stopLossUsd, none)
  const distance = `tr${formatPercent(stopLossTrailingDistance)}`
  return stopLossUsd === null ? distance : `${level(stopLossUsd, none)} ${distance}`
}

/** A number that is computed from these parts, with `~` if it is not current. `otherwise` stands in place of `~`. */
export function marked(
  context: RenderContext,
  parts: readonly PartName[],
  text: string,
  otherwise = '',
): string {
  return `${text !== UNKNOWN && isOld(context, parts) ? '~' : otherwise}${text}`
}

/** A number that is computed from a position and the price, with `~` if either is old. */
export function rowMarked(context: RenderContext, row: PositionRow, text: string): string {
  return markedIf(row.marketIsStale || isRowOld(context, row), text)
}

/** A number that the exchange reported of a position, with `~` if it is not current. For rows without a marker. */
export function reportedMarked(context: RenderContext, row: PositionRow, text: string): string {
  return markedIf(isRowOld(context, row), text)
}

function markedIf(isOldValue: boolean, text: string): string {
  return isOldValue && text !== UNKNOWN && text !== 'n/a' ? `~${text}` : text
}

/** True if what the exchange reported of a position is not current: size, margin, liquidation price, stops. */
export function isRowOld(context: RenderContext, row: PositionRow): boolean {
  return isHeld(context) || row.isOld
}

/** Rounds down to the dollar, so that a distance never looks longer than it is. */
export function wholeDollars(value: number | null): string {
  return formatNumber(value === null ? null : Math.floor(value + 1e-9))
}

/** The role of a gain or loss. The sign of the number shows the same. */
export function gainRole(value: number | null): Role {
  return value === null || value === 0 ? 'plain' : value > 0 ? 'gain' : 'loss'
}

const RISK_LABELS = {
  ok: 'ok',
  watch: 'WATCH',
  warn: 'WARN',
  critical: 'CRIT',
} as const satisfies Readonly<Record<Risk, string>>
const RISK_ROLES: Readonly<Record<Risk, Role>> = {
  ok: 'plain',
  watch: 'watch',
  warn: 'warn',
  critical: 'critical',
}
const RISK_SIGNS: Readonly<Record<Risk, string>> = { ok: ' ', watch: '·', warn: '!', critical: '‼' }

/** The name of a risk, at most six letters. */
export function riskLabel({ info }: Pick<RenderContext, 'info'>, risk: Risk): string {
  return info.t(RISK_LABELS[risk])
}

/** The role of a risk. Its name shows the same. */
export function riskRole(risk: Risk): Role {
  return RISK_ROLES[risk]
}

/** The sign before the name of a risk. */
export function riskSign(risk: Risk): string {
  return RISK_SIGNS[risk]
}

/** The name of the level of an alert. */
export function levelLabel(context: Pick<RenderContext, 'info'>, level: Level): string {
  const { t } = context.info
  if (level === 'liquidated') return t('LIQUIDATED')
  return level === 'info' ? t('INFO') : riskLabel(context, level)
}

/** The role of the level of an alert. */
export function levelRole(level: Level): Role {
  return riskRole(riskLike(level))
}

/** The sign before the name of a level. */
export function levelSign(level: Level): string {
  return riskSign(riskLike(level))
}

function riskLike(level: Level): Risk {
  if (level === 'liquidated') return 'critical'
  return level === 'info' ? 'ok' : level
}

/** Distance to liquidation in percent: `2.35`, `-0.12` beyond it, `n/a` if the exchange reports no liquidation price. */
export function distancePercent(row: PositionRow): string {
  if (row.position.otherMarket !== null) return UNKNOWN
  if (row.position.liquidationPriceUsd === null) return 'n/a'
  return formatNumber(row.liquidationDistance === null ? null : row.liquidationDistance * 100, 2)
}

/** `▸` marks the selected row, `~` a row that is not current. */
export function rowMarker(context: RenderContext, row: PositionRow, isSelected: boolean): Line {
  return [
    rowSegment(row.position.id, isSelected ? '▸' : ' ', 'accent'),
    segment(row.marketIsStale || isRowOld(context, row) ? '~' : ' ', 'warn'),
  ]
}

/** Below this many columns texts are short. */
export const SHORT_COLUMNS = 60

/** The name of a part, as long as columns allow. */
export function partLabel(part: PartName, { columns, info }: RenderContext): string {
  return info.t.sentence(columns < SHORT_COLUMNS ? SHORT_LABELS[part] : PART_LABELS[part])
}

/** `BUY` or `SELL`. */
export function orderText({ info }: Pick<RenderContext, 'info'>, { side }: Pick<Order, 'side'>): string {
  return side === 'long' ? info.t('BUY') : info.t('SELL')
}
