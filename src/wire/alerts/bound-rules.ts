import type { AmountRule, ChangeWindow, FundingRule, PriceRule } from '../../domain/alerts/rule.ts'
import { parseAmount, parseChange, parsePercent, WINDOW } from './amounts.ts'
import type { FieldReader } from './field-reader.ts'
import { type CommonFields, type RuleFileContext, readCommon } from './rule-fields.ts'

type FileFields<Rule extends PriceRule | AmountRule | FundingRule> = Omit<Rule, 'quiet'> &
  CommonFields<Rule['type']>

const PRICES = ['index', 'last', 'bid', 'ask'] as const

const PRICE = 'a price in USD above 0, such as 120000'

/** Far above any price; a larger one is a mistake in the unit. */
const MAX_PRICE = 1e9

const MAX_PERCENT = 1_000

function readPrice(reader: FieldReader, name: string): number | null {
  const isValid = (price: number): boolean => price > 0 && price <= MAX_PRICE
  return reader.read(
    name,
    node => {
      if (node.kind === 'number') return isValid(node.value) ? node.value : null
      const amount = node.kind === 'text' ? parseAmount(node.value) : null
      return amount?.unit === 'usd' && isValid(amount.amount) ? amount.amount : null
    },
    PRICE,
  )
}

/** Reports bounds that leave no value without an alert. */
function reportOverlap(reader: FieldReader, above: number | null, below: number | null): void {
  if (above !== null && below !== null && below >= above)
    reader.report(
      'below',
      'below is not less than above, so the rule would always fire; allowed: a smaller value',
    )
}

/** Reports an enabled rule without a condition, unless a condition is present and wrong. */
function requireOne(reader: FieldReader, what: string, names: readonly string[], enabled: boolean): void {
  if (!enabled || reader.hasUnknown || names.some(name => reader.node(name) !== null)) return
  reader.report(
    'rule',
    `rule ${what} has no condition; add ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`,
  )
}

/** Reads a rule about a price. */
export function readPriceRule(reader: FieldReader, context: RuleFileContext): FileFields<PriceRule> {
  const common = readCommon(reader, 'price', context)
  const above = readPrice(reader, 'above')
  const below = readPrice(reader, 'below')
  const moves = reader.text(
    'moves',
    text => {
      const parsed = parseChange(text)
      return parsed?.unit === 'percent' && parsed.change.amount <= MAX_PERCENT ? parsed.change : null
    },
    `a percentage ${WINDOW}, such as "3% in 15m"`,
  )
  requireOne(reader, 'price', ['above', 'below', 'moves'], common.enabled)
  reportOverlap(reader, above, below)
  return { ...common, of: reader.choice('of', PRICES) ?? 'index', above, below, moves }
}

type AmountType = AmountRule['type']

const BOUNDS: Readonly<Record<AmountType, string>> = {
  pl: 'an amount such as "-20000 sats", "-15 USD" or "-5%" (of the equity)',
  equity: 'an amount above 0 such as "500000 sats" or "400 USD"',
  margin: 'an amount above 0 such as "100000 sats", "80 USD" or "10%" (of the equity)',
}

type ReadAmount = NonNullable<ReturnType<typeof parseAmount>>

function readBound(reader: FieldReader, name: string, type: AmountType): ReadAmount | null {
  const isValid = ({ amount, unit }: ReadAmount): boolean => {
    if (unit === 'percent' && (type === 'equity' || Math.abs(amount) > MAX_PERCENT)) return false
    return type === 'pl' || amount > 0
  }
  return reader.text(
    name,
    text => {
      const amount = parseAmount(text)
      return amount !== null && isValid(amount) ? amount : null
    },
    BOUNDS[type],
  )
}

function readChange(
  reader: FieldReader,
): { readonly unit: AmountRule['unit']; readonly change: ChangeWindow } | null {
  return reader.text(
    'changes',
    text => {
      const parsed = parseChange(text)
      return parsed !== null && (parsed.unit !== 'percent' || parsed.change.amount <= MAX_PERCENT)
        ? parsed
        : null
    },
    `an amount ${WINDOW}, such as "5% in 1h" or "50000 sats in 15m"`,
  )
}

/** Reads a rule about an amount of the account. */
export function readAmountRule(
  reader: FieldReader,
  type: AmountType,
  context: RuleFileContext,
): FileFields<AmountRule> {
  const common = readCommon(reader, type, context)
  const above = readBound(reader, 'above', type)
  const below = readBound(reader, 'below', type)
  const changes = readChange(reader)
  requireOne(reader, type, ['above', 'below', 'changes'], common.enabled)
  const units = [above?.unit, below?.unit, changes?.unit].filter(unit => unit !== undefined)
  if (new Set(units).size > 1)
    reader.report('rule', `rule ${type} mixes units; allowed: one unit, or two rules with a "name" each`)
  else reportOverlap(reader, above?.amount ?? null, below?.amount ?? null)
  return {
    ...common,
    unit: units[0] ?? 'sats',
    above: above?.amount ?? null,
    below: below?.amount ?? null,
    changes: changes?.change ?? null,
  }
}

/** Reads a rule about funding. */
export function readFundingRule(reader: FieldReader, context: RuleFileContext): FileFields<FundingRule> {
  const common = readCommon(reader, 'funding', context)
  const ratePercentAbove = reader.text(
    'rateAbove',
    text => {
      const percent = parsePercent(text)
      return percent !== null && percent > 0 && percent < 100 ? percent : null
    },
    'a percentage above 0% and below 100%, such as "0.05%"',
  )
  const costSatsAbove = reader.text(
    'costAbove',
    text => {
      const amount = parseAmount(text)
      return amount?.unit === 'sats' && amount.amount >= 0 ? amount.amount : null
    },
    'an amount in sats that is not negative, such as "1000 sats"',
  )
  requireOne(reader, 'funding', ['rateAbove', 'costAbove'], common.enabled)
  return { ...common, ratePercentAbove, costSatsAbove }
}
