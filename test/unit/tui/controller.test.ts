import { describe, expect, test } from 'vitest'
import type { CandleLength } from '../../../src/domain/candle-range.ts'
import type { NumberFormat } from '../../../src/domain/languages.ts'
import { usd } from '../../../src/domain/units.ts'
import type { FeedEvent } from '../../../src/feed/feed.ts'
import { openStore } from '../../../src/store/store.ts'
import { openController } from '../../../src/tui/controller.ts'
import type { AddedEntry } from '../../../src/tui/input/palette-entries.ts'
import { ENGLISH } from '../../../src/tui/lang/translate.ts'
import { textOfLine } from '../../../src/tui/paint/line.ts'
import { OVERLAYS } from '../../../src/tui/panes/paints.ts'
import type { RenderContext } from '../../../src/tui/view/render-context.ts'
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

function opened(store = sampleStore(), numberFormat: NumberFormat = 'en') {
  const clock = openFakeClock(T0)
  const alerts = openDefaultAlerts(store, clock)
  const followed: (CandleLength | null)[] = []
  const called: string[] = []
  const more: AddedEntry[] = []
  const controller = openController({
    accounts: [
      {
        profile: 'main',
        address: 'test',
        store,
        alerts,
        history: null,
        actions: {
          resync: () => void called.push('resync'),
          followCandles: range => void followed.push(range),
        },
      },
    ],
    clock,
    localOffsetMinutes: () => 0,
    httpEveryMs: 5_000,
    unicode: true,
    t: ENGLISH,
    numberFormat,
    pace: 'full',
    mouse: true,
    actions: { suspend: () => void called.push('suspend'), exportCsv: async () => '' },
    commands: () => more,
    quit: () => void called.push('quit'),
    changed: () => {},
  })
  return {
    controller,
    followed,
    called,
    more,
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

test.each([
  ['en', '60000.5'],
  ['pt', '60000,5'],
] as const)('takes decimals of the format %s', (format, typed) => {
  const { controller, frame, press } = opened(sampleStore(), format)
  frame()
  press(`w${typed}`)
  controller.press('enter')
  expect(frame().ui.whatIf.target).toEqual({ kind: 'price', priceUsd: 60_000.5 })
})

describe.each([
  ['en', '-7,5', '0,5', 'decimals are typed with a point, thousands without commas'],
  ['pt', '-7.5', '0.5', 'decimals are typed with a comma, thousands without points'],
] as const)('with the decimal sign that is not of the format %s', (format, move, risk, why) => {
  const drawn = (name: 'whatif' | 'size', context: RenderContext): string =>
    OVERLAYS[name](context, 80, 20).map(textOfLine).join('\n')

  test('the what-if keeps what is typed, and has no result until it is corrected', () => {
    const { controller, frame, press } = opened(sampleStore(), format)
    frame()
    press('w')
    expect(drawn('whatif', frame())).toContain('EQUITY')
    press(move)
    controller.press('enter')
    const { ui } = frame()
    expect(ui.whatIf.target).toEqual({ kind: 'move', fraction: 0 })
    expect(drawn('whatif', frame())).toContain(`▸ ${move}█  ! ${why}`)
    expect(drawn('whatif', frame())).not.toMatch(/EQUITY|PRICE/)
    controller.press('backspace')
    controller.press('backspace')
    controller.press('enter')
    expect(frame().ui.whatIf.target).toEqual({ kind: 'move', fraction: -0.07 })
  })

  test('the size keeps what is typed, and has no result until it is corrected', () => {
    const { controller, frame, press } = opened(sampleStore(), format)
    frame()
    press('z67000')
    for (const key of ['up', 'backspace', ...risk, 'tab']) controller.press(key)
    expect(drawn('size', frame())).toContain(`${risk}  ! ${why}`)
    expect(drawn('size', frame())).not.toMatch(/LONG|SHORT|at stop/)
    for (const key of ['up', 'backspace', 'backspace', 'backspace', '5']) controller.press(key)
    expect(drawn('size', frame())).toMatch(/risk +5█% of equity/)
    expect(drawn('size', frame())).toMatch(/LONG|SHORT/)
  })
})

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

describe('the palette', () => {
  test('runs a command as its key does, with its answer', () => {
    const { frame, press, controller } = opened()
    frame()
    press(':zone utc')
    expect(frame().ui.zone).toBe('local')
    controller.press('enter')
    expect(frame().ui).toMatchObject({ zone: 'utc', palette: null, answer: { text: 'times in UTC' } })
    press(':candles 4h')
    controller.press('enter')
    expect(frame().ui.answer?.text).toContain('4h candles')
    press(':view orders')
    controller.press('enter')
    expect(frame().ui).toMatchObject({ view: 'orders', focus: 'orders' })
  })

  test('quits, reads again and suspends', () => {
    const { press, controller, called } = opened()
    for (const name of ['resync', 'suspend', 'quit']) {
      press(`:${name}`)
      controller.press('enter')
    }
    expect(called).toEqual(['resync', 'suspend', 'quit'])
  })

  test('runs the commands of the caller, as they are when it is typed', () => {
    const { press, controller, called, more } = opened()
    press(':account b')
    controller.press('enter')
    controller.press('escape')
    more.push({
      name: 'account b',
      key: '',
      help: 'shows b',
      command: { type: 'call', call: () => called.push('b') },
    })
    press(':account b')
    controller.press('enter')
    expect(called).toEqual(['b'])
  })
})

test('reaches every pane of a wide overview with Tab, and opens each with Enter', () => {
  const { controller } = opened()
  const wide = () => controller.frame({ columns: 200, rows: 60 }).context.ui
  const overlays = Array.from({ length: 5 }, () => {
    wide()
    controller.press('enter')
    const { focus, overlay } = wide()
    controller.press('escape')
    wide()
    controller.press('tab')
    return [focus, overlay]
  })
  expect(overlays).toEqual([
    ['positions', 'detail'],
    ['orders', 'order'],
    ['closed', 'story'],
    ['events', 'events'],
    ['connection', 'whole'],
  ])
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
