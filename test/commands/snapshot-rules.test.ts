import { describe, expect, test } from 'vitest'
import { ALERTS, CHANNELS } from '../support/alert-world.ts'
import { openFakeWorld } from '../support/fake-world.ts'
import { ownFile } from '../support/login-world.ts'

/** A price rule that holds, and no band in which a position is. */
const RULES = `{
  "default": { "rules": [
    { "rule": "liquidation", "bands": { "watch": "0.3%", "warn": "0.2%", "critical": "0.1%" } },
    { "rule": "price", "name": "high", "above": 1000, "level": "info", "channels": ["phone"] },
  ] },
  "profiles": { "env": { "quiet": "never" } },
}`

function withFiles(files: Readonly<Record<string, string>>) {
  const texts = Object.entries(files).map(([path, text]) => [path, ownFile(text)] as const)
  return openFakeWorld({ files: Object.fromEntries(texts) })
}

const alertsIn = (text: string): readonly string[] =>
  (JSON.parse(text).alerts as readonly { rule: string; level: string }[]).map(
    ({ rule, level }) => `${rule} ${level}`,
  )

describe('axisor snapshot', () => {
  test('has the alerts of the rules of the user, whatever channels there are', async () => {
    // The file of channels is not read.
    const world = withFiles({ [ALERTS]: RULES, [CHANNELS]: '{ broken' })
    expect([await world.run('snapshot', '--json'), world.err()]).toEqual([0, ''])
    expect(alertsIn(world.out())).toEqual(['high info'])
    const text = withFiles({ [ALERTS]: RULES })
    await text.run('snapshot', '--format', 'text')
    expect(text.out()).toContain('INFO  ')
    expect(text.out()).not.toMatch(/^CRIT {2}isolated/m)
  })

  test('has those of the default rules, and says so, while the file has a mistake', async () => {
    const world = withFiles({ [ALERTS]: '{ "default": 5 }' })
    expect(await world.run('snapshot', '--fields', 'alerts')).toBe(0)
    expect(alertsIn(world.out())).toEqual(['liquidation critical'])
    expect(world.err()).toMatch(/^axisor: alerts\.json:1:\d+: .*; the default rules apply\n$/)
  })

  test.each([
    ['snapshot', '--demo'],
    ['snapshot', '--fields', 'totals'],
    ['snapshot', '--format', 'csv'],
    ['line'],
    ['positions', '--json'],
  ])('does not read the rules if it prints no alert of the user: %s %s', async (...argv) => {
    const world = withFiles({ [ALERTS]: '{ "default": 5 }' })
    expect(await world.run(...argv)).toBe(0)
    expect(world.err()).toBe('')
  })
})
