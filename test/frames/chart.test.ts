import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CANDLE_LENGTHS, type CandleLength, candleLengthMs } from '../../src/domain/candle-range.ts'
import type { Candle } from '../../src/domain/market.ts'
import { usd } from '../../src/domain/units.ts'
import type { Store } from '../../src/store/store.ts'
import { textOfLine, widthOfLine } from '../../src/tui/paint/line.ts'
import { halfRowOf, plotOf, slotsOf } from '../../src/tui/panes/candle-plot.ts'
import { chartPanel } from '../../src/tui/panes/chart.ts'
import { chartLevelsOf } from '../../src/tui/panes/chart-levels.ts'
import { levelsOf } from '../../src/tui/panes/levels.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { statusEvent, T0 } from '../support/samples.ts'
import { DARK } from '../support/themes.ts'
import { screenOf, screenText } from './render.tsx'
import { chartCandles, contextOf, READ_AT, read, sampleStore, withUi } from './sample-screens.ts'

const show = (store: Store, range: CandleLength, candles: readonly Candle[]): void =>
  store.dispatch({ type: 'chart', at: READ_AT, range, result: { candles } })

/** The sample account with its chart in a range. */
function charted(range: CandleLength, columns = 200, rows = 60, over: Partial<RenderContext['ui']> = {}) {
  const store = sampleStore()
  const lengthMs = candleLengthMs(range)
  show(store, range, chartCandles(lengthMs, Math.floor(T0 / lengthMs) * lengthMs))
  return withUi(contextOf(store, { columns, rows }), { candleRange: range, ...over })
}

const linesOf = (context: RenderContext, width: number, height: number): readonly string[] =>
  chartPanel(context).draw(width, height).map(textOfLine)

const SIGNS = /[╵╷┃║╽╿╹╻▀▄█▒│]/u

test.each([
  [120, 40, 41],
  [160, 50, 62],
  [200, 60, 102],
  [300, 80, 202],
] as const)('fills the chart at %i×%i with as many candles as fit', (columns, rows, count) => {
  const context = charted('15m', columns, rows)
  const screen = read(context)
  expect(screen).toContain('BTC/USD 15m')
  const width = columns >= 160 ? columns - 72 - 4 : columns - 57
  expect(slotsOf(chartCandles(900_000), '15m', width - 22).candles).toHaveLength(
    Math.min(count, 240) - (count > 35 ? 5 : 0),
  )
  const lines = linesOf(context, width, 20)
  const drawn = lines.slice(0, -1).map(line => line.slice(0, width - 22))
  for (let column = 0; column < width - 22; column++) {
    // Five candles are missing: a gap.
    const isGap = column >= width - 22 - 35 && column < width - 22 - 30
    expect([column, drawn.some(line => SIGNS.test(line[column] ?? ''))]).toEqual([column, !isGap])
  }
})

test('labels the times of the chosen zone, with the date at midnight', () => {
  const last = (context: RenderContext) => linesOf(context, 124, 30).at(-1)?.trim().split(/ +/) ?? []
  // The candle of 12:00 is missing.
  expect(last(charted('1h', 200, 60, { zone: 'utc' })).slice(-3)).toEqual(['13:00', '11-23', '12:00'])
  expect(last(charted('1h')).slice(-3)).toEqual(['11-22', '12:00', '11-23'])
  expect(last(charted('1m', 200, 60, { zone: 'utc' })).slice(-2)).toEqual(['18:30', '18:40'])
  expect(last(charted('1d')).at(-1)).toMatch(/^\d\d-\d\d$/)
  expect(last(charted('1w')).at(-1)).toMatch(/^2026-\d\d$/)
})

test('draws the same rows again as long as nothing has changed', () => {
  const candles = chartCandles()
  const scale = { topUsd: 70_000, bottomUsd: 66_000, rows: 20 }
  expect(plotOf(candles, '1h', 100, scale)).toBe(plotOf(candles, '1h', 100, { ...scale }))
  expect(plotOf(candles, '1h', 100, scale)).not.toBe(plotOf(candles, '1h', 101, scale))
})

const level = fc.integer({ min: 40_000, max: 120_000 }).map(usd)

describe('for any levels, candles and sizes', () => {
  const some = fc.record({
    range: fc.constantFrom(...CANDLE_LENGTHS),
    columns: fc.integer({ min: 32, max: 260 }),
    rows: fc.integer({ min: 5, max: 70 }),
    liquidationPriceUsd: fc.option(level),
    takeProfitUsd: fc.option(level),
    stopLossUsd: fc.option(level),
    first: fc.nat({ max: 230 }),
  })
  const contextFor = ({ range, first, liquidationPriceUsd, takeProfitUsd, stopLossUsd }: never) => {
    const store = sampleStore()
    const lengthMs = candleLengthMs(range)
    show(store, range, chartCandles(lengthMs, Math.floor(T0 / lengthMs) * lengthMs).slice(first))
    const context = withUi(contextOf(store), { candleRange: range })
    const positions = context.model.positions.map((row, index) =>
      index === 0
        ? { ...row, position: { ...row.position, liquidationPriceUsd, takeProfitUsd, stopLossUsd } }
        : row,
    )
    return { ...context, model: { ...context.model, positions } }
  }

  test('no line is wider than the pane, and there are as many as rows', () => {
    fc.assert(
      fc.property(some, of => {
        const lines = chartPanel(contextFor(of as never)).draw(of.columns, of.rows)
        expect(lines).toHaveLength(of.rows)
        for (const line of lines) expect(widthOfLine(line)).toBeLessThanOrEqual(of.columns)
      }),
    )
  })

  test('each near level is named or counted, and those beyond the scale are named or counted at an edge', () => {
    fc.assert(
      fc.property(some, of => {
        const context = contextFor(of as never)
        const text = chartPanel(context).draw(of.columns, of.rows).map(textOfLine).join('\n')
        const named = (text.match(/\d LIQ|\d SL|\d TP|\d E |\d order|\d ◂ bid|\d ◂ last/gu) ?? []).length
        const joined = (text.match(/ \+(LIQ|SL|TP|E|order|bid|last)/gu) ?? []).length
        const counted = [...text.matchAll(/ \+(\d+)/gu)].reduce((sum, [, count]) => sum + Number(count), 0)
        // And the last price.
        expect(named + joined + counted).toBe(levelsOf(context).length + 1)
      }),
    )
  })

  test('the highest and the lowest candle are at the edges if no level is farther', () => {
    fc.assert(
      fc.property(some, ({ range, columns, rows }) => {
        const candles = chartCandles(candleLengthMs(range))
        const shown = slotsOf(candles, range, columns).candles
        const topUsd = Math.max(...shown.map(({ highUsd }) => highUsd))
        const bottomUsd = Math.min(...shown.map(({ lowUsd }) => lowUsd))
        const scale = { topUsd, bottomUsd, rows }
        const plot = plotOf(candles, range, columns, scale).map(({ plain }) => textOfLine(plain))
        expect(plot[0]).toMatch(SIGNS)
        expect(plot.at(-1)).toMatch(SIGNS)
        expect([halfRowOf(scale, topUsd), halfRowOf(scale, bottomUsd)]).toEqual([0, 2 * rows - 1])
      }),
    )
  })
})

test('extends the scale for a near liquidation, and not for a far one', () => {
  const context = contextOf(sampleStore())
  const kinds = (low: number, high: number) =>
    chartLevelsOf(context, low, high).near.map(({ kind, priceUsd }) => `${kind} ${priceUsd}`)
  expect(kinds(67_500, 69_000)).toContain('LIQ 66809.5')
  expect(kinds(68_300, 68_600)).not.toContain('LIQ 66809.5')
})

describe('a chart without candles says why', () => {
  const textFor = (store: Store, ui: Partial<RenderContext['ui']> = {}) =>
    linesOf(withUi(contextOf(store), { candleRange: '3months', ...ui }), 60, 10)[0]?.trim()

  test('loading, refused, none, frozen, not connected', () => {
    const store = sampleStore()
    const { state } = store
    expect(textFor(store)).toBe('Loading 3months candles')
    expect(textFor(store, { frozen: { at: T0, state: state(), history: null } })).toContain(
      'frozen screen: f resumes',
    )
    store.dispatch({ type: 'chart', at: T0, range: '3months', result: { error: 'api.host replied 503' } })
    expect(textFor(store)).toBe('No 3months candles: api.host replied 503')
    show(store, '3months', [])
    expect(textFor(store)).toBe('The exchange has no 3months candles')
    const waiting = sampleStore()
    waiting.dispatch(statusEvent(T0, { link: 'waiting' }))
    expect(textFor(waiting)).toMatch(/^No 3months candles yet: they come over the stream/)
  })
})

test('marks candles that have ended, and those of a frozen screen', () => {
  const store = sampleStore()
  const titleAt = (now: number, ui: Partial<RenderContext['ui']> = {}) =>
    chartPanel(withUi(contextOf(store, {}, now), ui)).title
  expect(titleAt(T0)).toBe('BTC/USD 1h')
  expect(titleAt(T0 + 3_600_000)).toBe('BTC/USD 1h ~ until 11-23 16:00')
  expect(titleAt(T0, { frozen: { at: T0, state: store.state(), history: null } })).toBe('BTC/USD 1h ~')
})

test('a failed read stands above the candles that are known, with what they are joined from', () => {
  const store = sampleStore()
  const error = 'relay.home sends 1m and 1h candles only'
  store.dispatch({ type: 'chart', at: T0, range: '2h', result: { error } })
  const [remark] = linesOf(withUi(contextOf(store), { candleRange: '2h' }), 124, 20)
  expect(remark?.trim()).toBe(`No other 2h candles: ${error}; these are joined from 1h candles`)
})

test('shows the direction of a candle without color, and in plain ASCII', () => {
  const openedAt = Math.floor(T0 / 60_000) * 60_000
  const flat = (minutes: number, openUsd: number, closeUsd: number): Candle => ({
    openedAt: openedAt - minutes * 60_000,
    openUsd: usd(openUsd),
    closeUsd: usd(closeUsd),
    highUsd: usd(68_440),
    lowUsd: usd(68_400),
    volumeUsd: 1,
  })
  const candles = Array.from({ length: 60 }, (_, index) =>
    index % 2 === 0 ? flat(59 - index, 68_420, 68_421) : flat(59 - index, 68_421, 68_420),
  )
  const rows = plotOf(candles, '1m', 60, { topUsd: 68_440, bottomUsd: 68_400, rows: 10 })
  for (let column = 0; column < 60; column++) {
    const text = rows.map(({ plain }) => textOfLine(plain)[column]).join('')
    expect(text.includes('║')).toBe(column % 2 === 1)
  }
  const ascii = screenText(screenOf(charted('5m', 120, 40), { ...DARK, colorDepth: 1, unicode: false }))
  expect(ascii).toMatch(/^[\0-\x7f]*$/)
  expect(ascii).toMatch(/^ *[#:|.' ]*#[#:|.' ]*/m)
})
