import { formatNumber, formatSigned, UNKNOWN } from '../../domain/format.ts'
import type { Order, Position } from '../../domain/position.ts'
import type { Risk } from '../../domain/risk.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { SATS_PER_BTC } from '../../domain/units.ts'
import type { PositionRow } from '../../store/view.ts'
import type { Role } from '../paint/line.ts'
import { isNotLive, type RenderContext } from './render-context.ts'

/** Stands in place of an amount while privacy is on. */
export const MASK = '•••'

/** An amount of sats in the chosen unit, without the unit's name. Masked when the person wants privacy. */
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

/** An amount of dollars, masked when wanted. */
export function dollars({ ui }: RenderContext, value: number | null, decimals = 0): string {
  return value !== null && ui.amounts === 'masked' ? MASK : formatNumber(value, decimals)
}

/** The same with its sign. */
export function signedDollars({ ui }: RenderContext, value: number | null, decimals = 2): string {
  return value !== null && ui.amounts === 'masked' ? MASK : formatSigned(value, decimals)
}

/** A price in USD to the exchange's half dollar. */
export function price(value: number | null): string {
  return formatNumber(value, 1)
}

/** The same without a needless `.0`, for levels that people set. */
export function level(value: number | null, none: string): string {
  return value === null ? none : formatNumber(value, Number.isInteger(value) ? 0 : 1)
}

/** `~` before a number that is not true now, else a blank or nothing. */
export function mark(context: RenderContext, otherwise = ''): string {
  return isNotLive(context) ? '~' : otherwise
}

/** Down to the whole dollar: a distance is never said to be longer than it is. */
export function wholeDollars(value: number | null): string {
  return formatNumber(value === null ? null : Math.floor(value + 1e-9))
}

/** How gain and loss look; the sign of the number says the same. */
export function gainRole(value: number | null): Role {
  return value === null || value === 0 ? 'plain' : value > 0 ? 'gain' : 'loss'
}

const RISK_WORDS: Readonly<Record<Risk, string>> = {
  ok: 'ok',
  watch: 'WATCH',
  warn: 'WARN',
  critical: 'CRIT',
}
const RISK_ROLES: Readonly<Record<Risk, Role>> = {
  ok: 'plain',
  watch: 'watch',
  warn: 'warn',
  critical: 'critical',
}
const RISK_SIGNS: Readonly<Record<Risk, string>> = { ok: ' ', watch: '·', warn: '!', critical: '‼' }

/** At most five letters, so that the column of risks stays narrow. */
export function riskWord(risk: Risk): string {
  return RISK_WORDS[risk]
}

/** The colour that goes with the word, which says the same. */
export function riskRole(risk: Risk): Role {
  return RISK_ROLES[risk]
}

/** The sign before a word of risk: it is seen before it is read. */
export function riskSign(risk: Risk): string {
  return RISK_SIGNS[risk]
}

/** The first characters of an id; the cross position has none to show. */
export function shortIdOf(id: string, mode: 'isolated' | 'cross'): string {
  return mode === 'cross' ? '—' : sanitize(id).replaceAll('-', '').slice(0, 4)
}

/** What a position is called in a sentence: `7f3a LONG`, `cross LONG`. */
export function nameOf({ id, mode, side }: Position): string {
  return `${mode === 'cross' ? 'cross' : shortIdOf(id, mode)} ${side.toUpperCase()}`
}

/** `2.35`, `-0.12` beyond the level, `n/a` when the exchange gave no level. */
export function distancePercent(row: PositionRow): string {
  if (row.position.liquidationPriceUsd === null) return 'n/a'
  return formatNumber(row.liquidationDistance === null ? null : row.liquidationDistance * 100, 2)
}

/** `7f3a LONG 2.35% from liquidation`. */
export function riskText(row: PositionRow): string {
  const name = nameOf(row.position)
  const { liquidationDistance } = row
  if (liquidationDistance === null) return `${name} distance to liquidation not known`
  const percent = formatNumber(Math.abs(liquidationDistance) * 100, 2)
  return liquidationDistance < 0
    ? `${name} ${percent}% BEYOND liquidation`
    : `${name} ${percent}% from liquidation`
}

/** `BUY` or `SELL`: what an order does. */
export function orderText({ side }: Order): string {
  return side === 'long' ? 'BUY' : 'SELL'
}
