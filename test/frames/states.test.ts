import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { sats, usd } from '../../src/domain/units.ts'
import { openStore } from '../../src/store/store.ts'
import { textOfLine } from '../../src/tui/paint/line.ts'
import { ladderPanel } from '../../src/tui/panes/ladder.ts'
import { viewModelOf } from '../../src/tui/view/view-model.ts'
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
import { choosing, LOST, READ_AT, read, sceneOf, sketchStore } from './sample-screens.ts'

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const

const FAINT = '2'
const INVERSE = '7'

/** First line, last but one, and all of it. */
function parts(text: string): { header: string; risk: string; all: string } {
  const lines = text.split('\n')
  return { header: lines[0] ?? '', risk: lines.at(-2) ?? '', all: text }
}

describe.each(SIZES)('%i×%i', (columns, rows) => {
  const size = { columns, rows }

  test('before the first data nothing is 0, nothing is empty, and it says so', () => {
    const { header, risk, all } = parts(read(sceneOf(openStore(), size)))
    expect(header).toContain('◌ WAITING first data')
    expect(header).not.toMatch(/LIVE|age/)
    expect(all).not.toMatch(/No open positions|\b0\b/)
    expect(all).toContain('POSITIONS ···')
    expect(risk).toContain('Liq alerts NOT evaluated')
  })

  test('when no data comes it says why, and what to do about it', () => {
    const store = openStore()
    const hint = 'Make a read-only key, or allow this one.'
    const unreachable = new AxisorError('unreachable', 'no connection to the exchange', { hint })
    store.dispatch(
      statusEvent(T0, { link: 'waiting', attempt: 3, retryAt: T0 + 9_000, lastError: unreachable }),
    )
    const waiting = read(sceneOf(store, size))
    expect(waiting).toContain('◌ WAITING first data')
    expect(waiting).toContain('not known yet: no connection to the exchange')
    expect(waiting).toContain(hint)
    const refused = new AxisorError('key-may-write', 'the API key may do more than read', { hint })
    store.dispatch(statusEvent(T0, { link: 'stopped', lastError: refused }))
    const stopped = read(sceneOf(store, size))
    expect(stopped).toContain('not known: the API key may do more than read')
    expect(stopped).not.toContain('waiting for')
    expect(stopped).toContain(hint)
  })

  test('a feed that is lost for 42 s is STALE with the retry and the time it was good, on inverse ground', () => {
    const store = sketchStore()
    store.dispatch(statusEvent(T0, { link: 'waiting', attempt: 3, retryAt: T0 + 48_600, lastError: LOST }))
    const scene = sceneOf(store, size, T0 + 41_600)
    const { header, risk, all } = parts(read(scene))
    expect(header).toContain('✗ STALE 42s')
    expect(header).toContain('retry 3 in 7s')
    expect(header).toContain('as of 18:47:39Z')
    expect(header).not.toContain('LIVE')
    expect(all).toContain('idx~68,412.0')
    expect(all).toContain('~-360,869')
    expect(risk).toBe('!! NOT LIVE: last good data 42s ago; ~values frozen. Liq alerts NOT evaluated.')
    const screen = screenOf(scene)
    expect(screen.at(-2)?.styles.every(style => style === INVERSE)).toBe(true)
    const body = screen
      .slice(1, -2)
      .flatMap(({ chars, styles }) => styles.filter((_, at) => chars[at] !== ' '))
    expect(body.length).toBeGreaterThan(100)
    expect(body.every(style => style === FAINT)).toBe(true)
  })

  test('a half-open socket that is silent is STALE, never LIVE', () => {
    const { header, risk } = parts(read(sceneOf(sketchStore(), size, READ_AT + 30_001)))
    expect(header).toContain('✗ STALE 30s')
    expect(header).toContain('open but silent')
    expect(risk).toContain('NOT LIVE')
    expect(parts(read(sceneOf(sketchStore(), size, READ_AT + 29_900))).header).toContain('● LIVE')
  })

  test('an open socket that tells prices is not called silent: what is stale is named', () => {
    const store = sketchStore()
    const now = READ_AT + 40_000
    store.dispatch(changeEvent(now - 100, { kind: 'last-price', lastPriceUsd: usd(68_420) }, now - 150))
    const { header } = parts(read(sceneOf(store, size, now)))
    expect(header).toContain('✗ STALE 40s')
    expect(header).not.toContain('silent')
    expect(header).toMatch(/(account data|positions|market data) 40 s old/)
  })

  test('over HTTP only it says so, and how often it is read', () => {
    const store = sketchStore()
    store.dispatch(
      statusEvent(T0, {
        link: 'waiting',
        transport: 'http',
        attempt: 2,
        retryAt: T0 + 4_000,
        lastError: LOST,
      }),
    )
    const { header } = parts(read(sceneOf(store, size, T0 + 1_000)))
    expect(header).toContain('◐ HTTP only (poll 5s)')
    expect(header).toContain('age 1.4s')
    expect(header).toContain('retry 2 in 3s')
  })

  test('a link lost for less than 30 s is RECONNECTING, since when and until when', () => {
    const store = sketchStore()
    store.dispatch(statusEvent(T0, { link: 'waiting', attempt: 1, retryAt: T0 + 2_000, lastError: LOST }))
    const { header } = parts(read(sceneOf(store, size, T0 + 1_000)))
    expect(header).toContain('◐ RECONNECTING')
    expect(header).toContain('age 1.4s')
    expect(header).toContain('retry 1 in 1s')
    expect(header).toContain('lost 18:47:40Z')
  })

  test('while the picture is read again it is SYNCING', () => {
    const store = sketchStore()
    store.dispatch(statusEvent(T0, { link: 'preparing', attempt: 1 }))
    expect(parts(read(sceneOf(store, size, T0 + 500))).header).toContain('◐ SYNCING')
  })

  test('a clock that is off by minutes does not make old data look young', () => {
    const store = sketchStore()
    store.dispatch(statusEvent(T0, { clockOffsetMs: 300_000 }))
    store.dispatch(changeEvent(T0, { kind: 'last-price', lastPriceUsd: usd(68_420) }, T0 + 300_000 - 31_000))
    expect(parts(read(sceneOf(store, size, T0))).header).toContain('✗ STALE 31s')
  })

  test("the way to the next funding and the age of an order are reckoned by the exchange's clock", () => {
    const store = sketchStore()
    expect(read(sceneOf(store, size))).toContain('in 1h12m')
    const opened = /open (?=\d)(\d+h\d\dm)/.exec(read(sceneOf(store, size)))?.[1]
    store.dispatch(statusEvent(T0, { clockOffsetMs: 600_000 }))
    const later = read(sceneOf(store, size))
    expect(later).toContain('in 1h02m')
    expect(later).not.toContain('in 1h12m')
    if (opened !== undefined) expect(later).not.toContain(`open ${opened}`)
  })

  test('a position that ended while the link was away is never said to be closed when it was liquidated', () => {
    const store = sketchStore()
    store.dispatch(resetEvent(READ_AT + 100, { isolated: readAt(READ_AT + 100, [SHORT]) }))
    expect(read(sceneOf(store, size))).toContain('7f3a LONG closed or liquidated in the gap')
    const { id, side, quantityUsd, entryPriceUsd } = madePosition()
    const told = (exitUsd: number, pl: number): string => {
      const closed = {
        ...{ id, side, quantityUsd, entryPriceUsd, exitPriceUsd: usd(exitUsd), plSats: sats(pl) },
        ...{ openingFeeSats: sats(1), closingFeeSats: sats(1), openedAt: null, closedAt: READ_AT + 50 },
      }
      const history = { since: READ_AT, closed: [closed], fundingFees: [], crossFills: [] }
      store.dispatch(changeEvent(READ_AT + 200, { kind: 'history', history }))
      return read(sceneOf(store, size))
    }
    expect(told(66_809.5, -700_000)).toMatch(/‼ +7f3a LONG LIQUIDATED in the gap @ 66,809\.5/)
    expect(told(66_900, -712_758)).toMatch(/‼ +7f3a LONG LIQUIDATED in the gap/)
    expect(told(66_900, -600_000)).toMatch(/! +7f3a LONG closed in the gap @ 66,900\.0/)
  })

  test('after a sleep of an hour nothing is live although the link has not noticed yet', () => {
    const { header, all } = parts(read(sceneOf(sketchStore(), size, T0 + 3_600_000)))
    expect(header).toContain('✗ STALE 1h00m')
    expect(all).not.toContain('LIVE  ')
  })

  test('frozen by the person: unmistakable, old numbers marked, ages go on, the feed too', () => {
    const store = sketchStore()
    const frozen = { at: T0, state: store.state() }
    const now = T0 + 42_000
    store.dispatch(resetEvent(now - 200))
    store.dispatch(statusEvent(now - 100))
    const scene = { ...sceneOf(store, size, now), model: viewModelOf(frozen.state, now) }
    const { header, risk, all } = parts(read(choosing(scene, { frozen })))
    expect(header).toContain('‖ FROZEN by you 0:42')
    expect(header).toContain('data 42s old')
    expect(risk).toContain('‖ FROZEN 0:42')
    expect(risk).toContain('CRIT 7f3a LONG 2.35%')
    expect(all).toContain('~-360,869')
    const riskRow = screenOf(choosing(scene, { frozen })).at(-2)
    expect(riskRow?.styles.every(style => style === INVERSE)).toBe(true)
  })

  test('frozen a moment ago, the numbers are marked already', () => {
    const store = sketchStore()
    const frozen = { at: T0, state: store.state() }
    const text = read(choosing(sceneOf(store, size, T0 + 2_000), { frozen }))
    expect(text).toContain('‖ FROZEN by you 0:02')
    expect(text).toContain('idx~68,412.0')
  })

  test('a refused key and a feed that stopped say why; the numbers are not live', () => {
    const store = sketchStore()
    const refused = new AxisorError('key-refused', 'the exchange refuses this API key', {
      hint: 'Make a new one.',
    })
    store.dispatch(statusEvent(T0, { link: 'stopped', lastError: refused }))
    const { header, risk } = parts(read(sceneOf(store, size, T0)))
    expect(header).toContain('✗ AUTH key refused')
    expect(risk).toContain('NOT LIVE')
    const other = new AxisorError('refused', 'the exchange has blocked this address')
    store.dispatch(statusEvent(T0 + 1, { link: 'dialing' }))
    store.dispatch(statusEvent(T0 + 2, { link: 'stopped', lastError: other }))
    expect(parts(read(sceneOf(store, size, T0 + 2))).header).toContain('✗ STOPPED')
    expect(parts(read(sceneOf(store, size, T0 + 2))).risk).toContain('blocked this address')
  })

  test('simulated data and a key that may write are marked in every state', () => {
    const permissions = ['account:read', 'futures:isolated:write']
    for (const age of [100, 40_000]) {
      const store = openStore()
      store.dispatch(
        resetEvent(T0 - age, { origin: 'simulated', network: 'simulator', key: { permissions } }),
      )
      store.dispatch(statusEvent(T0 - age, { key: { permissions } }))
      const { header } = parts(read(sceneOf(store, size)))
      expect(header).toContain('SIMULATED')
      expect(header).toContain('!! WRITE KEY')
      expect(header).toContain(age > 30_000 ? '✗ STALE' : '● LIVE')
    }
  })

  test('a position without a liquidation price says n/a and WARN, and is never hidden', () => {
    const store = openStore()
    const isolated = [SHORT, madePosition({ liquidationPriceUsd: null })]
    store.dispatch(resetEvent(READ_AT, { isolated: readAt(READ_AT, isolated) }))
    store.dispatch(statusEvent(READ_AT))
    const { risk, all } = parts(read(sceneOf(store, size)))
    expect(all).toMatch(/WARN +iso.*n\/a +n\/a/)
    expect(all).toContain(columns < 160 ? '! exchange gives no liquidation price' : 'no liq price')
    expect(risk).toMatch(/! WARN ISO LONG 7f3a — liquidation price n\/a/)
  })

  test("a difference with the exchange's own P&L shows a Δ at the number", () => {
    const store = sketchStore()
    const isolated = [madePosition({ exchangePlSats: -300_000 as never })]
    store.dispatch(resetEvent(READ_AT, { isolated: readAt(READ_AT, isolated) }))
    expect(read(sceneOf(store, size))).toMatch(/Δ-360,869/)
  })

  test('a missing permission is named where its data would be', () => {
    const store = openStore()
    const missing = ['futures:cross:read', 'account:read'] as const
    store.dispatch(resetEvent(READ_AT, { missing, cross: null, crossOrders: null, account: null }))
    store.dispatch(statusEvent(READ_AT))
    const { all } = parts(read(sceneOf(store, size)))
    expect(all).toContain('The cross position not shown: the key needs futures:cross:read')
    expect(all).not.toContain('No open positions')
  })

  test('no open positions is said only when the whole picture is there and has none', () => {
    const store = openStore()
    const flat = { marginSats: 0 as never, leverage: 1, position: null, updatedAt: null }
    store.dispatch(
      resetEvent(READ_AT, { isolated: readAt(READ_AT, []), cross: readAt(READ_AT, flat as never) }),
    )
    store.dispatch(statusEvent(READ_AT))
    const { all, risk } = parts(read(sceneOf(store, size)))
    expect(all).toContain('No open positions')
    expect(all).toContain('POSITIONS 0')
    expect(risk).toContain('nothing at risk')
  })
})

test('where not every price has room in the risk map, the levels of liquidation have, marked by their risk', () => {
  const store = sketchStore()
  const orders = Array.from({ length: 40 }, (_, n) => madeOrder({ id: `o${n}`, priceUsd: usd(68_000 + n) }))
  store.dispatch(resetEvent(READ_AT, { isolatedOrders: readAt(READ_AT, orders) }))
  const lines = ladderPanel(sceneOf(store, { columns: 120, rows: 40 }))
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
