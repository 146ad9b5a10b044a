import { describe, expect, test } from 'vitest'
import { ALERTS, withPhone, withProfile } from '../support/alert-world.ts'
import { fresh, ownFile } from '../support/login-world.ts'

const CHECK = ['alerts', 'rules', 'check']

const RULES = `{
  // For every profile.
  "default": {
    "quiet": "23:00-07:00",
    "rules": [
      { "rule": "price", "name": "btc-high", "above": 120000, "level": "warn", "channels": ["phone"] },
      { "rule": "price", "name": "btc-move", "of": "last", "moves": "3% in 15m", "repeat": "1h" },
      { "rule": "pl", "below": "-20000 sats", "level": "critical", "quiet": "never", "channels": [] },
      { "rule": "equity", "changes": "5% in 1h", "repeat": "never" },
      { "rule": "funding", "rateAbove": "0.05%", "costAbove": "1000 sats" },
      { "rule": "order", "events": ["filled"] },
      { "rule": "protection" },
      { "rule": "announcement" },
      { "rule": "position", "enabled": false },
    ],
  },
}`

describe('axisor alerts rules check', () => {
  test('prints the effective rules as a table', async () => {
    const world = await withPhone({ terminal: true, files: { [ALERTS]: ownFile(RULES) } })
    expect(await world.run(...CHECK)).toBe(0)
    expect(`\n${world.out()}`).toMatchInlineSnapshot(`
      "
      NAME          REPORTS                                                               LEVEL     CHANNELS     REPEAT   QUIET
      liquidation   distance to liquidation within 10% watch, 5% warn, 2.5% critical      by event  all          default  23:00-07:00 local
      position      nothing: disabled                                                     by event  -            default  23:00-07:00 local
      stale         no fresh data for 1m, in a band 20s                                   by event  all          default  23:00-07:00 local
      connection    connection lost for 1m                                                warn      all          default  23:00-07:00 local
      key           key refused, or not read-only                                         by event  all          default  23:00-07:00 local
      btc-high      index price above 120000 USD                                          warn      phone        default  23:00-07:00 local
      btc-move      last price changes by 3% in 15m                                       by event  all          1h       23:00-07:00 local
      pl            P&L below -20000 sats                                                 critical  screen only  default  -
      equity        equity changes by 5% in 1h                                            by event  all          never    23:00-07:00 local
      funding       funding rate above 0.05%, next funding costs above 1000 sats          by event  all          default  23:00-07:00 local
      order         order filled                                                          by event  all          default  23:00-07:00 local
      protection    no-stop-loss, stop-loss-beyond-liquidation, order-beyond-liquidation  by event  all          default  23:00-07:00 local
      announcement  announcement of the exchange                                          by event  all          default  23:00-07:00 local
      "
    `)
    expect(world.err()).toBe('')
  })

  test('prints the default rules without a file, and that there is no channel', async () => {
    const world = fresh({ terminal: true })
    expect(await world.run(...CHECK)).toBe(0)
    expect(world.out()).toMatch(
      /^liquidation {2}distance to liquidation within 10% watch, 5% warn, 2\.5% critical/m,
    )
    expect(world.err()).toBe(
      'The key in the environment has no channels: alerts are only shown on the screen. Add one with axisor alerts channel add.\n',
    )
  })

  test('prints JSON', async () => {
    const world = await withPhone({ files: { [ALERTS]: ownFile(RULES) } })
    expect(await world.run(...CHECK)).toBe(0)
    const { profile, rules, channels, heartbeatMs } = JSON.parse(world.out())
    expect([profile, rules.length, channels, heartbeatMs]).toEqual(['main', 13, ['phone'], 60_000])
    expect(rules.find(({ name }: { name: string }) => name === 'btc-high')).toMatchObject({
      type: 'price',
      above: 120_000,
      reports: 'index price above 120000 USD',
    })
  })

  test('lists all mistakes, one line each, before the summary', async () => {
    const text = '{ "default": { "rules": [\n{ "rule": "price", "above": 0 },\n{ "rule": "prise" } ] } }'
    const world = await withProfile({ terminal: true, files: { [ALERTS]: ownFile(text) } })
    expect(await world.run(...CHECK)).toBe(2)
    expect([world.out(), world.err()]).toEqual([
      '',
      `alerts.json:2:29: above is 0; allowed: a price in USD above 0, such as 120000
alerts.json:3:11: unknown rule "prise"; did you mean price?
axisor: 2 mistakes in ${ALERTS}. Correct the file, then run axisor alerts rules check.
`,
    ])
    expect(await world.run(...CHECK, '--json')).toBe(2)
    expect(JSON.parse(world.err().split('\n').at(-2) ?? '').error).toMatchObject({
      code: 'config',
      exitCode: 2,
      lines: [expect.stringMatching(/^alerts\.json:2:29: /), expect.stringMatching(/^alerts\.json:3:11: /)],
    })
  })

  test('names a file that other users can write', async () => {
    const file = { ...ownFile('{}'), othersMayWrite: true }
    const world = await withProfile({ files: { [ALERTS]: file } })
    expect(await world.run(...CHECK)).toBe(2)
    expect(world.err()).toBe(`axisor: ${ALERTS} is writable by other users. Run chmod go-w on it.\n`)
  })

  test('checks the rules of the profile that is named', async () => {
    const world = await withProfile()
    expect(await world.run(...CHECK, '--profile', 'mains')).toBe(2)
    expect(world.err()).toContain('--profile: no such profile: mains. Did you mean main?')
  })
})
