import { describe, expect, test } from 'vitest'
import { sats, usd } from '../../src/domain/units.ts'
import { openStore } from '../../src/store/store.ts'
import {
  INITIAL_SIZE,
  INITIAL_WHAT_IF,
  type SizeInput,
  type WhatIfInput,
} from '../../src/tui/input/plan-input.ts'
import {
  changeEvent,
  madeOrder,
  madePosition,
  readAt,
  resetEvent,
  statusEvent,
  T0,
} from '../support/samples.ts'
import { LAYOUT_SIZES } from './frame-sizes.ts'
import { contextOf, READ_AT, read, sampleStore, withUi } from './sample-screens.ts'

function screen(
  ui: Parameters<typeof withUi>[1],
  { columns = 80, rows = 24, store = sampleStore(), now = T0 } = {},
): string {
  return read(withUi(contextOf(store, { columns, rows }, now), ui))
}

function whatIf(over: Partial<WhatIfInput>) {
  return { overlay: 'whatif', whatIf: { ...INITIAL_WHAT_IF, ...over } } as const
}

const AT_60000 = whatIf({ target: { kind: 'price', priceUsd: usd(60_000) } })

const size = (texts: Partial<SizeInput['texts']>) =>
  ({ overlay: 'size', size: { field: 'stop', texts: { ...INITIAL_SIZE.texts, ...texts } } }) as const

describe('the what-if', () => {
  test.each(LAYOUT_SIZES)(
    'shows price, equity, order of liquidations and whole numbers at %i×%i',
    (columns, rows) => {
      const text = screen(AT_60000, { columns, rows })
      expect(text).toContain('● LIVE')
      expect(text).toMatch(/^‼ CRIT ISO LONG 7f3a/m)
      expect(text).toContain('PRICE 60,000.0  -12.31%')
      expect(text).toMatch(/EQUITY \d,\d{3},\d{3} sat {2}-\d,\d{3},\d{3}/)
      expect(text).toContain('LIQUIDATED 1 -712,758')
      expect(text).toContain('! 1 order would fill on the way')
      expect(text).toMatch(/LIQ 1 +7f3a LONG .*-712,758/)
      expect(text).toMatch(/past TP +c21e SHORT .*\+1,179,953/)
      expect(text).not.toContain('…')
    },
  )

  test.each([
    [80, 24],
    [56, 20],
  ])('draws the overlay at %i×%i', async (columns, rows) => {
    await expect(`${screen(AT_60000, { columns, rows })}\n`).toMatchFileSnapshot(
      `screens/overlay-whatif-${columns}x${rows}.txt`,
    )
  })

  test("shows today's totals of the dashboard at today's price", () => {
    const text = screen(whatIf({}))
    expect(text.match(/12,843,703 sat/g)).toHaveLength(2)
    expect(text).toContain('UNREAL +400,551  no liquidation')
  })

  test('marks every derived number of stale data', () => {
    const text = screen(AT_60000, { now: T0 + 90_000 })
    expect(text).toContain('PRICE ~60,000.0')
    expect(text).toMatch(/EQUITY ~\d/)
    expect(text).toMatch(/LIQ 1 .* ~-712,758 .* ~0\.00/)
    expect(text).toMatch(/!! NOT LIVE/)
    expect(text).toContain('PRICE ~60,000.0  ~-12.31%')
    expect(text).toContain('LIQUIDATED ~1 ~-712,758')
    expect(text).toContain('! ~1 order would fill on the way')
    // A move that is typed is no number of the exchange.
    const moved = whatIf({ target: { kind: 'move', fraction: -0.1 } })
    expect(screen(moved, { now: T0 + 90_000 })).toMatch(/PRICE ~[\d,.]+ {2}-10\.00%/)
  })

  test('hides amounts with privacy on, and no price and percentage', () => {
    const text = screen({ ...AT_60000, amounts: 'masked' })
    expect(text).not.toMatch(/712,758|2,015,086|10,000/)
    expect(text).toContain('60,000.0')
    expect(text).toContain('66,809.5')
  })

  test('gives amounts in dollars at the index of that price', () => {
    const text = screen({ ...AT_60000, unit: 'USD' })
    // 712,758 sat at 68,412·60,000/68,420.5.
    expect(text).toContain('-427.60')
  })

  test('names what is unknown and why, and keeps the rest', () => {
    const store = sampleStore()
    const other = madePosition({ id: 'eeee', otherMarket: 'eth_usd' })
    store.dispatch(resetEvent(T0 - 100, { isolated: readAt(T0 - 100, [madePosition(), other]) }))
    const text = screen(AT_60000, { store })
    expect(text).toContain('! eeee LONG: it is of another market')
    expect(text).toContain('EQUITY ··· a position of another market is not valued')
    expect(text).toMatch(/LIQ 1 +7f3a LONG/)
  })

  test('shows what is typed until Enter', () => {
    expect(screen(whatIf({ text: '-10' }))).toContain('▸ -10█ Enter')
  })

  test('scrolls a list that does not fit, and counts the rest', () => {
    const store = sampleStore()
    const many = Array.from({ length: 40 }, (_, index) => madePosition({ id: `a${index}` }))
    store.dispatch(resetEvent(T0 - 100, { isolated: readAt(T0 - 100, many) }))
    expect(screen(AT_60000, { store })).toMatch(/\+\d+ more: \d+ below/)
  })
})

describe('the size', () => {
  test.each(LAYOUT_SIZES)('shows quantity, loss, margin and the warning at %i×%i', (columns, rows) => {
    const text = screen(size({ stop: '67000', leverage: '90' }), { columns, rows })
    expect(text).toMatch(/size +LONG 3,\d{3} USD at 68,423\.0, 90x/)
    expect(text).toMatch(/! liquidation at 67,\d{3}\.\d comes before the stop/)
    expect(text).toMatch(/at stop +costs \d{3},\d{3} sat of 128,437/)
    expect(text).not.toContain('…')
  })

  test('draws the overlay at 80×24', async () => {
    await expect(`${screen(size({ stop: '67000' }))}\n`).toMatchFileSnapshot('screens/overlay-size.txt')
  })

  test.each([
    [{ stop: '' }, 'stop is missing'],
    [{ risk: '101', stop: '67000' }, 'the risk is a percentage above 0 and up to 100'],
    [{ risk: '0', stop: '67000' }, 'the risk is a percentage above 0 and up to 100'],
    [{ stop: '1.2.3' }, 'the stop is a price in USD'],
    [{ stop: '67000', leverage: '0' }, 'the leverage is a number from 1 to 100'],
    [{ stop: '68420' }, 'the stop is at the entry: there is no distance to it'],
  ])('refuses %j in one line', (texts, refusal) => {
    expect(screen(size(texts))).toContain(refusal)
  })

  test('marks every derived number of stale data, and no number that is typed', () => {
    const resultOf = (over: Partial<SizeInput['texts']>): string => {
      const lines = screen(size(over), { now: T0 + 90_000, columns: 200, rows: 60 }).split('\n')
      const from = lines.findIndex(line => /^ {2}size /.test(line))
      return lines.slice(from, lines.findIndex(line => /^ {2}liquidation /.test(line)) + 1).join('\n')
    }
    const typed = resultOf({ risk: '90', stop: '67000', leverage: '90' })
    expect(typed).toMatch(
      /! liquidation at ~[\d,.]+ comes before the stop and costs ~[\d,.]+ sat: use at most ~\d+x/,
    )
    expect(typed).toMatch(/! margin and fees of ~[\d,]+ sat exceed the free balance of ~[\d,]+ sat/)
    expect(typed.replace('90x', '')).not.toMatch(/(?<![~\d.,])\d/)
    expect(resultOf({ stop: '67000' })).not.toMatch(/(?<![~\d.,])\d/)
    const entered = resultOf({ stop: '67000', entry: '68000' })
    expect(entered).toMatch(/at 68,000\.0, ~\d+x/)
    expect(entered).toMatch(/; 1\.471% away/)
    expect(resultOf({ risk: '100', stop: '68300' })).toContain('accepts at most 500,000 USD')
  })

  test('is refused while the equity is unknown', () => {
    const store = openStore()
    store.dispatch(resetEvent(T0 - 100, { isolatedOrders: null }))
    const text = screen(size({ stop: '67000' }), { store })
    expect(text).toMatch(/! the equity is not known: .*orders/)
  })

  test('hides amounts with privacy on, in warnings as well', () => {
    const text = screen({ ...size({ risk: '50', stop: '67000', leverage: '90' }), amounts: 'masked' })
    expect(text).not.toMatch(/\d sat/)
    expect(text).toContain('68,423.0')
    const old = { now: T0 + 90_000 }
    const masked = screen({ ...size({ risk: '50', stop: '67000', leverage: '90' }), amounts: 'masked' }, old)
    expect(masked).not.toMatch(/\d sat|~ /)
  })
})

function storeWith(over: Parameters<typeof resetEvent>[1]) {
  const store = sampleStore()
  store.dispatch(resetEvent(T0 - 100, over))
  return store
}

describe('the detail of an order', () => {
  const order = { overlay: 'order', focus: 'orders' } as const

  test.each(LAYOUT_SIZES)(
    'shows the reserve and the new liquidation of an isolated order at %i×%i',
    (columns, rows) => {
      const store = storeWith({ isolatedOrders: readAt(T0 - 100, [madeOrder()]) })
      const text = screen(order, { store, columns, rows })
      expect(text).toContain('781,955 sat: margin and both fees')
      // 1/(1/66,500 + 751,879/1e8/10,000) on the tick.
      expect(text).toMatch(/liquidation +63,333\.5 +4\.76% from the order/)
      expect(text).toContain('7f3a LONG is liquidated before this price')
      expect(text).not.toContain('…')
    },
  )

  test('draws the overlay at 80×24', async () => {
    await expect(`${screen(order)}\n`).toMatchFileSnapshot('screens/overlay-order.txt')
  })

  test('shows the changed entry, margin and liquidation of the cross position', () => {
    const cross = madeOrder({
      id: 'cccc',
      mode: 'cross',
      quantityUsd: 5_000,
      leverage: null,
      reservedSats: null,
      priceUsd: usd(66_500),
    })
    const store = storeWith({ isolatedOrders: readAt(T0 - 100, []), crossOrders: readAt(T0 - 100, [cross]) })
    const text = screen(order, { store })
    expect(text).toContain('nothing of the balance; its fill uses 1,503,759 sat of the cross')
    expect(text).toMatch(/position +30,000 LONG +was 25,000 LONG/)
    // 30,000/(25,000/67,300 + 5,000/66,500).
    expect(text).toMatch(/entry +67,165\.\d +was 67,300\.0/)
    expect(text).toMatch(/margin +8,992,482 sat/)
    expect(text).toMatch(/exposure +net \+35,000 USD, now \+30,000/)
  })

  test('says that a fill closes the cross position, with what it realizes', () => {
    const close = madeOrder({
      id: 'cccc',
      mode: 'cross',
      side: 'short',
      quantityUsd: 25_000,
      leverage: null,
      priceUsd: usd(70_000),
    })
    const store = storeWith({ isolatedOrders: readAt(T0 - 100, []), crossOrders: readAt(T0 - 100, [close]) })
    const text = screen(order, { store })
    expect(text).toContain('closed: the cross position is flat')
    expect(text).toContain('realizes +1,432,817 sat')
  })

  test('selects another order with the keys, marks it, and keeps it visible', () => {
    const orders = Array.from({ length: 30 }, (_, index) =>
      madeOrder({ id: `o${index}x`, priceUsd: usd(60_000 + index) }),
    )
    const store = storeWith({ isolatedOrders: readAt(T0 - 100, orders) })
    const text = screen({ focus: 'orders', view: 'orders', selectedOrderId: 'o20x' }, { store })
    expect(text).toMatch(/^▸ limit BUY .* 60,020\.0/m)
    expect(screen({ ...order, selectedOrderId: 'o20x' }, { store })).toContain('60,020.0')
  })

  test('marks a row that is not current', () => {
    const text = screen(order, { now: T0 + 90_000 })
    expect(text).toMatch(/liquidation +~63,333\.5/)
    expect(text).toMatch(/fee +~-/)
    expect(text).toMatch(/exposure +net ~\+[\d,]+ USD, now ~\+/)
    const unreported = madeOrder({ reservedSats: null })
    const store = storeWith({ isolatedOrders: readAt(T0 - 100, [unreported]) })
    expect(screen(order, { store })).toContain('its fill uses 782,706 sat')
    expect(screen(order, { store, now: T0 + 90_000 })).toContain('its fill uses ~782,706 sat')
  })
})

describe('the events in full', () => {
  test.each(LAYOUT_SIZES)(
    'show a long announcement whole, with its text and link, at %i×%i',
    (columns, rows) => {
      const words = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ')
      const store = sampleStore()
      const link = 'https://lnmarkets.com/news/1'
      store.dispatch(
        changeEvent(READ_AT, { kind: 'announcement', id: 'n', title: 'Maintenance', message: words, link }),
      )
      store.dispatch(statusEvent(READ_AT))
      const whole = (offset: number) =>
        screen({ overlay: 'events', offsets: { overlay: offset } }, { store, columns, rows })
      const seen = [0, 4, 8, 12, 16].map(whole).join('\n')
      expect(seen).toContain('LN Markets: Maintenance')
      for (const word of [...words.split(' '), link]) expect(seen).toContain(word)
    },
  )
})

test('amounts of an order detail are hidden with privacy on', () => {
  const text = screen(
    { overlay: 'order', focus: 'orders', amounts: 'masked' },
    {
      store: storeWith({ isolatedOrders: readAt(T0 - 100, [madeOrder({ reservedSats: sats(781_955) })]) }),
    },
  )
  expect(text).not.toMatch(/781,955|10,000|\+30,000|751,880/)
})
