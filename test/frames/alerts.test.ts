import { describe, expect, test } from 'vitest'
import type { Alert } from '../../src/domain/alerts/alert.ts'
import { usd } from '../../src/domain/units.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import type { RaisedAlert } from '../../src/tui/view/view-model.ts'
import { madePosition, readAt, resetEvent, SHORT } from '../support/samples.ts'
import { IMPAIRED, impairedContext, impairedStore } from './part-screens.ts'
import { contextOf, madeAlert, READ_AT, read, sampleStore, withUi } from './sample-screens.ts'

const WIDE = { columns: 200, rows: 60 }

function withActive(context: RenderContext, ...active: readonly Alert[]): RenderContext {
  return { ...context, alerts: { ...context.alerts, active } }
}

/** The last line above the keys. */
function riskLineOf(context: RenderContext): string {
  return (read(context).split('\n').at(-2) ?? '').trim()
}

const KEY = madeAlert({
  id: 'key:key:1',
  kind: 'key',
  rule: 'key',
  subject: 'key',
  positionId: null,
  message: 'the exchange refuses the API key: api.host answered 401',
})

const LIQUIDATED = madeAlert({
  id: 'position:liquidated:1',
  kind: 'position',
  rule: 'position',
  level: 'liquidated',
  message: 'isolated long 10,000 USD 7f3a was LIQUIDATED at 66,809.5, P&L -712,758 sats (-476.19 USD)',
  remedy: null,
})

const ACKED = { state: 'acknowledged' } as const

describe('the last line', () => {
  test('keeps its wording while only the liquidation alert of the worst position fires', () => {
    const context = contextOf(sampleStore(), WIDE)
    const line =
      '‼ CRIT ISO LONG 7f3a — 2.35% (1,608 USD) to liquidation, no stop-loss, open BUY order sits below liquidation price'
    expect(riskLineOf(context)).toBe(`${line}  [a]ck`)
    expect(riskLineOf(withActive(context, madeAlert(ACKED)))).toBe(`${line}  acked`)
    expect(riskLineOf(withActive(context))).toBe(line)
  })

  test.each([
    [
      { columns: 80, rows: 24 },
      /^‼ CRIT isolated short 900 USD 9cb3 has ended, closed or liquidated; the … {2}\[a\]ck$/,
    ],
    [{ columns: 56, rows: 20 }, /^‼ CRIT isolated short 900 USD 9cb3 has ended,.*… {2}\[a\]ck$/],
    [WIDE, /has not reported how yet {2}\[a\]ck {2}\+1 critical {2}! WARN 7f3a LONG 3\.36%$/],
  ])(
    'begins with a critical alert about a position that has gone, before one in the WARN band: %j',
    (size, line) => {
      const store = sampleStore()
      store.dispatch(
        resetEvent(READ_AT, {
          isolated: readAt(READ_AT, [madePosition({ liquidationPriceUsd: usd(66_120) })]),
        }),
      )
      const [row] = contextOf(store, size).live.positions
      expect(row?.risk).toBe('warn')
      const gone = madeAlert({
        id: 'g',
        kind: 'position',
        rule: 'position',
        positionId: 'gone',
        message:
          'isolated short 900 USD 9cb3 has ended, closed or liquidated; the exchange has not reported how yet',
      })
      const other = { ...gone, id: 'g2' }
      const warn = madeAlert({ id: 'w', level: 'warn' })
      expect(riskLineOf(withActive(contextOf(store, size), gone, other, warn))).toMatch(line)
    },
  )

  test('counts the other critical alerts that are not acknowledged', () => {
    const context = contextOf(sampleStore(), WIDE)
    const warn = madeAlert({ id: 'w', level: 'warn', positionId: SHORT.id })
    expect(riskLineOf(withActive(context, KEY, madeAlert(), warn))).toMatch(/ {2}\[a\]ck {2}\+1 critical$/)
    expect(riskLineOf(withActive(context, madeAlert(), { ...KEY, ...ACKED }))).toMatch(/ {2}\[a\]ck$/)
  })

  test('names the next critical alert once that of the worst position is acknowledged', () => {
    const context = contextOf(sampleStore(), WIDE)
    const line = riskLineOf(withActive(context, KEY, madeAlert(ACKED)))
    expect(line).toMatch(/‼ CRIT the exchange refuses the API key: api\.host answered 401 {2}\[a\]ck$/)
  })

  test('names the alert of another position that is worse than that of the first row', () => {
    const other = madeAlert({
      id: 'o',
      positionId: SHORT.id,
      message: 'isolated short 5,000 USD c21e is close',
    })
    const line = riskLineOf(withActive(contextOf(sampleStore(), WIDE), other, madeAlert({ level: 'warn' })))
    expect(line).toMatch(/‼ CRIT isolated short 5,000 USD c21e is close {2}\[a\]ck$/)
  })

  test.each([40, 44, 56, 79])('names the position and the key at %i columns, in whole words', columns => {
    const line = riskLineOf(withActive(contextOf(sampleStore(), { columns, rows: 20 }), LIQUIDATED)).trim()
    expect(line).toMatch(/^‼ LIQUIDATED isolated long (10,000 USD )?7f3a .*\[a\]ck$/)
    expect(line).not.toContain('…')
  })

  test('shows only a liquidation until it is acknowledged', () => {
    const context = contextOf(sampleStore(), WIDE)
    expect(riskLineOf(withActive(context, LIQUIDATED, madeAlert()))).toMatch(
      /^‼ LIQUIDATED isolated long 10,000 USD 7f3a -712,758 sats \(-476\.19 USD\) at 66,809\.5 \[a\]ck \+1 critical/,
    )
    expect(riskLineOf(withActive(context, madeAlert()))).toMatch(/^‼ CRIT ISO LONG/)
  })

  test('shows a liquidation although no position is left or prices are old', () => {
    const flat = impairedContext(IMPAIRED['prices-silent']?.() ?? impairedStore({}), WIDE)
    expect(riskLineOf(withActive(flat, LIQUIDATED))).toMatch(/LIQUIDATED.*NOT LIVE: liq alerts NOT evaluated/)
  })
})

test('acknowledges an unreadable position apart from its last known row', () => {
  const size = { columns: 80, rows: 24 }
  const context = impairedContext(IMPAIRED['row-unreadable']?.() ?? impairedStore({}), size)
  expect(context.alerts.active.map(({ kind }) => kind).toSorted()).toEqual([
    'liquidation',
    'unreadable-position',
  ])
  const acknowledged = (...kinds: readonly string[]): string => {
    const active = context.alerts.active.map(alert =>
      kinds.includes(alert.kind) ? { ...alert, ...ACKED } : alert,
    )
    const sorted = active.toSorted((a, b) => Number(a.state !== 'firing') - Number(b.state !== 'firing'))
    return riskLineOf(withActive(context, ...sorted))
  }
  expect(acknowledged('liquidation')).toMatch(/can't be read {2}\[a\]ck$/)
  expect(acknowledged('liquidation', 'unreadable-position')).toMatch(/can't be read {2}acked$/)
})

test('lists active alerts with their state above those raised before', () => {
  const context = withActive(contextOf(sampleStore(), WIDE), KEY, madeAlert(ACKED))
  const text = read(withUi(context, { overlay: 'alerts' }))
  expect(text).toMatch(
    /FIRING CRIT the exchange refuses the API key.*\n +acked +CRIT 7f3a LONG 2\.35% from liq/,
  )
  expect(text).toContain('a acknowledges all')
  expect(read(withUi(withActive(context, madeAlert(ACKED)), { overlay: 'alerts' }))).not.toContain(
    'a acknowledges all',
  )
})

test('hides the amounts of alerts with privacy on, and no price or distance', () => {
  const context = withActive(contextOf(sampleStore(), WIDE), LIQUIDATED)
  const price = madeAlert({ kind: 'price', message: 'the last price is 68,420.5 USD, above 68,000.0 USD' })
  const raised = [LIQUIDATED, price].map(
    (alert): RaisedAlert => ({ ...alert, text: alert.message, distance: null, before: null }),
  )
  for (const overlay of ['none', 'alerts'] as const) {
    const text = read(
      withUi({ ...context, alerts: { ...context.alerts, raised } }, { overlay, amounts: 'masked' }),
    )
    expect(text).toContain('LIQUIDATED isolated long ••• USD 7f3a ••• sats (••• USD) at 66,809.5')
    expect(text).not.toMatch(/712,758|476\.19|10,000/)
    expect(text).toContain('CRIT the last price is 68,420.5 USD')
  }
})

test('appends the delivery of the newest notice', () => {
  const context = contextOf(sampleStore(), WIDE)
  const alertId = madeAlert().id
  const counts = { channels: 3, delivered: 2, failed: 1, firstDeliveredAfterMs: 212 }
  const deliveries = new Map([[alertId, { noticeId: `${alertId}.1`, alertId, ...counts }]])
  expect(riskLineOf({ ...context, alerts: { ...context.alerts, deliveries } })).toMatch(
    / {2}\[a\]ck {2}delivered 2\/3 \(212 ms\)$/,
  )
})
