import type { AmountRule, ChangeWindow, FundingRule, PriceRule } from '../../domain/alerts/rule.ts'
import { formatNumber, formatSigned } from '../../domain/format.ts'
import { sats, type Usd } from '../../domain/units.ts'
import { satsToUsd } from '../../domain/valuation.ts'
import {
  ALL_HELD,
  type AlertInput,
  type Finding,
  NOTHING_FOUND,
  type Outcome,
  type PreviousLevel,
} from '../alert-input.ts'
import type { ValueWindow } from '../value-window.ts'
import { crossed, moved, type Slack, type Watched } from './bounds.ts'

const PRICE_SLACK: Slack = { fraction: 0.001, least: 0 }

/** Evaluates a price against its levels and its window. */
export function evaluatePrice(
  rule: PriceRule,
  { market, now }: AlertInput,
  previousLevel: PreviousLevel,
  window: ValueWindow,
): Outcome {
  const value = PRICES[rule.of](market)
  if (value === null || market.stale) return ALL_HELD
  const watched = WATCHED_PRICES[rule.of]
  const found = crossed(rule, watched, value, rule, PRICE_SLACK, previousLevel)
  const { moves } = rule
  const move = moves === null ? null : window.moveOf(value, now, moves.withinMs)
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
  window: ValueWindow,
): Outcome {
  const { type, unit, changes } = rule
  const amount = input.source.stale ? null : amountOf(rule, input)
  const value = amount === null ? null : inUnit(amount, rule, input)
  if (amount === null || value === null) return ALL_HELD
  const text = type === 'equity' && unit === 'percent' ? AMOUNT_TEXTS.sats : AMOUNT_TEXTS[unit]
  const watched: Watched = { kind: type, subject: 'account', name: AMOUNT_NAMES[type], text }
  const found = crossed(rule, watched, value, rule, amountSlack(unit, input), previousLevel)
  const change = changes === null ? null : changeOf(rule, amount, value, changes, input.now, window)
  if (change === null || changes === null) return outcomeOf(found)
  return outcomeOf(found, moved(rule, watched, value, changes, change, CHANGE_UNITS[unit], previousLevel))
}

const AMOUNT_SLACK = { fraction: 0.01, leastPercent: 0.1 } as const

/** Near 0 an amount flaps by its own noise, so that the least slack is 0.1 percent of the equity. */
function amountSlack(unit: AmountUnit, { totals }: AlertInput): Slack {
  const { fraction, leastPercent } = AMOUNT_SLACK
  if (unit === 'percent') return { fraction, least: leastPercent }
  const equity = unit === 'usd' ? totals.equityUsd : totals.equitySats
  return { fraction, least: (Math.max(equity ?? 0, 0) * leastPercent) / 100 }
}

function amountOf({ type }: AmountRule, { totals, state }: AlertInput): number | null {
  if (type === 'pl') return totals.unrealizedPlSats
  return type === 'equity' ? totals.equitySats : (state.account?.value.balanceSats ?? null)
}

/** Percent is of the equity; the percentage of the equity itself is only used for its changes. */
function inUnit(amount: number, { unit, type }: AmountRule, { totals, market }: AlertInput): number | null {
  if (unit === 'sats' || (unit === 'percent' && type === 'equity')) return amount
  if (unit === 'usd') return market.indexUsd === null ? null : satsToUsd(sats(amount), market.indexUsd)
  const { equitySats } = totals
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

const RATE_SLACK: Slack = { fraction: 0.01, least: 0 }

/** Near 0 what the next funding costs changes by a sat with each price. */
const COST_SLACK: Slack = { fraction: 0.01, least: 1 }

const RATE_TEXT = (percent: number): string => `${formatNumber(percent, 4)}%`

const LONGS_PAY: Watched = {
  kind: 'funding',
  subject: 'market',
  name: 'the next funding rate (longs pay)',
  text: RATE_TEXT,
}

const SHORTS_PAY: Watched = { ...LONGS_PAY, name: 'the next funding rate (shorts pay)' }

const COST: Watched = {
  kind: 'funding',
  subject: 'account',
  name: 'what the next funding costs this account',
  text: value => `${formatNumber(value)} sats`,
}

/** Evaluates the next funding rate and what this account pays at the next settlement. */
export function evaluateFunding(
  rule: FundingRule,
  { market, totals, source }: AlertInput,
  previousLevel: PreviousLevel,
): Outcome {
  if (market.stale) return ALL_HELD
  const rate = market.fundingRate
  const cost = source.stale || totals.nextFundingSats === null ? null : -totals.nextFundingSats
  const ofRate =
    rate === null
      ? NO_FINDINGS
      : crossed(
          rule,
          rate < 0 ? SHORTS_PAY : LONGS_PAY,
          Math.abs(rate) * 100,
          { above: rule.ratePercentAbove, below: null },
          RATE_SLACK,
          previousLevel,
          ' rate',
        )
  const ofCost =
    cost === null
      ? NO_FINDINGS
      : crossed(
          rule,
          COST,
          cost,
          { above: rule.costSatsAbove, below: null },
          COST_SLACK,
          previousLevel,
          ' cost',
        )
  const outcome = outcomeOf(ofRate, ofCost)
  if (rate !== null && cost !== null) return outcome
  return { ...outcome, isHeld: key => (key === 'above rate' ? rate === null : cost === null) }
}

const NO_FINDINGS: readonly Finding[] = []

function outcomeOf(some: readonly Finding[], others = NO_FINDINGS): Outcome {
  if (some.length === 0 && others.length === 0) return NOTHING_FOUND
  return { ...NOTHING_FOUND, findings: [...some, ...others] }
}
