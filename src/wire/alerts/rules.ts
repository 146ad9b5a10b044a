import { RULE_TYPES } from '../../domain/alerts/alert.ts'
import {
  type AlertRule,
  DEFAULT_RULES,
  MIN_STALE_MS,
  PROTECTION_CHECKS,
  RULE_EVENTS,
} from '../../domain/alerts/rule.ts'
import { closestMatches } from '../../domain/closest-match.ts'
import { parsePercent } from './amounts.ts'
import { readAmountRule, readFundingRule, readPriceRule } from './bound-rules.ts'
import { describeNode, FieldReader, quoteText } from './field-reader.ts'
import type { JsonNode } from './jsonc.ts'
import type { Mistakes } from './mistakes.ts'
import {
  COMMON_FIELDS,
  type CommonFields,
  durationWithin,
  type RuleFileContext,
  readCommon,
} from './rule-fields.ts'
import { readType } from './typed-object.ts'

type RuleType = AlertRule['type']

/** A rule as the file has it: its quiet hours may be those of its section. */
export type FileRule = AlertRule extends infer Rule
  ? Rule extends AlertRule
    ? Omit<Rule, 'quiet'> & Pick<CommonFields<Rule['type']>, 'quiet'>
    : never
  : never

/** The fields of each type beside those of every rule. */
const FIELDS: Readonly<Record<RuleType, readonly string[]>> = {
  liquidation: ['bands'],
  price: ['of', 'above', 'below', 'moves'],
  pl: ['above', 'below', 'changes'],
  equity: ['above', 'below', 'changes'],
  margin: ['above', 'below', 'changes'],
  funding: ['rateAbove', 'costAbove'],
  position: ['events'],
  order: ['events'],
  wallet: ['events'],
  protection: ['checks'],
  stale: ['after', 'inBandAfter'],
  connection: ['after'],
  key: [],
  announcement: [],
}

const TYPES = RULE_TYPES.filter(type => type !== 'delivery')

const MIN_SILENCE_MS = 5_000
const MAX_SILENCE_MS = 86_400_000
const SILENCE = 'a duration from "5s" to "24h", such as "60s"'
const NO_SIGHT = 'a duration from "15s" to "24h", such as "60s", since positions are read every 10s'

/** Returns the default rule of a type, or null if there is none. */
function defaultRule<Type extends RuleType>(type: Type): (AlertRule & { readonly type: Type }) | null {
  const isOfType = (rule: AlertRule): rule is AlertRule & { readonly type: Type } => rule.type === type
  return DEFAULT_RULES.find(isOfType) ?? null
}

/** Reads one rule. Null if its type is unknown; a rule with mistakes has defaults in their place. */
export function readRule(node: JsonNode, context: RuleFileContext): FileRule | null {
  const { mistakes } = context
  const type = readType(node, RULE, mistakes)
  if (type === null) return null
  const known = [...COMMON_FIELDS, ...FIELDS[type]]
  const reader = FieldReader.open(node, { what: `rule ${type}`, known }, mistakes)
  return reader === null ? null : readFields(reader, type, context)
}

const RULE = {
  what: 'a rule',
  field: 'rule',
  types: TYPES,
  example: '{ "rule": "liquidation" }',
  unknownType,
}

function unknownType(value: JsonNode): string {
  if (value.kind !== 'text') return `rule is ${describeNode(value)}; allowed: ${TYPES.join(', ')}`
  if (value.value === 'delivery') return 'rule "delivery" is built in and cannot be configured; remove it'
  const near = closestMatches(value.value, TYPES)
  const remedy = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `allowed: ${TYPES.join(', ')}`
  return `unknown rule ${quoteText(value.value)}; ${remedy}`
}

function readFields(reader: FieldReader, type: RuleType, context: RuleFileContext): FileRule {
  switch (type) {
    case 'liquidation':
      return { ...readCommon(reader, type, context), bands: readBands(reader, context.mistakes) }
    case 'price':
      return readPriceRule(reader, context)
    case 'pl':
    case 'equity':
    case 'margin':
      return readAmountRule(reader, type, context)
    case 'funding':
      return readFundingRule(reader, context)
    case 'position':
    case 'order':
    case 'wallet':
      return {
        ...readCommon(reader, type, context),
        events: reader.choices<string>('events', RULE_EVENTS[type]) ?? defaultEvents(type),
      }
    case 'protection':
      return {
        ...readCommon(reader, type, context),
        checks: reader.choices('checks', PROTECTION_CHECKS) ?? PROTECTION_CHECKS,
      }
    case 'stale':
      return { ...readCommon(reader, type, context), ...readSilence(reader) }
    case 'connection':
      return {
        ...readCommon(reader, type, context),
        afterMs:
          reader.text('after', text => durationWithin(text, MIN_SILENCE_MS, MAX_SILENCE_MS), SILENCE) ??
          defaultRule(type)?.afterMs ??
          60_000,
      }
    case 'key':
    case 'announcement':
      return readCommon(reader, type, context)
  }
}

function defaultEvents(type: keyof typeof RULE_EVENTS): readonly string[] {
  return type === 'position' ? (defaultRule(type)?.events ?? RULE_EVENTS[type]) : RULE_EVENTS[type]
}

type Bands = Extract<AlertRule, { readonly type: 'liquidation' }>['bands']

const DEFAULT_BANDS: Bands = defaultRule('liquidation')?.bands ?? { watch: 0.1, warn: 0.05, critical: 0.025 }

const BAND = 'a percentage above 0% and below 100%, such as "5%"'

function readBands(reader: FieldReader, mistakes: Mistakes): Bands {
  const node = reader.node('bands')
  if (node === null) return DEFAULT_BANDS
  const what = 'bands'
  const bands = FieldReader.open(node, { what, known: ['watch', 'warn', 'critical'] }, mistakes)
  const read = (name: keyof Bands): number => {
    const percent = bands?.text(name, bandOf, BAND) ?? null
    return percent === null ? DEFAULT_BANDS[name] : percent / 100
  }
  const [watch, warn, critical] = [read('watch'), read('warn'), read('critical')]
  if (bands !== null && !(watch > warn && warn > critical))
    mistakes.add(bands.at, `the bands contradict each other; allowed: watch above warn above critical`)
  return { watch, warn, critical }
}

function bandOf(text: string): number | null {
  const percent = parsePercent(text)
  return percent !== null && percent > 0 && percent < 100 ? percent : null
}

function readNoSight(reader: FieldReader, name: 'after' | 'inBandAfter'): number | null {
  return reader.text(name, text => durationWithin(text, MIN_STALE_MS, MAX_SILENCE_MS), NO_SIGHT)
}

function readSilence(reader: FieldReader): { readonly afterMs: number; readonly inBandAfterMs: number } {
  const { afterMs: defaultMs, inBandAfterMs: defaultInBandMs } = defaultRule('stale') ?? {
    afterMs: 60_000,
    inBandAfterMs: 20_000,
  }
  const afterMs = readNoSight(reader, 'after') ?? defaultMs
  // A shorter `after` alone also holds in a band.
  const inBandAfterMs = readNoSight(reader, 'inBandAfter') ?? Math.min(defaultInBandMs, afterMs)
  if (inBandAfterMs > afterMs)
    reader.report('inBandAfter', 'inBandAfter is longer than after; allowed: at most the same')
  return { afterMs, inBandAfterMs }
}
