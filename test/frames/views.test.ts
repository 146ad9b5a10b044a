import { expect, test } from 'vitest'
import { VIEWS } from '../../src/tui/input/ui-state.ts'
import { choosing, read, sceneOf, sketchStore } from './sample-screens.ts'

test.each(VIEWS.filter(view => view !== 'overview'))('the view %s at 80×24', async view => {
  const focus = {
    positions: 'positions',
    orders: 'orders',
    history: 'closed',
    funding: 'funding',
    diagnostics: 'connection',
  } as const
  const scene = choosing(sceneOf(sketchStore()), { view, focus: focus[view] })
  await expect(`${read(scene)}\n`).toMatchFileSnapshot(`screens/view-${view}.txt`)
})

test.each(['help', 'detail', 'alerts', 'log'] as const)(
  '%s lies over the view; state and risk stay',
  async overlay => {
    const text = read(choosing(sceneOf(sketchStore()), { overlay }))
    expect(text).toContain('● LIVE')
    expect(text).toContain('‼ CRIT ISO LONG 7f3a')
    await expect(`${text}\n`).toMatchFileSnapshot(`screens/overlay-${overlay}.txt`)
  },
)

test('the privacy mask hides every amount of sats and dollars, and no price or percentage', () => {
  for (const [columns, rows] of [
    [80, 24],
    [200, 60],
  ] as const)
    for (const overlay of ['none', 'detail'] as const) {
      const text = read(choosing(sceneOf(sketchStore(), { columns, rows }), { amounts: 'masked', overlay }))
      expect(text).not.toMatch(
        /12,843|8,786|2,015,086|360,869|712,758|10,000|25,000|16,908|1,842|7,214|400,551/,
      )
      expect(text).toContain('2.35')
      expect(text).toContain('70,150')
    }
})

test('the unit is printed and every amount follows it', () => {
  const at = (unit: 'BTC' | 'USD'): string => read(choosing(sceneOf(sketchStore()), { unit }))
  expect(at('BTC')).toContain('EQUITY 0.12843703 BTC ≈ 8,786.63 USD')
  expect(at('BTC')).toContain('-0.00360869')
  expect(at('USD')).toContain('EQUITY 8,786.63 USD')
  expect(at('USD')).toContain('-246.88')
})

test('net P&L is what is left after both fees, and it is said', () => {
  const text = read(choosing(sceneOf(sketchStore()), { basis: 'net' }))
  expect(text).toContain('P&L net')
  expect(text).toContain('NET P&L')
  // -360,869 less the opening fee 14,255 and floor(10,000·1e8·0.001/68,418) for closing.
  expect(text).toContain('-389,740')
})

test('an acknowledged alert stays on the screen and no longer asks', () => {
  const scene = sceneOf(sketchStore())
  const acknowledged = new Set([`${scene.model.positions[0]?.position.id} critical`])
  expect(read(scene)).toContain('[a]ck')
  expect(read(choosing(scene, { acknowledged }))).toMatch(/‼ CRIT ISO LONG.*acked/)
})

test('a filter narrows the list, says so, and counts what it hides', () => {
  const text = read(choosing(sceneOf(sketchStore()), { filter: { phase: 'set', text: 'short' } }))
  expect(text).toContain('filter "short"')
  expect(text).toContain('▸ ok   iso SHORT')
  expect(text).toContain('+2 more, worst CRIT 7f3a LONG 2.35%')
})

test('times of lists are local or UTC as wanted; the header is always UTC', () => {
  const utc = read(choosing(sceneOf(sketchStore()), { zone: 'utc' }))
  expect(utc).toContain('18:47:31 ‼  CRIT')
  expect(utc).toContain('─ UTC ─')
  expect(utc.split('\n')[0]).toContain('18:47:40Z')
})

test('an expanded pane has the body to itself', () => {
  const text = read(choosing(sceneOf(sketchStore()), { focus: 'events', expanded: 'events' }))
  expect(text).toContain('EVENTS')
  expect(text).not.toContain('POSITIONS')
})
