import { UNKNOWN } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { SATS_PER_BTC } from '../../domain/units.ts'
import { type Line, type Role, segment } from '../paint/line.ts'
import { type Figure, type FigureName, figureOf } from '../view/account-sums.ts'
import {
  amount,
  dollars,
  gainRole,
  levelLabel,
  levelRole,
  levelSign,
  riskRole,
  signedAmount,
  signedDollars,
} from '../view/format.ts'
import { hasSnapshot, type RenderContext } from '../view/render-context.ts'
import { feedText } from './connection-text.ts'
import { rowText } from './risk-line.ts'
import { worstLevel } from './tab-line.ts'
import { isBlind, worstRow } from './worst-account.ts'

/** A text in one role. */
export interface SumCell {
  readonly text: string
  readonly role: Role
}

/** Titles of the figures; the first of dollars, the others of the chosen unit. */
export const FIGURE_TITLES = {
  positions: 'POS',
  net: 'NET $',
  gross: 'GROSS $',
  equity: 'EQUITY',
  profit: 'UNREAL',
  free: 'FREE',
} as const satisfies Readonly<Record<FigureName, string>>

/** The name of an account as the profile is named. */
export function accountName({ info }: RenderContext): string {
  return sanitize(info.profile, { maxLength: 32 })
}

/** Sign and state of an account. */
export function stateCell(context: RenderContext): SumCell {
  const { role, state } = feedText(context.live, context)
  return { text: state.replace(/ \(.*\)$/, ''), role }
}

/** The same in as few words as the tabs have. */
export function shortStateCell(context: RenderContext): SumCell {
  const { role, state, shortStates = [] } = feedText(context.live, context)
  return { text: shortStates.at(-1) ?? state.replace(/ \(.*\)$/, ''), role }
}

/** A figure of one account. `price`: the account whose price converts it into dollars. */
export function figureCell(context: RenderContext, name: FigureName, price = context): SumCell {
  return cellOf(price, name, figureOf(context, name))
}

/**
 * A figure as text, with `~` if it is not current. `context`: its unit, and the price for dollars. `addends`: what a sum is made of; each is
 * rounded to cents before they are added.
 */
export function cellOf(
  context: RenderContext,
  name: FigureName,
  { value, isOld }: Figure,
  addends: readonly (number | null)[] = [value],
): SumCell {
  const text = inCents(context, name, addends) ?? textOf(context, name, value)
  const role = name === 'profit' ? gainRole(value) : 'plain'
  return { text: value !== null && isOld ? `~${text}` : text, role }
}

/** Sats in dollars, each addend rounded; null for figures in other units. */
function inCents(
  context: RenderContext,
  name: FigureName,
  addends: readonly (number | null)[],
): string | null {
  const { ui, model } = context
  const price = model.market.indexUsd
  const isOfSats = name === 'equity' || name === 'profit' || name === 'free'
  const known = addends.filter(sats => sats !== null)
  if (!isOfSats || ui.unit !== 'USD' || price === null || known.length === 0) return null
  const cents = known.map(sats => Math.round((sats / SATS_PER_BTC) * price * 100))
  const sum = cents.reduce((total, each) => total + each, 0) / 100
  return name === 'profit' ? signedDollars(context, sum) : dollars(context, sum, 2)
}

function textOf(context: RenderContext, name: FigureName, value: number | null): string {
  if (value === null) return UNKNOWN
  switch (name) {
    case 'positions':
      return String(value)
    case 'net':
      return value === 0
        ? context.info.t('none')
        : `${value > 0 ? 'LONG' : 'SHORT'} ${dollars(context, Math.abs(value))}`
    case 'gross':
      return dollars(context, value)
    case 'profit':
      return signedAmount(context, value)
    default:
      return amount(context, value)
  }
}

/** The position nearest to its liquidation; `risk unknown` where another may be nearer. */
export function worstCell(context: RenderContext): SumCell {
  const { live, info } = context
  const { t } = info
  const row = worstRow(context)
  if (!hasSnapshot(live)) return { text: t('risk unknown'), role: 'warn' }
  const mayBeWorse = live.mayLackPosition
  if (row === null || (row.risk === 'ok' && mayBeWorse))
    return mayBeWorse
      ? { text: t('risk unknown'), role: 'critical' }
      : { text: t('no positions'), role: 'faint' }
  return { text: rowText(context, row), role: isBlind(context) ? 'faint' : riskRole(row.risk) }
}

/** The number of active alerts, and the worst level of them and of the positions. */
export function alertsCell(context: RenderContext): SumCell {
  const count = context.alerts.active.filter(({ level }) => level !== 'info').length
  const { t } = context.info
  const level = worstLevel(context)
  const text = count === 0 ? t('no alerts') : t.count(count, '{count} alert', '{count} alerts')
  return level === null
    ? { text, role: 'faint' }
    : { text: `${text} ${levelSign(level)} ${levelLabel(context, level)}`, role: levelRole(level) }
}

/** A cell as a line. */
export function lineOfCell({ text, role }: SumCell): Line {
  return [segment(text, role)]
}
