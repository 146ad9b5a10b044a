import { describe, expect, test } from 'vitest'
import { decodeAlertsFile } from '../../../../src/wire/alerts/alerts-file.ts'

const CHANNELS = ['phone', 'mail']

function mistakesIn(text: string, channels: readonly string[] | null = CHANNELS): readonly string[] {
  const result = decodeAlertsFile(text, { profile: 'main', channelsOf: () => channels })
  return result.ok ? [] : result.mistakes
}

/** Rules of the default section, which begin in line 2. */
const rules = (...lines: readonly string[]): string =>
  `{ "default": { "rules": [\n${lines.join(',\n')}\n] } }`

const PERCENTAGE = 'allowed: a percentage above 0% and below 100%, such as'

describe('a mistake names its place and what is allowed', () => {
  test.each([
    ['{ "rule": "liqidation" }', '2:11: unknown rule "liqidation"; did you mean liquidation?'],
    [
      '{ "rule": "volume" }',
      '2:11: unknown rule "volume"; allowed: liquidation, price, pl, equity, margin, funding, position, order, wallet, protection, stale, connection, key, announcement',
    ],
    ['{ "rule": "delivery" }', '2:11: rule "delivery" is built in and cannot be configured; remove it'],
    ['{ "rule": 5 }', /^2:11: rule is 5; allowed: liquidation, /],
    ['{ "above": 5 }', /^2:1: a rule without its type; add "rule", one of liquidation, /],
    ['"price"', '2:1: a rule is "price"; allowed: an object such as { "rule": "liquidation" }'],
    ['{ "rule": "price", "abov": 5 }', '2:20: unknown field "abov" of rule price; did you mean above?'],
    [
      '{ "rule": "key", "x": 5 }',
      '2:18: unknown field "x" of rule key; allowed: rule, name, level, channels, repeat, quiet, enabled',
    ],
    ['{ "rule": "liquidation", "bands": { "watch": "120%" } }', `2:46: watch is "120%"; ${PERCENTAGE} "5%"`],
    ['{ "rule": "liquidation", "bands": { "warn": 5 } }', `2:45: warn is 5; ${PERCENTAGE} "5%"`],
    [
      '{ "rule": "liquidation", "bands": { "watch": "5%", "warn": "5%" } }',
      '2:35: the bands contradict each other; allowed: watch above warn above critical',
    ],
    [
      '{ "rule": "liquidation", "bands": { "critical": "7%" } }',
      '2:35: the bands contradict each other; allowed: watch above warn above critical',
    ],
    ['{ "rule": "liquidation", "bands": [] }', '2:35: bands is an empty list; allowed: an object in braces'],
    ['{ "rule": "price", "above": 0 }', '2:29: above is 0; allowed: a price in USD above 0, such as 120000'],
    [
      '{ "rule": "price", "below": -5 }',
      '2:29: below is -5; allowed: a price in USD above 0, such as 120000',
    ],
    [
      '{ "rule": "price", "above": "5 sats" }',
      '2:29: above is "5 sats"; allowed: a price in USD above 0, such as 120000',
    ],
    [
      '{ "rule": "price", "above": 1e999 }',
      '2:29: above is Infinity; allowed: a price in USD above 0, such as 120000',
    ],
    [
      '{ "rule": "price", "above": 5, "below": 6 }',
      /^2:41: below is not less than above, so the rule would always/,
    ],
    ['{ "rule": "price" }', '2:11: rule price has no condition; add above, below or moves'],
    [
      '{ "rule": "price", "moves": "3% in -15m" }',
      '2:29: moves is "3% in -15m"; allowed: a percentage within 1s to 24h, such as "3% in 15m"',
    ],
    ['{ "rule": "price", "moves": "3% in 2d" }', /^2:29: moves is "3% in 2d"; allowed: a percentage within/],
    ['{ "rule": "price", "moves": "0% in 5m" }', /^2:29: moves is "0% in 5m"; allowed: a percentage within/],
    ['{ "rule": "price", "moves": "5 USD in 5m" }', /^2:29: moves is "5 USD in 5m"; allowed: a percentage/],
    [
      '{ "rule": "price", "above": 5, "of": "mark" }',
      '2:38: of is "mark"; allowed: "index", "last", "bid", "ask"',
    ],
    [
      '{ "rule": "equity", "below": 5 }',
      /^2:30: below is 5; allowed: an amount above 0 such as "500000 sats" or/,
    ],
    ['{ "rule": "equity", "below": "5%" }', /^2:30: below is "5%"; allowed: an amount above 0 such as/],
    ['{ "rule": "equity", "below": "-5 USD" }', /^2:30: below is "-5 USD"; allowed: an amount above 0/],
    ['{ "rule": "equity", "below": "1.5 sats" }', /^2:30: below is "1.5 sats"; allowed: an amount/],
    [
      '{ "rule": "equity", "below": "5 USD", "changes": "5% in 1h" }',
      '2:11: rule equity mixes units; allowed: one unit, or two rules with a "name" each',
    ],
    ['{ "rule": "pl", "changes": "-5 sats in 1h" }', /^2:28: changes is "-5 sats in 1h"; allowed: an amount/],
    ['{ "rule": "funding" }', '2:11: rule funding has no condition; add rateAbove or costAbove'],
    ['{ "rule": "funding", "rateAbove": "0%" }', `2:35: rateAbove is "0%"; ${PERCENTAGE} "0.05%"`],
    [
      '{ "rule": "funding", "costAbove": "-1 sats" }',
      /^2:35: costAbove is "-1 sats"; allowed: an amount in sats/,
    ],
    [
      '{ "rule": "wallet", "events": ["deposits"] }',
      '2:32: events has "deposits"; allowed: "deposit", "withdrawal"',
    ],
    ['{ "rule": "wallet", "events": [] }', /^2:31: events is an empty list; allowed: a list of "deposit", /],
    [
      '{ "rule": "wallet", "events": ["deposit", "deposit"] }',
      '2:43: events has "deposit" twice; remove one of them',
    ],
    [
      '{ "rule": "protection", "checks": "no-stop-loss" }',
      /^2:35: checks is "no-stop-loss"; allowed: a list of/,
    ],
    [
      '{ "rule": "stale", "after": "14s" }',
      '2:29: after is "14s"; allowed: a duration from "15s" to "24h", such as "60s", since positions are read every 10s',
    ],
    [
      '{ "rule": "stale", "inBandAfter": "5s" }',
      /^2:35: inBandAfter is "5s"; allowed: a duration from "15s"/,
    ],
    [
      '{ "rule": "connection", "after": "4s" }',
      '2:34: after is "4s"; allowed: a duration from "5s" to "24h", such as "60s"',
    ],
    ['{ "rule": "stale", "after": 60 }', /^2:29: after is 60; allowed: a duration/],
    [
      '{ "rule": "stale", "after": "30s", "inBandAfter": "31s" }',
      '2:51: inBandAfter is longer than after; allowed: at most the same',
    ],
    ['{ "rule": "key", "level": 0 }', '2:27: level is 0; allowed: "info", "watch", "warn", "critical"'],
    ['{ "rule": "key", "level": "liquidated" }', /^2:27: level is "liquidated"; allowed: "info", /],
    [
      '{ "rule": "key", "name": "My Key" }',
      /^2:26: name is "My Key"; allowed: a name of up to 32 lower-case/,
    ],
    [
      '{ "rule": "key", "repeat": "1s" }',
      '2:28: repeat is "1s"; allowed: "never", or a duration from "10s" to "7d", such as "2m"',
    ],
    ['{ "rule": "key", "quiet": "23:00" }', /^2:27: quiet is "23:00"; allowed: "never", or hours such as/],
    ['{ "rule": "key", "quiet": "7:00-7:00" }', /^2:27: quiet is "7:00-7:00"; allowed: "never", or hours/],
    ['{ "rule": "key", "quiet": "24:00-7:00" }', /^2:27: quiet is "24:00-7:00"; allowed: "never", or hours/],
    ['{ "rule": "key", "enabled": "no" }', '2:29: enabled is "no"; allowed: true or false'],
    [
      '{ "rule": "key", "channels": ["phon"] }',
      '2:31: unknown channel "phon"; did you mean phone?; a new one: axisor alerts channel add',
    ],
    [
      '{ "rule": "key", "channels": ["x"] }',
      '2:31: unknown channel "x"; allowed: phone, mail; a new one: axisor alerts channel add',
    ],
    [
      '{ "rule": "key", "channels": "phone" }',
      /^2:30: channels is "phone"; allowed: a list of names of channels/,
    ],
    [
      '{ "rule": "key", "level": "info", "level": "warn" }',
      '2:35: this field occurs twice in one object; remove one of them',
    ],
    [
      '{ "rule": "price", "name": "stale", "above": 5 }',
      '2:28: stale is the name of a default rule of another type; choose another "name"',
    ],
  ])('%s', (rule, mistake) => {
    const found = mistakesIn(rules(rule))
    expect(found).toHaveLength(1)
    expect(found[0]?.replace(/^alerts\.json:/, '')).toEqual(
      typeof mistake === 'string' ? mistake : expect.stringMatching(mistake),
    )
  })

  test.each([
    ['[]', '1:1: the file is an empty list; allowed: an object in braces'],
    ['{ "defaults": {} }', '1:3: unknown field "defaults" of the file; did you mean default?'],
    ['{ "default": [] }', '1:14: a section is an empty list; allowed: an object in braces'],
    ['{ "default": { "rules": {} } }', '1:25: rules is an object; allowed: a list of rules'],
    ['{ "default": { "rulez": [] } }', '1:16: unknown field "rulez" of a section; did you mean rules?'],
    [
      '{ "default": { "heartbeat": "1s" } }',
      /^1:29: heartbeat is "1s"; allowed: "never", or a duration from "10s"/,
    ],
    [
      '{ "profiles": [] }',
      '1:15: profiles is an empty list; allowed: an object with one section per profile',
    ],
    [
      '{ "profiles": { "Main": {} } }',
      /^1:17: "Main" is not the name of a profile; allowed: a name of up to 32/,
    ],
    ['{ "profiles": { "other": { "x": 1 } } }', /^1:28: unknown field "x" of a section; allowed: rules/],
    ['{ "default": { "rules": [] } ', '1:30: a closing brace } is missing'],
    ['{ "default": {} } x', /^1:19: unexpected text/],
    ['{ "default": {} "profiles": {} }', '1:17: a comma is missing before this'],
    ['{ default: {} }', /^1:3: /],
    ["{ 'default': {} }", /^1:3: /],
    ['{ "default": }', /^1:14: a value is missing; allowed: text in double quotes/],
    ['{ "default": {} /* open', '1:17: the comment does not end; close it with */'],
    ['{ "de\nfault": {} }', /^1:3: the string does not end on its line/],
  ])('%s', (text, mistake) => {
    const [first = ''] = mistakesIn(text)
    expect(first.replace(/^alerts\.json:/, '')).toEqual(
      typeof mistake === 'string' ? mistake : expect.stringMatching(mistake),
    )
  })

  test('lists all mistakes by place, with Windows line ends and a byte order mark', () => {
    const text = `\uFEFF${rules(
      '{ "rule": "price", "above": 0, "level": 1 }',
      '{ "rule": "pric", "above": 1 }',
      '{ "rule": "price", "above": 1 }',
    ).replaceAll('\n', '\r\n')}`
    expect(mistakesIn(text).map(line => line.split('; ')[0])).toEqual([
      'alerts.json:2:29: above is 0',
      'alerts.json:2:41: level is 1',
      'alerts.json:3:11: unknown rule "pric"',
      'alerts.json:4:1: a second rule named price',
    ])
  })

  test('offers to add a channel if there is none', () => {
    expect(mistakesIn(rules('{ "rule": "key", "channels": ["phone"] }'), [])).toEqual([
      'alerts.json:2:31: unknown channel "phone"; this profile has no channels; a new one: axisor alerts channel add',
    ])
    expect(mistakesIn(rules('{ "rule": "key", "channels": ["any"] }'), null)).toEqual([])
  })
})

describe('a secret in the file', () => {
  const SECRETS = [
    'https://hooks.example.org/services/T000/B000/abc',
    'ntfy.sh/my-topic-name',
    'HTTP://HOST/x',
    '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1',
    'azGDORePK8gMaC0QOYAMyEEuzJnyUi',
    'nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5',
    '0123456789abcdef0123456789abcdef',
  ]

  test.each(SECRETS)('is rejected and not repeated: %s', secret => {
    for (const rule of [
      { rule: 'key', name: secret },
      { rule: 'key', channels: [secret] },
      { rule: 'key', url: secret },
      { rule: secret },
      { rule: 'key', level: [{ deep: secret }] },
      { rule: 'key', [secret]: 1 },
    ]) {
      const found = mistakesIn(rules(JSON.stringify(rule)))
      expect(found.join('\n')).toMatch(
        /^alerts\.json:2:\d+: this (text looks like a (URL|token)|field name looks like a secret); secrets do not belong in a config file; use: axisor alerts channel add$/m,
      )
      expect(found.join('\n')).not.toContain(secret)
    }
  })

  test.each(['btc-high-120000', 'equity-half', 'a-name-with-32-characters-in-it1', '500000 sats'])(
    'is not seen in %s',
    text =>
      expect(mistakesIn(rules(JSON.stringify({ rule: 'key', name: text })))).toEqual(
        /^[a-z0-9-]+$/.test(text) ? [] : [expect.stringContaining('name is')],
      ),
  )
})
