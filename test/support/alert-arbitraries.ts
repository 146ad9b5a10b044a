import fc from 'fast-check'
import type { AlertRule, QuietHours } from '../../src/domain/alerts/rule.ts'
import { PROTECTION_CHECKS, RULE_EVENTS } from '../../src/domain/alerts/rule.ts'

/** A rule as the file has it, and the rule that it must be decoded to. */
export interface RulePair {
  readonly json: Readonly<Record<string, unknown>>
  readonly rule: AlertRule
}

type Fields = readonly [json: object, rule: object]

const fields = (...pairs: readonly fc.Arbitrary<Fields>[]): fc.Arbitrary<Fields> =>
  fc
    .tuple(...pairs)
    .map(found => [
      Object.assign({}, ...found.map(([json]) => json)),
      Object.assign({}, ...found.map(([, rule]) => rule)),
    ])

/** A field that may be absent. */
function optional<T>(
  values: fc.Arbitrary<T>,
  absent: object,
  write: (value: T) => Fields,
): fc.Arbitrary<Fields> {
  return fc.option(values, { nil: null }).map(value => (value === null ? [{}, absent] : write(value)))
}

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

const quiet: fc.Arbitrary<QuietHours> = fc
  .record({
    fromMinute: fc.integer({ min: 0, max: 1_439 }),
    toMinute: fc.integer({ min: 0, max: 1_439 }),
    zone: fc.constantFrom('utc' as const, 'local' as const),
  })
  .filter(({ fromMinute, toMinute }) => fromMinute !== toMinute)

const common = fields(
  optional(fc.constantFrom('info', 'watch', 'warn', 'critical'), { level: null }, level => [
    { level },
    { level },
  ]),
  optional(fc.subarray(['phone', 'mail']), { channels: null }, channels => [{ channels }, { channels }]),
  optional(fc.integer({ min: 10, max: 9_000 }), { repeatMs: 'default' }, seconds => [
    { repeat: `${seconds}s` },
    { repeatMs: seconds * 1_000 },
  ]),
  optional(quiet, { quiet: null }, hours => [
    { quiet: `${clock(hours.fromMinute)}-${clock(hours.toMinute)} ${hours.zone}` },
    { quiet: hours },
  ]),
  optional(fc.boolean(), { enabled: true }, enabled => [{ enabled }, { enabled }]),
)

/** A percentage with up to two decimals, as the file writes it. */
const percent = (max: number): fc.Arbitrary<string> =>
  fc.integer({ min: 1, max: max * 100 }).map(each => String(each / 100))

const bands = fc
  .uniqueArray(fc.integer({ min: 1, max: 9_999 }), { minLength: 3, maxLength: 3 })
  .map((found): Fields => {
    const [watch = 0, warn = 0, critical = 0] = found.toSorted((a, b) => b - a).map(each => each / 100)
    return [
      { bands: { watch: `${watch}%`, warn: `${warn}%`, critical: `${critical}%` } },
      { bands: { watch: watch / 100, warn: warn / 100, critical: critical / 100 } },
    ]
  })

const window = fc.integer({ min: 1, max: 1_440 })

const price = fields(
  fc.constantFrom('index', 'last', 'bid', 'ask').map((of): Fields => [{ of }, { of }]),
  fc
    .tuple(fc.integer({ min: 1, max: 500_000 }), fc.integer({ min: 1, max: 500_000 }), fc.boolean())
    .map(([below, gap, isText]): Fields => {
      const above = below + gap
      const json = isText ? { above: `${above} USD`, below: `${below} usd` } : { above, below }
      return [json, { above, below }]
    }),
  optional(fc.tuple(percent(100), window), { moves: null }, ([amount, minutes]) => [
    { moves: `${amount}% in ${minutes}m` },
    { moves: { amount: Number(amount), withinMs: minutes * 60_000 } },
  ]),
)

const amount = fc
  .tuple(
    fc.constantFrom(['sats', 'sats'] as const, ['USD', 'usd'] as const),
    fc.integer({ min: 1, max: 10 ** 12 }),
    window,
  )
  .map(
    ([[unitText, unit], value, minutes]): Fields => [
      { below: `${value} ${unitText}`, changes: `${value} ${unitText} in ${minutes}m` },
      { unit, above: null, below: value, changes: { amount: value, withinMs: minutes * 60_000 } },
    ],
  )

const funding = fields(
  percent(99).map((each): Fields => [{ rateAbove: `${each}%` }, { ratePercentAbove: Number(each) }]),
  optional(fc.integer({ min: 0, max: 10 ** 9 }), { costSatsAbove: null }, sats => [
    { costAbove: `${sats} sats` },
    { costSatsAbove: sats },
  ]),
)

const listOf = (name: string, values: readonly string[]): fc.Arbitrary<Fields> =>
  fc.subarray([...values], { minLength: 1 }).map(found => [{ [name]: found }, { [name]: found }])

const seconds = fc.integer({ min: 5, max: 3_600 })
const staleSeconds = fc.integer({ min: 15, max: 3_600 })

const silence = fc.tuple(staleSeconds, staleSeconds).map(
  ([a, b]): Fields => [
    { after: `${Math.max(a, b)}s`, inBandAfter: `${Math.min(a, b)}s` },
    { afterMs: Math.max(a, b) * 1_000, inBandAfterMs: Math.min(a, b) * 1_000 },
  ],
)

const after = seconds.map((each): Fields => [{ after: `${each}s` }, { afterMs: each * 1_000 }])

const nothing = fc.constant<Fields>([{}, {}])

const BY_TYPE: Readonly<Record<AlertRule['type'], fc.Arbitrary<Fields>>> = {
  liquidation: bands,
  price,
  pl: amount,
  equity: amount,
  margin: amount,
  funding,
  position: listOf('events', RULE_EVENTS.position),
  order: listOf('events', RULE_EVENTS.order),
  wallet: listOf('events', RULE_EVENTS.wallet),
  protection: listOf('checks', PROTECTION_CHECKS),
  stale: silence,
  connection: after,
  key: nothing,
  announcement: nothing,
}

/** Every type of rule that a user may configure. */
export const CONFIGURABLE = Object.keys(BY_TYPE) as AlertRule['type'][]

/** A valid rule of a type, named `rule-` and a number. */
function ruleOf(type: AlertRule['type'], index: number): fc.Arbitrary<RulePair> {
  return fc.tuple(common, BY_TYPE[type]).map(([[commonJson, commonRule], [json, rule]]) => {
    const name = `rule-${index}`
    // Its default level, as its default rule has it.
    const level = 'level' in commonJson || type !== 'connection' ? {} : { level: 'warn' }
    return {
      json: { rule: type, name, ...commonJson, ...json },
      rule: { name, type, ...commonRule, ...level, ...rule } as unknown as AlertRule,
    }
  })
}

/** A list of valid rules with different names, for a profile with the channels phone and mail. */
export const rulePairs: fc.Arbitrary<readonly RulePair[]> = fc
  .array(fc.constantFrom(...CONFIGURABLE), { maxLength: 12 })
  .chain(types => fc.tuple(...types.map(ruleOf)))
