import { describe, expect, it } from 'vitest'
import { ALERT_ID } from '../../../src/domain/alerts/alert.ts'
import { type AlertRig, defaultRule, flatAt, longAt, openAlertRig } from '../../support/alert-rig.ts'
import { statusEvent, T0 } from '../../support/samples.ts'

const MINUTE_MS = 60_000

/** A rig that holds the sample long at a distance for minutes, with fresh data. */
function hold(rig: AlertRig, from: number, minutes: number, distance: number): void {
  for (let minute = 0; minute <= minutes; minute++) rig.slide(from + minute * MINUTE_MS, distance)
}

function opened(...args: Parameters<typeof openAlertRig>): AlertRig {
  const rig = openAlertRig(...args)
  rig.dispatch(statusEvent(T0))
  return rig
}

describe('notices of a firing alert', () => {
  it('are sent once per worse band, with one id of the alert', () => {
    const rig = opened()
    for (const [index, distance] of [0.2, 0.09, 0.045, 0.02, 0.01].entries())
      rig.slide(T0 + index * 1_000, distance)
    expect(rig.log()).toEqual(['firing watch', 'worse warn', 'worse critical'])
    expect(new Set(rig.notices.map(({ alert }) => alert.id)).size).toBe(1)
    expect(rig.notices.map(({ id }) => id)).toEqual([1, 2, 3].map(n => `${rig.active()[0]?.id}.${n}`))
    for (const { id, alert } of rig.notices) {
      expect(id).toMatch(ALERT_ID)
      expect(alert.id).toMatch(ALERT_ID)
    }
  })

  it('are one for a jump over several bands', () => {
    const rig = opened()
    rig.slide(T0, 0.2)
    rig.slide(T0 + 1_000, 0.001)
    expect(rig.log()).toEqual(['firing critical'])
  })

  it('repeat every 2 minutes while critical, and never below', () => {
    const rig = opened()
    hold(rig, T0, 10, 0.02)
    expect(rig.notices.map(({ event, at }) => [event, (at - T0) / MINUTE_MS])).toEqual([
      ['firing', 0],
      ['repeat', 2],
      ['repeat', 4],
      ['repeat', 6],
      ['repeat', 8],
      ['repeat', 10],
    ])
    const mild = opened()
    hold(mild, T0, 10, 0.04)
    expect(mild.log()).toEqual(['firing warn'])
  })

  it('repeat as the rule demands', () => {
    const often = opened({ rules: [defaultRule('liquidation', { repeatMs: 5 * MINUTE_MS })] })
    hold(often, T0, 10, 0.04)
    expect(often.log()).toEqual(['firing warn', 'repeat warn', 'repeat warn'])
    const never = opened({ rules: [defaultRule('liquidation', { repeatMs: null })] })
    hold(never, T0, 10, 0.02)
    expect(never.log()).toEqual(['firing critical'])
  })

  it('end with the acknowledgement, and go on after a worse level', () => {
    const rig = opened()
    rig.slide(T0, 0.04)
    rig.acknowledge(null, T0)
    hold(rig, T0 + 1_000, 10, 0.04)
    expect(rig.log()).toEqual(['firing warn'])
    expect(rig.active()[0]?.state).toBe('acknowledged')
    rig.slide(T0 + 11 * MINUTE_MS, 0.02)
    expect(rig.log()).toEqual(['firing warn', 'worse critical'])
    expect(rig.active()[0]?.state).toBe('firing')
  })

  it('do not repeat once acknowledged', () => {
    const rig = opened()
    rig.slide(T0, 0.02)
    rig.acknowledge(null, T0)
    hold(rig, T0 + 1_000, 10, 0.02)
    expect(rig.log()).toEqual(['firing critical'])
  })

  it('start over after a better level, so that a rise is worse again', () => {
    const rig = opened()
    for (const [index, distance] of [0.02, 0.04, 0.02].entries()) rig.slide(T0 + index * 1_000, distance)
    expect(rig.log()).toEqual(['firing critical', 'worse critical'])
  })

  it('do not repeat at a level to which the alert has fallen', () => {
    const rig = opened()
    rig.slide(T0, 0.02)
    hold(rig, T0 + 1_000, 10, 0.04)
    expect(rig.log()).toEqual(['firing critical'])
    expect(rig.active()[0]?.level).toBe('warn')
  })
})

describe('a resolved notice', () => {
  it('follows exactly the alerts that had a firing notice', () => {
    const rig = opened()
    rig.slide(T0, 0.04)
    const { notices } = rig.slide(T0 + 1_000, 0.2)
    expect(notices.map(({ event, alert }) => [event, alert.message, alert.remedy])).toEqual([
      ['resolved', 'isolated long 10,000 USD 7f3a is 20.00% from liquidation at 66,809.5', null],
    ])
    expect(rig.state().recent).toMatchObject([{ state: 'resolved', endedAt: T0 + 1_000 }])
    const muted = opened({ rules: [defaultRule('liquidation', { quiet: ALWAYS })] })
    muted.slide(T0, 0.04)
    muted.slide(T0 + 1_000, 0.2)
    expect(muted.log()).toEqual([])
    expect(muted.state().recent).toHaveLength(1)
  })

  it('is sent in quiet hours too', () => {
    let minute = 0
    const rig = opened({
      rules: [defaultRule('liquidation', { quiet: { fromMinute: 60, toMinute: 120, zone: 'utc' } })],
      minuteOfDay: () => minute,
    })
    rig.slide(T0, 0.04)
    minute = 61
    rig.slide(T0 + 1_000, 0.2)
    expect(rig.log()).toEqual(['firing warn', 'resolved warn'])
  })

  it('is not sent for a rule that was removed', () => {
    const rig = opened({ rules: [defaultRule('liquidation', { enabled: false })] })
    rig.slide(T0, 0.02)
    expect(rig.log()).toEqual([])
    expect(rig.active()).toEqual([])
  })
})

/** The whole day but one minute. */
const ALWAYS = { fromMinute: 0, toMinute: 1_440, zone: 'utc' } as const

describe('quiet hours', () => {
  it('mute levels below critical, and a notice comes when they end', () => {
    let minute = 23 * 60
    const quiet = { fromMinute: 22 * 60, toMinute: 7 * 60, zone: 'utc' } as const
    const rig = opened({ rules: [defaultRule('liquidation', { quiet })], minuteOfDay: () => minute })
    rig.slide(T0, 0.04)
    minute = 3 * 60
    rig.slide(T0 + 1_000, 0.04)
    expect(rig.log()).toEqual([])
    expect(rig.raised.map(({ level }) => level)).toEqual(['warn'])
    minute = 7 * 60
    rig.slide(T0 + 2_000, 0.04)
    expect(rig.log()).toEqual(['firing warn'])
  })

  it('do not mute critical', () => {
    const rig = opened({ rules: [defaultRule('liquidation', { quiet: ALWAYS })] })
    rig.slide(T0, 0.04)
    rig.slide(T0 + 1_000, 0.02)
    expect(rig.log()).toEqual(['firing critical'])
  })

  it.each([
    [10, 20, 9, false],
    [10, 20, 10, true],
    [10, 20, 19, true],
    [10, 20, 20, false],
    [20, 10, 20, true],
    [20, 10, 0, true],
    [20, 10, 9, true],
    [20, 10, 10, false],
    [10, 10, 10, false],
  ])('from %i to %i contain minute %i: %s', (fromMinute, toMinute, minute, isQuiet) => {
    const rules = [defaultRule('liquidation', { quiet: { fromMinute, toMinute, zone: 'local' } })]
    const zones: string[] = []
    const rig = opened({
      rules,
      minuteOfDay: (_at, zone) => {
        zones.push(zone)
        return minute
      },
    })
    rig.slide(T0, 0.04)
    expect(rig.log()).toEqual(isQuiet ? [] : ['firing warn'])
    expect(new Set(zones)).toEqual(new Set(['local']))
  })
})

describe('a snooze', () => {
  it('mutes a rule, critical too, until it ends', () => {
    const rig = opened()
    rig.snooze({ rule: 'liquidation', until: T0 + 60_000 }, T0)
    rig.slide(T0, 0.02)
    expect(rig.log()).toEqual([])
    rig.slide(T0 + 59_999, 0.02)
    expect(rig.log()).toEqual([])
    rig.slide(T0 + 60_000, 0.02)
    expect(rig.log()).toEqual(['firing critical'])
  })

  it('of another rule mutes nothing, of all rules everything', () => {
    const other = opened()
    other.snooze({ rule: 'key', until: T0 + 60_000 }, T0)
    other.slide(T0, 0.02)
    expect(other.log()).toEqual(['firing critical'])
    const all = opened()
    all.snooze({ rule: null, until: T0 + 60_000 }, T0)
    all.slide(T0, 0.02)
    expect(all.log()).toEqual([])
  })

  it('ends at once if it is set to the past, and never mutes a liquidation', () => {
    const rig = opened()
    rig.snooze({ rule: null, until: T0 + 60_000 }, T0)
    rig.slide(T0, 0.3)
    rig.dispatch(...liquidated(T0 + 1_000))
    rig.evaluate(T0 + 1_000)
    expect(rig.log()).toEqual(['firing liquidated'])
    rig.snooze({ rule: null, until: T0 }, T0 + 2_000)
    expect(rig.state().snoozes).toEqual([])
  })
})

/** The sample long is liquidated, reported by the stream. */
function liquidated(at: number) {
  const id = '7f3a0000-0000-4000-8000-000000000001'
  const end = { why: 'liquidation', plSats: null, exitPriceUsd: null, closingFeeSats: null } as const
  return [
    { type: 'change', at, sourceAt: at, change: { kind: 'trade-ended', id, endedAt: at, ...end } } as const,
  ]
}

describe('acknowledging', () => {
  it('changes nothing for an unknown or acknowledged alert', () => {
    const rig = opened()
    rig.slide(T0, 0.02)
    const before = rig.state()
    rig.acknowledge('unknown', T0)
    expect(rig.state()).toBe(before)
    rig.acknowledge(null, T0)
    const after = rig.state()
    expect(after).not.toBe(before)
    rig.acknowledge(rig.active()[0]?.id ?? '', T0)
    expect(rig.state()).toBe(after)
  })

  it('ends a liquidation alert, and repeats it until then', () => {
    const rig = opened()
    rig.slide(T0, 0.3)
    rig.dispatch(...liquidated(T0 + 1_000))
    for (let minute = 0; minute <= 4; minute++) {
      rig.dispatch(flatAt(T0 + 1_000 + minute * MINUTE_MS))
      rig.evaluate(T0 + 1_000 + minute * MINUTE_MS)
    }
    expect(rig.log()).toEqual(['firing liquidated', 'repeat liquidated', 'repeat liquidated'])
    rig.acknowledge(null, T0 + 5 * MINUTE_MS)
    expect(rig.active()).toEqual([])
    expect(rig.state().recent.at(-1)).toMatchObject({ level: 'liquidated', state: 'acknowledged' })
    rig.dispatch(flatAt(T0 + 9 * MINUTE_MS))
    rig.evaluate(T0 + 9 * MINUTE_MS)
    expect(rig.log()).toHaveLength(3)
  })
})

it('lists active alerts worst first, then those to acknowledge, then the newest', () => {
  const rig = opened()
  rig.dispatch(longAt(T0, 0.04), statusEvent(T0, { link: 'waiting' }))
  rig.evaluate(T0)
  rig.dispatch(longAt(T0 + 60_000, 0.04))
  rig.evaluate(T0 + 60_000)
  expect(rig.active().map(({ kind }) => kind)).toEqual(['connection', 'liquidation'])
  rig.acknowledge(rig.active()[0]?.id ?? '', T0 + 60_000)
  expect(rig.active().map(({ kind }) => kind)).toEqual(['liquidation', 'connection'])
})

it('marks notices of simulated data after a restart, before the first data', () => {
  const rig = opened()
  rig.slide(T0, 0.02, { origin: 'simulated', network: 'simulator' })
  const later = T0 + 130_000
  const again = openAlertRig({}, later, rig.stored())
  again.evaluate(later)
  expect(again.log()).toEqual(['repeat critical'])
  expect(again.notices[0]?.simulated).toBe(true)
})

it('marks notices of simulated data', () => {
  const rig = opened()
  expect(rig.slide(T0, 0.02).notices[0]?.simulated).toBe(false)
  const simulated = opened()
  const { notices } = simulated.slide(T0, 0.02, { origin: 'simulated', network: 'simulator' })
  expect(notices[0]?.simulated).toBe(true)
})

it('forgets ended alerts after an hour', () => {
  const rig = opened()
  rig.slide(T0, 0.04)
  rig.slide(T0 + 1_000, 0.2)
  rig.slide(T0 + 3_600_000, 0.2)
  expect(rig.state().recent).toMatchObject([{ state: 'resolved' }])
  rig.slide(T0 + 3_601_000, 0.2)
  expect(rig.state().recent).toEqual([])
})
