import { expect, it } from 'vitest'
import { type AlertHost, openLocalAlertHost } from '../../src/alerts/host/alert-host.ts'
import type { AlertChange } from '../../src/alerts/host/alert-monitor.ts'
import type { Notice } from '../../src/domain/alerts/alert.ts'
import { type AlertRule, DEFAULT_RULES, RULE_EVENTS } from '../../src/domain/alerts/rule.ts'
import { findScenario } from '../../src/simulator/scenarios/scenarios.ts'
import type { State } from '../../src/store/state.ts'
import { openStore } from '../../src/store/store.ts'
import { type MemoryRig, openMemoryRig } from './feed-memory-rig.ts'

const COMMON = { level: null, channels: null, repeatMs: 'default', quiet: null, enabled: true } as const

/** An account of the simulator with its alerts. */
interface World extends Pick<MemoryRig, 'clock' | 'knob'> {
  readonly alerts: AlertHost
  readonly notices: readonly Notice[]
  readonly gaps: readonly AlertChange['gap'][]
  state(): State
  /** `EVENT KIND LEVEL` of the notices since the last call. */
  news(): readonly string[]
}

/** Runs a test on a calm market with the positions of the default scenario, from a price on. */
async function onCalmMarket(
  startUsd: number,
  test: (world: World) => Promise<void>,
  rules: readonly AlertRule[] = DEFAULT_RULES,
): Promise<void> {
  const scenario = findScenario('calm')
  if (scenario === null) throw new Error('no scenario calm')
  const rig = await openMemoryRig({
    ...scenario,
    orders: scenario.orders.filter(({ mode }) => mode === 'isolated'),
  })
  rig.knob({ do: 'price', usd: startUsd })
  const { clock, knob } = rig
  const store = openStore()
  const feed = rig.open({ policy: { candlesAndHistory: true } })
  const notices: Notice[] = []
  const gaps: AlertChange['gap'][] = []
  const alerts = openLocalAlertHost({ store, clock, rules, localOffsetMinutes: () => 0 })
  alerts.subscribe(change => {
    notices.push(...change.notices)
    if (change.gap !== null) gaps.push(change.gap)
  })
  let read = 0
  feed.start(event => store.dispatch(event))
  try {
    await clock.advance(3_000)
    await test({
      ...{ clock, knob, alerts, notices, gaps },
      state: store.state,
      news() {
        const fresh = notices.slice(read).map(({ event, alert }) => `${event} ${alert.kind} ${alert.level}`)
        read = notices.length
        return fresh
      },
    })
  } finally {
    feed.stop()
    await alerts.close()
    await rig.close()
  }
}

/** The liquidation price of the isolated long. */
const LIQUIDATION_USD = 66_840

/** The price at which the isolated long is at a distance from its liquidation. */
const priceAt = (distance: number): number => Math.round(LIQUIDATION_USD / (1 - distance))

it('reports each band of a slow slide once, then the liquidation', () =>
  onCalmMarket(priceAt(0.053), async ({ alerts, clock, knob, news, notices }) => {
    expect(news()).toEqual(['firing liquidation watch'])
    for (let distance = 0.053; distance > 0.005; distance -= 0.001) {
      knob({ do: 'price', usd: priceAt(distance) })
      await clock.advance(1_000)
    }
    expect(news()).toEqual(['worse liquidation warn', 'worse liquidation critical'])
    knob({ do: 'price', usd: 66_750 })
    await clock.advance(2_000)
    expect(news()).toEqual(['firing position liquidated', 'resolved liquidation critical'])
    expect(notices.at(-2)?.alert.message).toMatch(
      /was LIQUIDATED at 66,[\d,.]+, P&L -\d{3},\d{3} sats \(-\d{3}\.\d\d USD\)$/,
    )
    expect(notices.every(({ simulated }) => simulated)).toBe(true)
    alerts.acknowledge(null)
    expect(alerts.view().active).toEqual([])
    expect(alerts.view().recent.at(-1)).toMatchObject({ level: 'liquidated', state: 'acknowledged' })
  }))

it('reports a gap through all bands as a liquidation in one jump', () =>
  onCalmMarket(priceAt(0.06), async ({ clock, knob, news, notices }) => {
    expect(news()).toEqual(['firing liquidation watch'])
    knob({ do: 'price', usd: 66_750 })
    await clock.advance(2_000)
    expect(news()).toEqual(['firing position liquidated', 'resolved liquidation watch'])
    await clock.advance(60_000)
    expect(news()).toEqual([])
    await clock.advance(60_000)
    expect(news()).toEqual(['repeat position liquidated'])
    expect(new Set(notices.map(({ id }) => id)).size).toBe(notices.length)
  }))

it('raises one alert while the price flaps around a bound', () =>
  onCalmMarket(priceAt(0.06), async ({ clock, knob, news }) => {
    expect(news()).toEqual(['firing liquidation watch'])
    for (let round = 0; round < 30; round++) {
      knob({ do: 'price', usd: priceAt(round % 2 === 0 ? 0.049 : 0.052) })
      await clock.advance(1_000)
    }
    expect(news()).toEqual(['worse liquidation warn'])
  }))

it('finds a position that was liquidated while the feed was lost, before it reports what is over', () =>
  onCalmMarket(priceAt(0.02), async ({ clock, gaps, knob, news, notices }) => {
    expect(news()).toEqual(['firing liquidation critical'])
    knob({ do: 'down', ms: 300_000 })
    await clock.advance(90_000)
    expect(news()).toEqual(['firing stale critical', 'firing connection warn'])
    expect(notices.at(-2)?.alert.message).toMatch(
      /When sight was lost: critical: isolated long 10,000 USD .* from liquidation/,
    )
    knob({ do: 'liquidate' })
    await clock.advance(60_000)
    expect(news()).toContain('repeat stale critical')
    await clock.advance(240_000)
    const found = news().filter(text => !text.startsWith('repeat'))
    expect(found).toEqual([
      'resolved connection warn',
      'firing position liquidated',
      'resolved liquidation critical',
      'resolved stale critical',
    ])
    const end = notices.find(({ alert }) => alert.level === 'liquidated')?.alert.message
    expect(end).toMatch(
      /was LIQUIDATED at .*, on 2026-11-23 18:0\d:\d\dZ, P&L -.*, found after [45]m\d\ds without sight$/,
    )
    expect(gaps).toHaveLength(1)
  }))

it('raises no alert about sight on a live connection, in a band and without trades', () =>
  onCalmMarket(priceAt(0.02), async ({ clock, gaps, knob, news }) => {
    knob({ do: 'tick', ms: 3_600_000 })
    await clock.advance(600_000)
    expect(news().filter(text => !text.includes('liquidation critical'))).toEqual([])
    expect(gaps).toEqual([])
  }))

it('reports a funding rate above its bound until it has fallen behind the hysteresis', () => {
  const rule: AlertRule = {
    ...COMMON,
    name: 'f',
    type: 'funding',
    ratePercentAbove: 0.008,
    costSatsAbove: null,
  }
  return onCalmMarket(
    priceAt(0.12),
    async ({ clock, knob, news, state }) => {
      let isFiring = false
      const expected: string[] = []
      for (let settlement = 0; settlement < 40; settlement++) {
        knob({ do: 'funding' })
        await clock.advance(12_000)
        const percent: number = Math.abs(state().funding?.value.rate ?? 0) * 100
        const isAbove: boolean = percent >= 0.008 || (isFiring && percent >= 0.00792)
        if (isAbove !== isFiring) expected.push(`${isAbove ? 'firing' : 'resolved'} funding warn`)
        isFiring = isAbove
      }
      expect(expected.length).toBeGreaterThan(2)
      expect(news()).toEqual(expected)
    },
    [rule],
  )
})

it('reports a fill and a deposit once', () => {
  const rules: readonly AlertRule[] = [
    { ...COMMON, name: 'fills', type: 'position', events: ['opened'] },
    { ...COMMON, name: 'wallet', type: 'wallet', events: RULE_EVENTS.wallet },
  ]
  return onCalmMarket(
    priceAt(0.06),
    async ({ clock, knob, notices }) => {
      knob({ do: 'fill', mode: 'isolated' })
      knob({ do: 'deposit', sats: 21_000 })
      knob({ do: 'duplicate' })
      await clock.advance(60_000)
      expect(notices.map(({ event, alert }) => `${event} ${alert.kind}: ${alert.message}`)).toEqual([
        expect.stringMatching(
          /^event position: isolated long 10,000 USD [\da-f]{4} was opened at 66,500\.0$/,
        ),
        expect.stringMatching(/^event wallet: deposit of 21,000 sats: /),
      ])
    },
    rules,
  )
})

it('reports a position that the user closed, and a take-profit, once each', () =>
  onCalmMarket(priceAt(0.04), async ({ clock, knob, news, notices }) => {
    expect(news()).toEqual(['firing liquidation warn'])
    knob({ do: 'close' })
    await clock.advance(2_000)
    expect(news()).toEqual(['event position info', 'resolved liquidation warn'])
    knob({ do: 'price', usd: 65_900 })
    await clock.advance(90_000)
    expect(news().filter(text => text.startsWith('event'))).toEqual(['event position info'])
    const messages = notices.map(({ alert }) => alert.message)
    expect(messages.filter(text => text.includes('closed by its take-profit'))).toHaveLength(1)
    expect(messages.filter(text => text.includes('has ended, closed or liquidated'))).toEqual([])
  }))
