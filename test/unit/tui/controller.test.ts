import { describe, expect, test } from 'vitest'
import type { CandleLength } from '../../../src/domain/candle-range.ts'
import { usd } from '../../../src/domain/units.ts'
import type { FeedEvent } from '../../../src/feed/feed.ts'
import { openStore } from '../../../src/store/store.ts'
import { openController } from '../../../src/tui/controller.ts'
import { OVERLAYS } from '../../../src/tui/panes/paints.ts'
import { sampleStore } from '../../frames/sample-screens.ts'
import { openDefaultAlerts } from '../../support/alert-log.ts'
import { marketAt } from '../../support/alert-rig.ts'
import { openFakeClock } from '../../support/fake-clock.ts'
import { changeEvent, readAt, resetEvent, SHORT, T0 } from '../../support/samples.ts'

/** A change after which the short is 2.3 percent from its liquidation. */
const CLOSE_SHORT = {
  id: SHORT.id,
  marginSats: null,
  liquidationPriceUsd: usd(70_000),
  feeSats: null,
  fundedAt: T0,
}

const SIZE = { columns: 80, rows: 16 }

function opened(store = sampleStore()) {
  const clock = openFakeClock(T0)
  const alerts = openDefaultAlerts(store, clock)
  const followed: (CandleLength | null)[] = []
  const controller = openController({
    store,
    clock,
    alerts,
    profile: 'main',
    localOffsetMinutes: () => 0,
    httpEveryMs: 5_000,
    unicode: true,
    pace: 'full',
    mouse: true,
    history: null,
    actions: {
      resync: () => {},
      suspend: () => {},
      exportCsv: async () => '',
      followCandles: range => void followed.push(range),
    },
    quit: () => {},
    changed: () => {},
  })
  return {
    controller,
    followed,
    frame: () => controller.frame(SIZE).context,
    press(keys: string) {
      for (const key of keys) controller.press(key)
    },
    dispatch(...events: readonly FeedEvent[]) {
      for (const event of events) store.dispatch(event)
    },
    /** `LEVEL STATE` of each active alert after a new frame. */
    active: () => controller.frame(SIZE).context.alerts.active.map(({ level, state }) => `${level} ${state}`),
  }
}

test('keeps the scroll position for a key that arrives before the next layout', () => {
  const { controller, frame, press } = opened()
  frame()
  press('?')
  OVERLAYS.help(frame(), 80, 8)
  press('jj')
  expect(frame().ui.offsets.overlay).toBe(2)
  controller.press('j')
  expect(frame().ui.offsets.overlay).toBe(3)
})

describe('a', () => {
  test('acknowledges the alert that the last line names, and no other', () => {
    const { active, dispatch, press } = opened()
    // The short of the sample account becomes critical as well.
    dispatch(changeEvent(T0, { kind: 'trade-funded', ...CLOSE_SHORT }))
    expect(active()).toEqual(['critical firing', 'critical firing'])
    press('a')
    expect(active()).toEqual(['critical firing', 'critical acknowledged'])
    press('a')
    expect(active()).toEqual(['critical acknowledged', 'critical acknowledged'])
  })

  test('acknowledges all alerts in their list', () => {
    const { active, dispatch, press } = opened()
    dispatch(changeEvent(T0, { kind: 'trade-funded', ...CLOSE_SHORT }))
    expect(active()).toHaveLength(2)
    press('Aa')
    expect(active()).toEqual(['critical acknowledged', 'critical acknowledged'])
  })

  test('acknowledges until the level changes', () => {
    const { active, dispatch, press } = opened()
    active()
    press('a')
    expect(active()).toEqual(['critical acknowledged'])
    dispatch(...marketAt(T0, 0.03))
    expect(active()).toEqual(['warn firing'])
    press('a')
    dispatch(...marketAt(T0, 0.02))
    expect(active()).toEqual(['critical firing'])
  })

  test('has no effect without an alert', () => {
    const store = openStore()
    store.dispatch(resetEvent(T0, { isolated: readAt(T0, []) }))
    const { active, press } = opened(store)
    expect(active()).toEqual([])
    press('aAa')
    expect(active()).toEqual([])
  })
})

test('requests candles only for a chart on the screen, once per length', () => {
  const { controller, followed, frame, press } = opened()
  frame()
  press(']')
  expect(frame().ui).toMatchObject({
    candleRange: '2h',
    answer: { text: '2h candles; the chart is in the overview, from 120 columns on' },
  })
  expect(followed).toEqual([])
  const wide = () => controller.frame({ columns: 200, rows: 60 }).context
  wide()
  press('[[')
  expect(wide().ui.answer?.text).toBe('45m candles')
  wide()
  press('2')
  wide()
  expect(followed).toEqual(['2h', '45m', null])
})

test('stays at the shortest and at the longest candles', () => {
  const { frame, press } = opened()
  press('['.repeat(30))
  expect(frame().ui.candleRange).toBe('1m')
  press(']'.repeat(30))
  expect(frame().ui.candleRange).toBe('3months')
})
