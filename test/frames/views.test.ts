import { expect, test } from 'vitest'
import { VIEWS } from '../../src/tui/input/ui-state.ts'
import { contextOf, madeAlert, read, sampleStore, withUi } from './sample-screens.ts'

test.each(VIEWS.filter(view => view !== 'overview'))('draws the view %s at 80×24', async view => {
  const focus = {
    positions: 'positions',
    orders: 'orders',
    history: 'closed',
    funding: 'funding',
    diagnostics: 'connection',
  } as const
  const context = withUi(contextOf(sampleStore()), { view, focus: focus[view] })
  await expect(`${read(context)}\n`).toMatchFileSnapshot(`screens/view-${view}.txt`)
})

test.each(['help', 'detail', 'alerts', 'log'] as const)(
  'draws the overlay %s and keeps state and risk',
  async overlay => {
    const text = read(withUi(contextOf(sampleStore()), { overlay }))
    expect(text).toContain('● LIVE')
    expect(text).toContain('‼ CRIT ISO LONG 7f3a')
    await expect(`${text}\n`).toMatchFileSnapshot(`screens/overlay-${overlay}.txt`)
  },
)

test('hides every amount and no price or percentage with privacy on', () => {
  for (const [columns, rows] of [
    [80, 24],
    [200, 60],
  ] as const)
    for (const overlay of ['none', 'detail'] as const) {
      const text = read(withUi(contextOf(sampleStore(), { columns, rows }), { amounts: 'masked', overlay }))
      expect(text).not.toMatch(
        /12,843|8,786|2,015,086|360,869|712,758|10,000|25,000|16,908|1,842|7,214|400,551/,
      )
      expect(text).toContain('2.35')
      expect(text).toContain('70,150')
    }
})

test('shows every amount in the chosen unit', () => {
  const at = (unit: 'BTC' | 'USD'): string => read(withUi(contextOf(sampleStore()), { unit }))
  expect(at('BTC')).toContain('EQUITY 0.12843703 BTC ≈ 8,786.63 USD')
  expect(at('BTC')).toContain('-0.00360869')
  expect(at('USD')).toContain('EQUITY 8,786.63 USD')
  expect(at('USD')).toContain('-246.88')
})

test('subtracts both fees from net P&L and labels it', () => {
  const text = read(withUi(contextOf(sampleStore()), { basis: 'net' }))
  expect(text).toContain('P&L net')
  expect(text).toContain('NET P&L')
  // -360,869 less the opening fee 14,255 and floor(10,000·1e8·0.001/68,418) for closing.
  expect(text).toContain('-389,740')
})

test('keeps an acknowledged alert on the screen, marked', () => {
  const context = contextOf(sampleStore())
  const alerts = { ...context.alerts, active: [madeAlert({ state: 'acknowledged' })] }
  expect(read(context)).toContain('[a]ck')
  expect(read({ ...context, alerts })).toMatch(/‼ CRIT ISO LONG.*acked/)
})

test('filters the list, names the filter and counts the hidden rows', () => {
  const text = read(withUi(contextOf(sampleStore()), { filter: { phase: 'set', text: 'short' } }))
  expect(text).toContain('filter "short"')
  expect(text).toContain('▸ ok   iso SHORT')
  expect(text).toContain('+2 more, worst CRIT 7f3a LONG 2.35%')
})

test('explains an empty order list when the filter hides every order', () => {
  const orders = (text: string): string =>
    read(withUi(contextOf(sampleStore()), { view: 'orders', filter: { phase: 'set', text } }))
  expect(orders('zzz')).toContain('No order matches the filter; Esc shows all')
  expect(orders('')).not.toContain('No order matches')
})

test('shows the times of lists in the chosen zone and the header in UTC', () => {
  const utc = read(withUi(contextOf(sampleStore()), { zone: 'utc' }))
  expect(utc).toContain('18:47:31 ‼  CRIT')
  expect(utc).toContain('─ UTC ─')
  expect(utc.split('\n')[0]).toContain('18:47:40Z')
})

test('gives an expanded pane the whole body', () => {
  const text = read(withUi(contextOf(sampleStore()), { focus: 'events', expanded: 'events' }))
  expect(text).toContain('EVENTS')
  expect(text).not.toContain('POSITIONS')
})
