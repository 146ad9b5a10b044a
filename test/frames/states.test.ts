import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { sats, usd } from '../../src/domain/units.ts'
import { openStore } from '../../src/store/store.ts'
import { textOfLine } from '../../src/tui/paint/line.ts'
import { ladderPanel } from '../../src/tui/panes/ladder.ts'
import { viewModelOf } from '../../src/tui/view/view-model.ts'
import { closedTrade, historyAt } from '../support/alert-ends.ts'
import {
  changeEvent,
  madeOrder,
  madePosition,
  readAt,
  resetEvent,
  SHORT,
  statusEvent,
  T0,
} from '../support/samples.ts'

import { screenOf } from './render.tsx'
import { contextOf, LOST, READ_AT, read, sampleStore, withUi } from './sample-screens.ts'

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const

const FAINT = '2'
const CRITICAL = '1;4;91'
const ACCENT = '36'
const INVERSE = '7'

/** First line, last but one, and all of it. */
function parts(text: string): { header: string; risk: string; all: string } {
  const lines = text.split('\n')
  return { header: lines[0] ?? '', risk: lines.at(-2) ?? '', all: text }
}

describe.each(SIZES)('%i×%i', (columns, rows) => {
  const size = { columns, rows }

  test('shows neither 0 nor an empty list before the first data', () => {
    const { header, risk, all } = parts(read(contextOf(openStore(), size)))
    expect(header).toContain('◌ WAITING first data')
    expect(header).not.toMatch(/LIVE|age/)
    expect(all).not.toMatch(/No open positions|\b0\b/)
    expect(all).toContain('POSITIONS ···')
    expect(risk).toContain('Liq alerts NOT evaluated')
  })

  test('shows the reason and the hint while no data arrives', () => {
    const store = openStore()
    const hint = 'Make a read-only key, or allow this one.'
    const unreachable = new AxisorError('unreachable', 'no connection to the exchange', { hint })
    store.dispatch(
      statusEvent(T0, { link: 'waiting', attempt: 3, retryAt: T0 + 9_000, lastError: unreachable }),
    )
    const waiting = read(contextOf(store, size))
    expect(waiting).toContain('◌ WAITING first data')
    expect(waiting).toContain('not known yet: no connection to the exchange')
    expect(waiting).toContain(hint)
    const refused = new AxisorError('key-may-write', 'the API key is not read-only', { hint })
    store.dispatch(statusEvent(T0, { link: 'stopped', lastError: refused }))
    const stopped = read(contextOf(store, size))
    expect(stopped).toContain('not known: the API key is not read-only')
    expect(stopped).not.toContain('waiting for')
    expect(stopped).toContain(hint)
  })

  test('shows a feed lost for 42 s as STALE, with the next retry and the time of the last good data, inverse', () => {
    const store = sampleStore()
    store.dispatch(statusEvent(T0, { link: 'waiting', attempt: 3, retryAt: T0 + 48_600, lastError: LOST }))
    const context = contextOf(store, size, T0 + 41_600)
    const { header, risk, all } = parts(read(context))
    expect(header).toContain('✗ STALE 42s')
    expect(header).toContain('retry 3 in 7s')
    expect(header).toContain('as of 18:47:39Z')
    expect(header).not.toContain('LIVE')
    expect(all).toContain('idx~68,412.0')
    expect(all).toContain('~-360,869')
    expect(risk).toBe('!! NOT LIVE: last good data 42s ago; ~values frozen. Liq alerts NOT evaluated.')
    const screen = screenOf(context)
    expect(screen.at(-2)?.styles.every(style => style === INVERSE)).toBe(true)
    const body = screen
      .slice(1, -2)
      .flatMap(({ chars, styles }) => styles.filter((_, at) => chars[at] !== ' '))
    expect(body.length).toBeGreaterThan(100)
    expect(body.every(style => style === FAINT)).toBe(true)
    expect(screen[0]?.styles).toContain(CRITICAL)
    expect(screen.at(-1)?.styles).toContain(ACCENT)
  })

  test('shows a silent half-open socket as STALE', () => {
    const { header, risk } = parts(read(contextOf(sampleStore(), size, READ_AT + 30_001)))
    expect(header).toContain('✗ STALE 30s')
    expect(header).toContain('open but silent')
    expect(risk).toContain('NOT LIVE')
    const headerAt = (at: number) => parts(read(contextOf(sampleStore(), size, READ_AT + at))).header
    expect(headerAt(4_900)).toContain('● LIVE')
    expect(headerAt(5_000)).toContain('◐ quiet 5.0s')
    expect(headerAt(29_900)).toContain('◐ quiet 29s')
  })

  test('names the stale part while prices still arrive', () => {
    const store = sampleStore()
    const now = READ_AT + 40_000
    store.dispatch(changeEvent(now - 100, { kind: 'last-price', lastPriceUsd: usd(68_420) }, now - 150))
    const { header } = parts(read(contextOf(store, size, now)))
    expect(header).toContain('✗ STALE 40s')
    expect(header).not.toContain('silent')
    expect(header).toMatch(/(account data|positions|market data) 40 s old/)
  })

  test('shows the HTTP fallback with its interval', () => {
    const store = sampleStore()
    store.dispatch(
      statusEvent(T0, {
        link: 'waiting',
        transport: 'http',
        attempt: 2,
        retryAt: T0 + 4_000,
        lastError: LOST,
      }),
    )
    const { header } = parts(read(contextOf(store, size, T0 + 1_000)))
    expect(header).toContain('◐ HTTP only (poll 5s)')
    expect(header).toContain('age 1.4s')
    expect(header).toContain('retry 2 in 3s')
  })

  test('shows a link lost for less than 30 s as RECONNECTING, with the loss and the next retry', () => {
    const store = sampleStore()
    store.dispatch(statusEvent(T0, { link: 'waiting', attempt: 1, retryAt: T0 + 2_000, lastError: LOST }))
    const { header } = parts(read(contextOf(store, size, T0 + 1_000)))
    expect(header).toContain('◐ RECONNECTING')
    expect(header).toContain('age 1.4s')
    expect(header).toContain('retry 1 in 1s')
    expect(header).toContain('lost 18:47:40Z')
  })

  test('shows SYNCING while a snapshot is being read', () => {
    const store = sampleStore()
    store.dispatch(statusEvent(T0, { link: 'preparing', attempt: 1 }))
    expect(parts(read(contextOf(store, size, T0 + 500))).header).toContain('◐ SYNCING')
  })

  test('shows old data as old with a clock that is minutes off', () => {
    const store = sampleStore()
    store.dispatch(statusEvent(T0, { clockOffsetMs: 300_000 }))
    store.dispatch(changeEvent(T0, { kind: 'last-price', lastPriceUsd: usd(68_420) }, T0 + 300_000 - 31_000))
    expect(parts(read(contextOf(store, size, T0))).header).toContain('✗ PRICES STALE 31s')
  })

  test("computes the time to funding and the age of an order with the exchange's clock", () => {
    const store = sampleStore()
    expect(read(contextOf(store, size))).toContain('in 1h12m')
    const opened = /open (?=\d)(\d+h\d\dm)/.exec(read(contextOf(store, size)))?.[1]
    store.dispatch(statusEvent(T0, { clockOffsetMs: 600_000 }))
    const later = read(contextOf(store, size))
    expect(later).toContain('in 1h02m')
    expect(later).not.toContain('in 1h12m')
    if (opened !== undefined) expect(later).not.toContain(`open ${opened}`)
  })

  test('never shows a liquidation during a gap as a close', () => {
    const store = sampleStore()
    store.dispatch(resetEvent(READ_AT + 100, { isolated: readAt(READ_AT + 100, [SHORT]) }))
    expect(read(contextOf(store, size))).toContain('7f3a LONG closed or liquidated in the gap')
    const afterClose = (exitUsd: number, pl: number): string => {
      const closed = closedTrade({ exitPriceUsd: usd(exitUsd), plSats: sats(pl), closedAt: READ_AT + 50 })
      store.dispatch(historyAt(READ_AT + 200, { closed: [closed] }))
      return read(contextOf(store, size))
    }
    expect(afterClose(66_809.5, -700_000)).toMatch(/‼ +7f3a LONG LIQUIDATED in the gap @ 66,809\.5/)
    expect(afterClose(66_900, -712_758)).toMatch(/‼ +7f3a LONG LIQUIDATED in the gap/)
    expect(afterClose(66_900, -600_000)).toMatch(/! +7f3a LONG closed in the gap @ 66,900\.0/)
  })

  test('shows nothing as live after a sleep of an hour, before the link has noticed', () => {
    const { header, all } = parts(read(contextOf(sampleStore(), size, T0 + 3_600_000)))
    expect(header).toContain('✗ STALE 1h00m')
    expect(all).not.toContain('LIVE  ')
  })

  test('shows FROZEN, marks the old numbers and keeps counting ages while frozen', () => {
    const store = sampleStore()
    const frozen = { at: T0, state: store.state(), history: null }
    const now = T0 + 42_000
    store.dispatch(resetEvent(now - 200))
    store.dispatch(statusEvent(now - 100))
    const context = { ...contextOf(store, size, now), model: viewModelOf(frozen.state, now) }
    const { header, risk, all } = parts(read(withUi(context, { frozen })))
    expect(header).toContain('‖ FROZEN by you 0:42')
    expect(header).toContain('data 42s old')
    expect(risk).toContain('‖ FROZEN 0:42')
    expect(risk).toContain('CRIT 7f3a LONG 2.35%')
    expect(all).toContain('~-360,869')
    const riskRow = screenOf(withUi(context, { frozen })).at(-2)
    expect(riskRow?.styles.every(style => style === INVERSE)).toBe(true)
  })

  test('marks the numbers from the first moment of a freeze', () => {
    const store = sampleStore()
    const frozen = { at: T0, state: store.state(), history: null }
    const text = read(withUi(contextOf(store, size, T0 + 2_000), { frozen }))
    expect(text).toContain('‖ FROZEN by you 0:02')
    expect(text).toContain('idx~68,412.0')
  })

  test('shows why a key was rejected or a feed stopped, and no number as live', () => {
    const store = sampleStore()
    const refused = new AxisorError('key-refused', 'the exchange refuses this API key', {
      hint: 'Make a new one.',
    })
    store.dispatch(statusEvent(T0, { link: 'stopped', lastError: refused }))
    const { header, risk } = parts(read(contextOf(store, size, T0)))
    expect(header).toContain('✗ AUTH key refused')
    expect(risk).toContain('NOT LIVE')
    const other = new AxisorError('refused', 'the exchange has blocked this address')
    store.dispatch(statusEvent(T0 + 1, { link: 'dialing' }))
    store.dispatch(statusEvent(T0 + 2, { link: 'stopped', lastError: other }))
    expect(parts(read(contextOf(store, size, T0 + 2))).header).toContain('✗ STOPPED')
    expect(parts(read(contextOf(store, size, T0 + 2))).risk).toContain('blocked this address')
  })

  test('marks simulated data and a key with write permission in every state', () => {
    const permissions = ['account:read', 'futures:isolated:write']
    for (const age of [100, 40_000]) {
      const store = openStore()
      store.dispatch(
        resetEvent(T0 - age, { origin: 'simulated', network: 'simulator', key: { permissions } }),
      )
      store.dispatch(statusEvent(T0 - age, { key: { permissions } }))
      const { header } = parts(read(contextOf(store, size)))
      expect(header).toContain('SIMULATED')
      expect(header).toContain('!! WRITE KEY')
      expect(header).toContain(age > 30_000 ? '✗ STALE' : '● LIVE')
    }
  })

  test('shows a position without a liquidation price as n/a and WARN', () => {
    const store = openStore()
    const isolated = [SHORT, madePosition({ liquidationPriceUsd: null })]
    store.dispatch(resetEvent(READ_AT, { isolated: readAt(READ_AT, isolated) }))
    store.dispatch(statusEvent(READ_AT))
    const { risk, all } = parts(read(contextOf(store, size)))
    expect(all).toMatch(/WARN +iso.*n\/a +n\/a/)
    expect(all).toContain(columns < 160 ? '! exchange reports no liquidation price' : 'no liq price')
    expect(risk).toMatch(/! WARN ISO LONG 7f3a — liquidation price n\/a/)
  })

  test("marks a difference from the exchange's own P&L with Δ", () => {
    const store = sampleStore()
    const isolated = [madePosition({ exchangePlSats: -300_000 as never })]
    store.dispatch(resetEvent(READ_AT, { isolated: readAt(READ_AT, isolated) }))
    expect(read(contextOf(store, size))).toMatch(/Δ-360,869/)
  })

  test('names a missing permission in the place of its data', () => {
    const store = openStore()
    const missing = ['futures:cross:read', 'account:read'] as const
    const key = { permissions: ['futures:isolated:read'] }
    store.dispatch(resetEvent(READ_AT, { key, missing, cross: null, crossOrders: null, account: null }))
    store.dispatch(statusEvent(READ_AT, { key }))
    const { all } = parts(read(contextOf(store, size)))
    expect(all).toContain('The cross position not shown: the key needs futures:cross:read')
    expect(all).not.toContain('No open positions')
  })

  test('shows `No open positions` only if all parts were read and have none', () => {
    const store = openStore()
    const flat = { marginSats: 0 as never, leverage: 1, position: null, updatedAt: null }
    store.dispatch(
      resetEvent(READ_AT, { isolated: readAt(READ_AT, []), cross: readAt(READ_AT, flat as never) }),
    )
    store.dispatch(statusEvent(READ_AT))
    const context = contextOf(store, size)
    const { all, risk } = parts(read({ ...context, alerts: { ...context.alerts, active: [] } }))
    expect(all).toContain('No open positions')
    expect(all).toContain('POSITIONS 0')
    expect(risk).toContain('nothing at risk')
  })
})

test('keeps the liquidations in a full ladder, marked by their risk', () => {
  const store = sampleStore()
  const orders = Array.from({ length: 40 }, (_, n) => madeOrder({ id: `o${n}`, priceUsd: usd(68_000 + n) }))
  store.dispatch(resetEvent(READ_AT, { isolatedOrders: readAt(READ_AT, orders) }))
  const lines = ladderPanel(contextOf(store, { columns: 120, rows: 40 }))
    .draw(70, 8)
    .map(textOfLine)
  expect(lines).toHaveLength(8)
  expect(lines.filter(line => line.includes('LIQ ')).map(line => line.slice(11, 30))).toEqual([
    '  LIQ   c21e SHORT ',
    '‼ LIQ   7f3a LONG 1',
    '  LIQ   cross LONG ',
  ])
  expect(lines.some(line => line.includes('BID'))).toBe(true)
})
