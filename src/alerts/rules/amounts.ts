import type { AlertRule, AmountRule, ChangeWindow, PriceRule } from '../../domain/alerts/rule.ts'
import { formatNumber, formatSigned } from '../../domain/format.ts'
import type { PartName } from '../../domain/parts.ts'
import { sats, type Usd } from '../../domain/units.ts'
import { satsToUsd } from '../../domain/valuation.ts'
import { alertEquitySats } from '../../store/selectors/totals.ts'
import { isSettled, movesTooLong } from '../../store/settled.ts'
import { ALL_HELD, type AlertInput, type Outcome, type PreviousLevel } from '../alert-input.ts'
import type { Evaluation } from '../evaluation.ts'
import { ValueWindow } from '../value-window.ts'
import { crossed, moved, outcomeOf, type Slack, type Watched } from './bounds.ts'

const PRICE_SLACK: Slack = { fraction: 0.001, least: 0 }

/** Evaluates a price against its levels and its window. */
export function evaluatePrice(
  rule: PriceRule,
  { market, now }: AlertInput,
  previousLevel: PreviousLevel,
  context: Pick<Evaluation, 'windows'>,
): Outcome {
  const value = PRICES[rule.of](market)
  if (value === null || market.stale) return ALL_HELD
  const watched = WATCHED_PRICES[rule.of]
  const found = crossed(rule, watched, value, rule, PRICE_SLACK, previousLevel)
  const { moves } = rule
  const move = moves === null ? null : windowOf(rule, context).moveOf(value, now, moves.withinMs)
  if (move === null || moves === null) return outcomeOf(found)
  const percent = (move / (value - move)) * 100
  return outcomeOf(found, moved(rule, watched, value, moves, percent, '%', previousLevel))
}

const PRICES = {
  index: market => market.indexUsd,
  last: market => market.lastPriceUsd,
  bid: market => market.bidUsd,
  ask: market => market.askUsd,
} as const satisfies Readonly<Record<PriceRule['of'], (market: AlertInput['market']) => Usd | null>>

const WATCHED_PRICES: Readonly<Record<PriceRule['of'], Watched>> = {
  index: watchedPrice('index'),
  last: watchedPrice('last'),
  bid: watchedPrice('bid'),
  ask: watchedPrice('ask'),
}

function watchedPrice(of: PriceRule['of']): Watched {
  return {
    kind: 'price',
    subject: 'market',
    name: `the ${of} price`,
    text: price => `${formatNumber(price, 1)} USD`,
  }
}

type AmountUnit = AmountRule['unit']

/** How an amount of each unit is written. */
const AMOUNT_TEXTS: Readonly<Record<AmountUnit, Watched['text']>> = {
  sats: value => `${formatSigned(value)} sats`,
  usd: value => `${formatSigned(value, 2)} USD`,
  percent: value => `${formatSigned(value, 2)}% of the equity`,
}

const CHANGE_UNITS = { sats: ' sats', usd: ' USD', percent: '%' } as const

const AMOUNT_NAMES: Readonly<Record<AmountRule['type'], string>> = {
  pl: 'the unrealized P&L',
  equity: 'the equity',
  margin: 'the free margin',
}

/** Evaluates an amount of the account. Amounts of stale data are not evaluated. */
export function evaluateAmount(
  rule: AmountRule,
  input: AlertInput,
  previousLevel: PreviousLevel,
  context: Pick<Evaluation, 'windows'>,
): Outcome {
  const { type, unit, changes } = rule
  const amount = input.source.stale ? null : amountOf(rule, input)
  const value = amount === null ? null : inUnit(amount, rule, input)
  if (amount === null || value === null) return ALL_HELD
  const text = type === 'equity' && unit === 'percent' ? AMOUNT_TEXTS.sats : AMOUNT_TEXTS[unit]
  const watched: Watched = { kind: type, subject: 'account', name: AMOUNT_NAMES[type], text }
  const found = crossed(rule, watched, value, rule, amountSlack(unit, input), previousLevel)
  const change =
    changes === null ? null : changeOf(rule, amount, value, changes, input.now, windowOf(rule, context))
  if (change === null || changes === null) return outcomeOf(found)
  return outcomeOf(found, moved(rule, watched, value, changes, change, CHANGE_UNITS[unit], previousLevel))
}

const AMOUNT_SLACK = { fraction: 0.01, leastPercent: 0.1 } as const

/** Near 0 an amount flaps by its own noise, so that the least slack is 0.1 percent of the equity. */
function amountSlack(unit: AmountUnit, { totals, market, state }: AlertInput): Slack {
  const { fraction, leastPercent } = AMOUNT_SLACK
  if (unit === 'percent') return { fraction, least: leastPercent }
  // The slack stays while the equity is unknown for a moment.
  const equity = totals.equitySats ?? state.account?.value.balanceSats ?? sats(0)
  const inUsd = market.indexUsd === null ? 0 : satsToUsd(equity, market.indexUsd)
  return { fraction, least: (Math.max(unit === 'usd' ? inUsd : equity, 0) * leastPercent) / 100 }
}

/** The balance is not evaluated while it is older than a move of an amount, unless amounts keep moving. */
function amountOf({ type }: AmountRule, { totals, state, now }: AlertInput): number | null {
  if (type === 'pl') return totals.unrealizedPlSats
  if (type === 'equity') return alertEquitySats(state, totals, now)
  return isSettled(state, BALANCE) || movesTooLong(state, now)
    ? (state.account?.value.balanceSats ?? null)
    : null
}

const BALANCE: readonly PartName[] = ['account']

/** Percent is of the equity; the percentage of the equity itself is only used for its changes. */
function inUnit(
  amount: number,
  { unit, type }: AmountRule,
  { totals, market, state, now }: AlertInput,
): number | null {
  if (unit === 'sats' || (unit === 'percent' && type === 'equity')) return amount
  if (unit === 'usd') return market.indexUsd === null ? null : satsToUsd(sats(amount), market.indexUsd)
  const equitySats = alertEquitySats(state, totals, now)
  return equitySats === null || equitySats <= 0 ? null : (amount / equitySats) * 100
}

/** The change of an amount within the window, in the unit of the rule. Of the equity in percent, relative to the equity before. */
function changeOf(
  { type, unit }: AmountRule,
  amount: number,
  value: number,
  { withinMs }: ChangeWindow,
  now: number,
  window: ValueWindow,
): number | null {
  if (type !== 'equity' || unit !== 'percent') return window.moveOf(value, now, withinMs)
  const move = window.moveOf(amount, now, withinMs)
  const before = amount - (move ?? 0)
  return move === null || before <= 0 ? null : (move / before) * 100
}

/** The window of a rule about changes; one without has none. */
function windowOf({ name }: Pick<AlertRule, 'name'>, { windows }: Pick<Evaluation, 'windows'>): ValueWindow {
  const known = windows.get(name)
  if (known !== undefined) return known
  const window = new ValueWindow()
  windows.set(name, window)
  return window
}
