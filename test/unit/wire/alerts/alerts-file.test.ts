import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_RULES } from '../../../../src/domain/alerts/rule.ts'
import { DEFAULT_ALERT_SETTINGS } from '../../../../src/domain/alerts/settings.ts'
import { decodeAlertsFile } from '../../../../src/wire/alerts/alerts-file.ts'
import { rulePairs } from '../../../support/alert-arbitraries.ts'

const CHANNELS: Readonly<Record<string, readonly string[]>> = { main: ['phone', 'mail'], test: [] }

function decode(text: string, profile = 'main') {
  return decodeAlertsFile(text, { profile, channelsOf: name => CHANNELS[name] ?? null })
}

function settings(text: string, profile = 'main') {
  const result = decode(text, profile)
  if (!result.ok) throw new Error(result.mistakes.join('\n'))
  return result.value
}

const ruleNamed = (text: string, name: string, profile = 'main') =>
  settings(text, profile).rules.find(rule => rule.name === name)

describe('the file of rules', () => {
  test.each([
    '',
    '{}',
    '// nothing yet\n',
    '{ "default": {} }',
    '{ "default": { "rules": [] }, "profiles": {} }',
  ])('leaves the defaults for %j', text => expect(settings(text)).toEqual(DEFAULT_ALERT_SETTINGS))

  test('decodes every list of valid rules from its text, after the default rules', () => {
    fc.assert(
      fc.property(rulePairs, fc.boolean(), fc.constantFrom('\n', '\r\n'), (pairs, inProfile, eol) => {
        const section = { rules: pairs.map(({ json }) => json) }
        const file = inProfile ? { profiles: { main: section } } : { default: section }
        const text = JSON.stringify(file, null, 2).replaceAll('\n', eol)
        expect(settings(`\uFEFF// rules${eol}${text}`).rules).toEqual([
          ...DEFAULT_RULES,
          ...pairs.map(({ rule }) => rule),
        ])
      }),
    )
  })

  test('accepts comments, trailing commas, a byte order mark and Windows line ends', () => {
    const text = '\uFEFF{ /* all */\r\n"default": { // rules\r\n"rules": [{ "rule": "key", },], },\r\n}\r\n'
    expect(settings(text)).toEqual(DEFAULT_ALERT_SETTINGS)
  })

  test('replaces a rule by name: a default one, then one of the default section', () => {
    const text = `{
      "default": { "rules": [
        { "rule": "stale", "after": "2m" },
        { "rule": "price", "name": "btc-high", "above": 120000 } ] },
      "profiles": {
        "test": { "rules": [{ "rule": "price", "name": "btc-high", "above": 90000 }] },
        "main": { "rules": [{ "rule": "stale", "after": "3m", "inBandAfter": "1m" }] } } }`
    expect(ruleNamed(text, 'stale')).toMatchObject({ afterMs: 180_000, inBandAfterMs: 60_000 })
    expect(ruleNamed(text, 'stale', 'test')).toMatchObject({ afterMs: 120_000, inBandAfterMs: 20_000 })
    expect(ruleNamed(text, 'btc-high')).toMatchObject({ above: 120_000, of: 'index' })
    expect(ruleNamed(text, 'btc-high', 'test')).toMatchObject({ above: 90_000 })
    expect(settings(text).rules).toHaveLength(DEFAULT_RULES.length + 1)
  })

  test('disables a rule, which then needs no condition', () => {
    const text = `{ "default": { "rules": [
      { "rule": "position", "enabled": false },
      { "rule": "equity", "enabled": false } ] } }`
    expect(ruleNamed(text, 'position')?.enabled).toBe(false)
    expect(ruleNamed(text, 'equity')).toMatchObject({ enabled: false, above: null, below: null })
  })

  test('keeps what a rule leaves out as its default rule has it', () => {
    const text = `{ "default": { "rules": [
      { "rule": "liquidation", "bands": { "watch": "20%" } },
      { "rule": "connection", "channels": ["phone"] },
      { "rule": "stale", "after": "18s" } ] } }`
    expect(ruleNamed(text, 'liquidation')).toMatchObject({
      bands: { watch: 0.2, warn: 0.05, critical: 0.025 },
    })
    expect(ruleNamed(text, 'connection')).toMatchObject({
      level: 'warn',
      afterMs: 60_000,
      channels: ['phone'],
    })
    expect(ruleNamed(text, 'stale')).toMatchObject({ afterMs: 18_000, inBandAfterMs: 18_000 })
  })

  test('gives the quiet hours of a section to all rules without their own', () => {
    const night = { fromMinute: 1_380, toMinute: 420, zone: 'local' }
    const text = `{
      "default": { "quiet": "23:00-07:00", "rules": [
        { "rule": "price", "above": 1, "quiet": "never" },
        { "rule": "equity", "below": "1 sat", "quiet": "1:00-2:00 utc" } ] },
      "profiles": { "test": { "quiet": "never" } } }`
    expect(ruleNamed(text, 'liquidation')?.quiet).toEqual(night)
    expect(ruleNamed(text, 'price')?.quiet).toBeNull()
    expect(ruleNamed(text, 'equity')?.quiet).toEqual({ fromMinute: 60, toMinute: 120, zone: 'utc' })
    expect(ruleNamed(text, 'liquidation', 'test')?.quiet).toBeNull()
    expect(ruleNamed(text, 'equity', 'test')?.quiet).not.toBeNull()
  })

  test('has how often the heartbeat is sent', () => {
    expect(settings('{ "default": { "heartbeat": "5m" } }').heartbeatMs).toBe(300_000)
    expect(settings('{ "profiles": { "main": { "heartbeat": "never" } } }').heartbeatMs).toBeNull()
    expect(settings('{ "profiles": { "test": { "heartbeat": "never" } } }').heartbeatMs).toBe(60_000)
  })

  test('converts amounts with their units', () => {
    const text = `{ "default": { "rules": [
      { "rule": "pl", "below": "-20000 sats" },
      { "rule": "margin", "below": "10%" },
      { "rule": "equity", "changes": "5% in 1h" },
      { "rule": "funding", "rateAbove": "0.05%", "costAbove": "0 sats" },
      { "rule": "price", "of": "last", "moves": "3% in 15m", "below": "60000.5 USD" } ] } }`
    expect(ruleNamed(text, 'pl')).toMatchObject({ unit: 'sats', below: -20_000, above: null, changes: null })
    expect(ruleNamed(text, 'margin')).toMatchObject({ unit: 'percent', below: 10 })
    expect(ruleNamed(text, 'equity')).toMatchObject({
      unit: 'percent',
      changes: { amount: 5, withinMs: 3_600_000 },
    })
    expect(ruleNamed(text, 'funding')).toMatchObject({ ratePercentAbove: 0.05, costSatsAbove: 0 })
    expect(ruleNamed(text, 'price')).toMatchObject({
      moves: { amount: 3, withinMs: 900_000 },
      below: 60_000.5,
    })
  })

  test('decodes ten thousand rules', () => {
    const rules = Array.from({ length: 10_000 }, (_, i) => ({ rule: 'price', name: `p-${i}`, above: i + 1 }))
    expect(settings(JSON.stringify({ default: { rules } })).rules).toHaveLength(10_000 + DEFAULT_RULES.length)
  })
})

describe('any text', () => {
  const lines = /^alerts\.json:[1-9]\d*:[1-9]\d*: [^\n]+$/

  function expectResult(text: string): void {
    const result = decode(text)
    if (result.ok) return
    expect(result.mistakes.length).toBeGreaterThan(0)
    for (const line of result.mistakes) expect(line).toMatch(lines)
  }

  test('is decoded, or gives a list of mistakes', () => {
    const token = fc.constantFrom(
      ...'{ } [ ] , : // /* */ " \\ \\u12 1e999 -0 2.5 true null \n \r\n "default" "profiles" "rules" "rule" "price"'.split(
        ' ',
      ),
    )
    fc.assert(fc.property(fc.string({ unit: 'binary' }), expectResult))
    fc.assert(fc.property(fc.array(token, { maxLength: 60 }), tokens => expectResult(tokens.join(' '))))
  })

  test('with any JSON value in any place gives a list of mistakes', () => {
    const paths = fc.constantFrom(
      (value: unknown) => value,
      (value: unknown) => ({ default: value }),
      (value: unknown) => ({ profiles: value }),
      (value: unknown) => ({ profiles: { main: value, __proto__: value } }),
      (value: unknown) => ({ default: { rules: value, quiet: value } }),
      (value: unknown) => ({ default: { rules: [value, { rule: value }] } }),
      (value: unknown) => ({ default: { rules: [{ rule: 'liquidation', bands: value, channels: value }] } }),
      (value: unknown) => ({
        default: { rules: [{ rule: 'price', of: value, above: value, moves: value, name: value }] },
      }),
    )
    fc.assert(
      fc.property(fc.jsonValue(), paths, (value, path) => expectResult(JSON.stringify(path(value)) ?? '')),
    )
  })

  test.each([
    ['nested lists', '['.repeat(200_000)],
    ['nested objects', '{"default":'.repeat(100_000)],
    ['many mistakes', `{"default":{"rules":[${'{"rule":"price"},'.repeat(20_000)}]}}`],
    ['many strings', '"'.repeat(5_000_001)],
  ])('gives a list of mistakes for %s', (_, text) => expectResult(text))
})
