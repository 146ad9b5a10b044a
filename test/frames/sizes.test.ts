import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { sats, usd } from '../../src/domain/units.ts'
import type { FeedEvent } from '../../src/feed/feed.ts'
import type { HistoryView } from '../../src/ports/account-history.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { EMPTY_PALETTE } from '../../src/tui/input/palette-input.ts'
import { INITIAL_UI, type OverlayName, type Ui, VIEWS } from '../../src/tui/input/ui-state.ts'
import { widthOf } from '../../src/tui/paint/width.ts'
import { OVERLAYS } from '../../src/tui/panes/paints.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { alertLogOf } from '../support/alert-log.ts'
import { historyRow, madeHistory } from '../support/made-history.ts'
import {
  changeEvent,
  madeOrder,
  madePosition,
  readAt,
  resetEvent,
  statusEvent,
  T0,
} from '../support/samples.ts'
import { paletteInput, sizeInput, whatIfInput } from './plan-arbitraries.ts'
import { rowText, screenOf, screenText } from './render.tsx'
import { contextOf, READ_AT, read, sampleStore, withUi } from './sample-screens.ts'

const price = fc.integer({ min: 2, max: 2_000_000 }).map(halves => usd(halves / 2))
const position = fc
  .record({
    id: fc.uuid(),
    side: fc.constantFrom('long', 'short'),
    quantityUsd: fc.integer({ min: 1, max: 5_000_000 }),
    entryPriceUsd: fc.option(price),
    marginSats: fc.option(fc.integer({ min: 0, max: 2_000_000_000_000 }).map(sats)),
    liquidationPriceUsd: fc.option(price),
    stopLossUsd: fc.option(price),
    takeProfitUsd: fc.option(price),
    leverage: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.double({ min: 1, max: 100, noNaN: true })),
  })
  .map(over => madePosition(over as Parameters<typeof madePosition>[0]))

const event: fc.Arbitrary<FeedEvent> = fc.oneof(
  fc.array(position, { maxLength: 30 }).map(isolated =>
    resetEvent(READ_AT, {
      isolated: readAt(READ_AT, isolated),
      isolatedOrders: readAt(
        READ_AT,
        isolated.slice(0, 9).map((held, index) => madeOrder({ id: `${held.id}${index}`, side: held.side })),
      ),
    }),
  ),
  fc.constantFrom('dialing', 'preparing', 'live', 'waiting', 'stopped').map(link =>
    statusEvent(READ_AT, {
      link: link as 'live',
      attempt: 12_345,
      retryAt: link === 'waiting' ? T0 + 9_000 : null,
      lastError: new AxisorError(
        'unreachable',
        'no route to a host with a rather long name: ENETUNREACH 漢字',
      ),
    }),
  ),
  fc
    .string({ unit: 'binary', maxLength: 80 })
    .map(title =>
      changeEvent(READ_AT, { kind: 'announcement', id: title, title, message: null, link: null }),
    ),
)

const NAMES = Object.keys(OVERLAYS) as OverlayName[]

const ui: fc.Arbitrary<Ui> = fc
  .record({
    view: fc.constantFrom(...VIEWS),
    overlay: fc.constantFrom<OverlayName>(...NAMES, 'none'),
    focus: fc.constantFrom('positions', 'orders', 'events', 'closed', 'funding', 'connection'),
    whatIf: whatIfInput,
    size: sizeInput,
    unit: fc.constantFrom('sat', 'BTC', 'USD'),
    basis: fc.constantFrom('gross', 'net'),
    amounts: fc.constantFrom('shown', 'masked'),
    expanded: fc.constantFrom(null, 'positions', 'events', 'closed'),
    range: fc.constantFrom('24h', '7d', '30d', '1y'),
    storyOf: fc.constantFrom(null, historyRow()),
    palette: paletteInput,
    filter: fc.oneof(
      fc.constant({ phase: 'off' }),
      fc.string({ unit: 'binary', maxLength: 60 }).map(text => ({ phase: 'typing', text })),
    ),
  })
  .map(choice => ({ ...INITIAL_UI, ...choice }) as Ui)

const history = fc.constantFrom<HistoryView | null>(
  null,
  madeHistory(),
  madeHistory({ summary: null, rowsRead: 5 }),
  madeHistory({
    notice: 'the ledger was damaged: it is read again, and kept aside as x.db.damaged',
    problems: [{ part: 'ledger', message: 'the disk is full 漢字', since: T0 }],
    story: { id: historyRow().id, events: null },
  }),
)

const size = fc.oneof(
  fc.record({ columns: fc.integer({ min: 1, max: 220 }), rows: fc.integer({ min: 1, max: 70 }) }),
  fc.constantFrom(
    { columns: 80, rows: 24 },
    { columns: 40, rows: 8 },
    { columns: 79, rows: 23 },
    { columns: 160, rows: 44 },
  ),
)

function contextWith(
  events: readonly FeedEvent[],
  choice: Ui,
  over: Partial<RenderContext>,
  ageMs: number,
): RenderContext {
  const store = openStore()
  for (const each of events) store.dispatch(each)
  const context = contextOf(store, { ...over, ui: choice }, T0 + ageMs)
  return { ...context, alerts: alertLogOf(context.model) }
}

test('fills the terminal exactly at any size and in any state', () => {
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 5 }),
      ui,
      size,
      fc.constantFrom(0, 20_000, 90_000),
      history,
      (events, choice, { columns, rows }, ageMs, view) => {
        const screen = screenOf(contextWith(events, choice, { columns, rows, history: view }, ageMs))
        expect(screen.length).toBe(rows)
        for (const row of screen) {
          expect(row.chars.length).toBe(columns)
          expect(row.styles.length).toBe(columns)
          expect(widthOf(rowText(row))).toBe(columns)
        }
        expect(screenText(screen)).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}|\p{M}|undefined|null|NaN|Infinity/u)
      },
    ),
    { numRuns: 600 },
  )
})

/** The palette leaves the positions their place. */
const palette = fc.constantFrom(null, EMPTY_PALETTE)

test('names or counts every position and shows state and worst risk at any size but tiny', () => {
  fc.assert(
    fc.property(
      fc.array(position, { minLength: 1, maxLength: 30 }),
      size,
      palette,
      (isolated, { columns, rows }, open) => {
        fc.pre(columns >= 40 && rows >= 8)
        const events = [resetEvent(READ_AT, { isolated: readAt(READ_AT, isolated) }), statusEvent(READ_AT)]
        const choice = { ...INITIAL_UI, palette: open }
        const lines = screenOf(contextWith(events, choice, { columns, rows }, 0)).map(rowText)
        const all = lines.join('\n')
        expect(lines[0]).toContain('● LIVE')
        expect(lines[0]).toContain('age 0.4s')
        const counted = Number(/\+(\d+) more, worst/.exec(all)?.[1] ?? 0)
        const named = lines.filter(line => /^(│ )?[▸ ] (CRIT|WARN|WATCH|ok) /.test(line)).length
        expect(named + counted).toBe(isolated.length + 1)
        expect(all).toMatch(/(to|BEYOND) liquidation|liquidation n\/a|price n\/a|not known|\d%|···/)
      },
    ),
    { numRuns: 300 },
  )
})

describe('small screens', () => {
  test('draws a small screen with state, worst risk and totals at 60×20', async () => {
    await expect(`${read(contextOf(sampleStore(), { columns: 60, rows: 20 }))}\n`).toMatchFileSnapshot(
      'screens/list-60x20.txt',
    )
  })

  test.each([40, 50, 79])(
    'marks the prices of a stale list of %i columns and shows that alerts are off',
    columns => {
      const text = read(contextOf(sampleStore(), { columns, rows: 20 }, T0 + 42_000))
      expect(text).toMatch(/(BTC|idx)~68,412\.0/)
      expect(text).not.toContain('bid 68')
      expect(text.split('\n').at(-2)).toMatch(/^!! NOT LIVE 42s: liq alerts are OFF\. *$/)
    },
  )

  test('draws the text of axisor line at 30×10', () => {
    expect(read(contextOf(sampleStore(), { columns: 30, rows: 10 })).trimEnd()).toBe(
      'BTC 68,412 | +400,551 sat\nCRIT L10k 2.35% | live 0.4s',
    )
  })

  test('keeps the worst risk and the age on one line', () => {
    expect(read(contextOf(sampleStore(), { columns: 30, rows: 1 }))).toBe('CRIT L10k 2.35% | live 0.4s')
    expect(read(contextOf(sampleStore(), { columns: 10, rows: 1 }))).toBe('live 0.4s')
    expect(read(contextOf(sampleStore(), { columns: 10, rows: 1 }, T0 + 42_000))).toBe(
      'STALE 42s'.padEnd(10).trimEnd(),
    )
  })

  test('draws one sign on one cell: fine, at risk, or not live', () => {
    expect(read(contextOf(sampleStore(), { columns: 1, rows: 1 }))).toBe('‼')
    expect(read(contextOf(sampleStore(), { columns: 1, rows: 1 }, T0 + 42_000))).toBe('✗')
    expect(read(contextOf(openStore(), { columns: 1, rows: 1 }))).toBe('✗')
  })

  test('keeps the badges, the state and the age on 44 columns', () => {
    const permissions = ['futures:isolated:write']
    const store = openStore()
    store.dispatch(resetEvent(READ_AT, { origin: 'simulated', network: 'simulator', key: { permissions } }))
    store.dispatch(statusEvent(READ_AT, { key: { permissions } }))
    const at = (over: Parameters<typeof statusEvent>[1]): string => {
      store.dispatch(statusEvent(T0, { key: { permissions }, ...over }))
      return read(contextOf(store, { columns: 44, rows: 12 })).split('\n')[0] ?? ''
    }
    const http = { link: 'waiting', transport: 'http', retryAt: T0 + 9_000 } as const
    const lost = { link: 'waiting', retryAt: T0 + 9_000 } as const
    expect(at({})).toContain('SIMULATED !! WRITE ● LIVE')
    expect(at(http)).toContain('SIMULATED !! WRITE ◐ HTTP only age 0.4s')
    expect(at(lost)).toContain('SIMULATED !! WRITE ◐ RECONNECTING age 0.4s')
  })

  test('drops the events first, then the orders, and never the positions', () => {
    const at = (rows: number): string => read(contextOf(sampleStore(), { rows }))
    expect(at(20)).toMatch(/EVENTS/)
    expect(at(17)).not.toMatch(/EVENTS/)
    expect(at(17)).toMatch(/ORDERS/)
    for (const rows of [17, 14, 10, 8]) {
      expect(at(rows)).toMatch(/-360,869/)
      expect(at(rows)).toMatch(/\+154,409/)
      expect(at(rows)).toMatch(/\+607,011/)
    }
  })

  test('drops columns from the right and never cuts a number', () => {
    const optional = ['LEV', 'TO LIQ', 'DIST%', 'LIQ']
    const big = openStore()
    const isolated = [madePosition({ quantityUsd: 4_000_000, marginSats: sats(90_000_000_000) })]
    big.dispatch(resetEvent(READ_AT, { isolated: readAt(READ_AT, isolated) }))
    big.dispatch(statusEvent(READ_AT))
    const lines = read(withUi(contextOf(big), { unit: 'BTC' })).split('\n')
    const header = lines.find(line => line.includes('ENTRY')) ?? ''
    const present = optional.map(name => header.includes(name))
    expect(present).toEqual([...present].sort())
    expect(lines.find(line => line.startsWith('▸'))).toMatch(/4,000,000 70,150.0 Δ-1.44347687 /)
  })
})

/** The sample account with more events than any screen has rows, and `more` other positions. */
function crowdedStore(more: number): Store {
  const store = sampleStore()
  for (let count = 0; count < 100; count++)
    store.dispatch(
      changeEvent(READ_AT, {
        kind: 'announcement',
        id: `${count}`,
        title: `number ${count}`,
        message: null,
        link: null,
      }),
    )
  const isolated = Array.from({ length: more }, (_, index) => madePosition({ id: `more-${index}` }))
  if (more > 0) store.dispatch(resetEvent(READ_AT, { isolated: readAt(READ_AT, isolated) }))
  return store
}

describe.each([0, 12])('an overview with many events and %i other positions', more => {
  const store = crowdedStore(more)
  test.each([80, 119, 120, 130, 159, 200])('has no blank row above the risk line at %i columns', columns => {
    const blank = Array.from({ length: 32 }, (_, index) => 20 + index).filter(rows => {
      const risk = rows - 2
      return read(contextOf(store, { columns, rows })).split('\n')[risk - 1]?.trim() === ''
    })
    expect(blank).toEqual([])
  })
})

test('counts the positions that are not visible, with the worst of them', () => {
  const isolated = Array.from({ length: 40 }, (_, index) =>
    madePosition({ id: `${index}`.padStart(4, 'p'), liquidationPriceUsd: usd(66_809.5 - index * 400) }),
  )
  const store = openStore()
  store.dispatch(resetEvent(READ_AT, { isolated: readAt(READ_AT, isolated) }))
  store.dispatch(statusEvent(READ_AT))
  const context = contextOf(store)
  expect(read(context)).toMatch(/\+3\d more, worst WATCH ppp8 LONG/)
  const scrolled = read(withUi(context, { selectedId: 'pp39' }))
  expect(scrolled).toMatch(/\+3\d more, worst CRIT ppp0 LONG 2\.35%/)
  expect(read(withUi(context, { filter: { phase: 'set', text: 'pp39' } }))).toMatch(
    /\+40 more, worst CRIT ppp0 LONG 2\.35%/,
  )
})
