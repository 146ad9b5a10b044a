import type { AlertKind } from '../../domain/alerts/alert.ts'
import type { AlertRule, AmountRule, ChangeWindow, FundingRule, PriceRule } from '../../domain/alerts/rule.ts'
import { formatAge, formatNumber, formatSigned } from '../../domain/format.ts'
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

/** A crossed bound is left only beyond it by this fraction, so that a value at the bound raises one alert, not many. */
const PRICE_HYSTERESIS = 0.001
const AMOUNT_HYSTERESIS = 0.01

/** A value under watch, and how sentences write it. */
interface Watched {
  readonly kind: AlertKind
  readonly subject: string
  readonly name: string
  readonly value: number
  readonly hysteresis: number
  text(value: number): string
}

type Bounds = Pick<PriceRule, 'above' | 'below'>

/** Evaluates a price against its levels and its window. */
export function evaluatePrice(
  rule: PriceRule,
  { market, now }: AlertInput,
  previousLevel: PreviousLevel,
  window: ValueWindow,
): Outcome {
  const value = PRICES[rule.of](market)
  if (value === null || market.stale) return ALL_HELD
  const watched: Watched = {
    kind: 'price',
    subject: 'market',
    name: `the ${rule.of} price`,
    value,
    hysteresis: PRICE_HYSTERESIS,
    text: price => `${formatNumber(price, 1)} USD`,
  }
  const { moves } = rule
  const move = moves === null ? null : window.moveOf(value, now, moves.withinMs)
  return outcomeOf([
    ...crossed(rule, watched, rule, previousLevel),
    ...(move === null || moves === null
      ? []
      : moved(rule, watched, moves, (move / (value - move)) * 100, '%')),
  ])
}

const PRICES = {
  index: market => market.indexUsd,
  last: market => market.lastPriceUsd,
  bid: market => market.bidUsd,
  ask: market => market.askUsd,
} as const satisfies Readonly<Record<PriceRule['of'], (market: AlertInput['market']) => Usd | null>>

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
  const amount = input.source.stale ? null : amountOf(rule, input)
  const value = amount === null ? null : inUnit(amount, rule, input)
  if (value === null) return ALL_HELD
  const text = (shown: number): string => amountText(shown, rule.unit)
  const name = AMOUNT_NAMES[rule.type]
  const watched: Watched = {
    kind: rule.type,
    subject: 'account',
    name,
    value,
    hysteresis: AMOUNT_HYSTERESIS,
    text,
  }
  const { changes } = rule
  const change = changes === null ? null : changeOf(rule, amount ?? 0, value, input, window)
  const unit = rule.unit === 'percent' ? '%' : ` ${rule.unit === 'usd' ? 'USD' : 'sats'}`
  return outcomeOf([
    ...crossed(rule, watched, rule, previousLevel),
    ...(change === null || changes === null ? [] : moved(rule, watched, changes, change, unit)),
  ])
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
  rule: AmountRule,
  amount: number,
  value: number,
  { now }: AlertInput,
  window: ValueWindow,
): number | null {
  const withinMs = rule.changes?.withinMs ?? 0
  if (rule.type !== 'equity' || rule.unit !== 'percent') return window.moveOf(value, now, withinMs)
  const move = window.moveOf(amount, now, withinMs)
  const before = amount - (move ?? 0)
  return move === null || before <= 0 ? null : (move / before) * 100
}

function amountText(value: number, unit: AmountRule['unit']): string {
  if (unit === 'percent') return `${formatSigned(value, 2)}% of the equity`
  return unit === 'usd' ? `${formatSigned(value, 2)} USD` : `${formatSigned(value)} sats`
}

/** Evaluates the next funding rate and what this account pays at the next settlement. */
export function evaluateFunding(
  rule: FundingRule,
  { market, totals, source }: AlertInput,
  previousLevel: PreviousLevel,
): Outcome {
  if (market.stale) return ALL_HELD
  const { ratePercentAbove, costSatsAbove } = rule
  const rate = market.fundingRate
  const cost = source.stale || totals.nextFundingSats === null ? null : -totals.nextFundingSats
  const shared = { kind: 'funding', hysteresis: AMOUNT_HYSTERESIS } as const
  const findings = [
    ...(ratePercentAbove === null || rate === null
      ? []
      : crossed(
          { ...rule, name: 'rate' },
          {
            ...shared,
            subject: 'market',
            name: `the next funding rate (${rate < 0 ? 'shorts pay' : 'longs pay'})`,
            value: Math.abs(rate) * 100,
            text: value => `${formatNumber(value, 4)}%`,
          },
          { above: ratePercentAbove, below: null },
          previousLevel,
        )),
    ...(costSatsAbove === null || cost === null
      ? []
      : crossed(
          { ...rule, name: 'cost' },
          {
            ...shared,
            subject: 'account',
            name: 'what the next funding costs this account',
            value: cost,
            text: value => `${formatNumber(value)} sats`,
          },
          { above: costSatsAbove, below: null },
          previousLevel,
        )),
  ]
  const held = [...(rate === null ? ['above rate'] : []), ...(cost === null ? ['above cost'] : [])]
  return { ...outcomeOf(findings), isHeld: key => held.includes(key) }
}

function crossed(
  rule: Pick<AlertRule, 'level' | 'name' | 'type'>,
  watched: Watched,
  { above, below }: Bounds,
  previousLevel: PreviousLevel,
): readonly Finding[] {
  const { value, hysteresis, name, text } = watched
  const found: Finding[] = []
  for (const [side, bound] of [['above', above] as const, ['below', below] as const]) {
    if (bound === null) continue
    const key = rule.type === 'funding' ? `${side} ${rule.name}` : side
    const slack = previousLevel(key) === null ? 0 : Math.abs(bound) * hysteresis
    const isBeyond = side === 'above' ? value >= bound - slack : value <= bound + slack
    if (!isBeyond) continue
    found.push({
      ...findingBase(rule, watched, key),
      message: `${name} is ${text(value)}, ${side} ${text(bound)}`,
      remedy: `Ends when it is ${side === 'above' ? 'below' : 'above'} ${text(side === 'above' ? bound - Math.abs(bound) * hysteresis : bound + Math.abs(bound) * hysteresis)}`,
    })
  }
  return found
}

function moved(
  rule: Pick<AlertRule, 'level' | 'name'>,
  watched: Watched,
  { amount, withinMs }: ChangeWindow,
  change: number,
  unit: string,
): readonly Finding[] {
  if (Math.abs(change) < amount) return []
  const decimals = unit === ' sats' ? 0 : 2
  const message = `${watched.name} moved by ${formatSigned(change, decimals)}${unit} within ${formatAge(withinMs)} to ${watched.text(watched.value)}`
  return [
    {
      ...findingBase(rule, watched, change < 0 ? 'fall' : 'rise'),
      message,
      remedy: `Ends when it has moved by less than ${formatNumber(amount, decimals)}${unit} within ${formatAge(withinMs)}`,
    },
  ]
}

function findingBase(
  { level }: Pick<AlertRule, 'level'>,
  { kind, subject }: Watched,
  key: string,
): Omit<Finding, 'message' | 'remedy'> {
  return { key, kind, level: level ?? 'warn', subject, positionId: null }
}

function outcomeOf(findings: readonly Finding[]): Outcome {
  return findings.length === 0 ? NOTHING_FOUND : { ...NOTHING_FOUND, findings }
}
