import { expect, test } from 'vitest'
import type { Theme } from '../../src/tui/paint/theme.ts'
import { openScreenWriter } from '../../src/tui/terminal/screen-writer.ts'
import { openEmulatedScreen } from '../support/screen.ts'
import { DARK } from '../support/themes.ts'
import { screenOf } from './render.tsx'
import { contextOf, read, sampleStore } from './sample-screens.ts'

test('draws the live screen at 80×24', () => {
  expect(read(contextOf(sampleStore())).split('\n')).toEqual([
    ' axisor main · mainnet · RO key ● LIVE  ws direct  age 0.4s  rtt 38ms  18:47:40Z',
    ' BTC idx 68,412.0  bid 68,418.0  ask 68,423.0  1h ▲ +0.31%      ▁▂▂▃▅▅▆▅▆▇▇▆ 1h',
    ' EQUITY 12,843,703 sat ≈ 8,786.63 USD  FREE 2,015,086  MARGIN 10,428,066  81%',
    ' UNREAL +400,551 sat  REAL 24h net -29,532  FUNDING -1,842 in 1h12m',
    '── POSITIONS 3 · P&L gross, valued at close side (bid/ask) ─ sort risk ▼ · sat ─',
    '  RISK MOD SIDE    QTY $    ENTRY       P&L   ROI%      LIQ  DIST% TO LIQ  LEV',
    '▸ CRIT iso LONG   10,000 70,150.0  -360,869  -50.6 66,809.5   2.35 ▓░░░░░░ 20x',
    '  ok   iso SHORT   5,000 69,900.0  +154,409  +21.6 77,666.5  13.51 ▓▓▓▓░░░ 10x',
    '  ok   X   LONG   25,000 67,300.0  +607,011   +6.7 54,174.5  20.82 ▓▓▓▓▓▓░  5x',
    '',
    ' ▸ 7f3a iso LONG  margin 712,758  SL none  TP 72,400  age 2d04h  funding -3,110',
    "   liq is 1,608 USD away = 0.65× today's range (2,490)   break-even 70,290.4",
    '── ORDERS 1 ────────────────────────────────────────────────────────────────────',
    '  limit BUY  10,000 $ @ 66,500.0  iso 20x  2.80% below bid past LIQ open 3h12m',
    '── EVENTS ───────────────────────────────────────────────────────── local time ─',
    '  15:47:31 ‼  CRIT 7f3a LONG 2.35% from liquidation (was 4.02% at 15:31)',
    '  15:31:02 !  WARN 7f3a LONG 4.02% from liquidation',
    '  09:14:55    reconnected after 6.2s gap; resync ok (3 pos, 1 order)',
    '  09:14:48 !  link lost: the exchange closed the connection (1006)',
    '  09:00:00    7f3a funding settled -1,790 sat',
    '  08:00:00    connected (3 pos, 1 order)',
    '',
    '‼ CRIT ISO LONG 7f3a — 2.35% (1,608 USD) to liquidation, no stop-loss  [a]ck',
    ' ?help  1-6 view  j/k move  ⏎ detail  s sort  u unit  / filter  f freeze  q quit',
  ])
})

test.each([
  [100, 30],
  [120, 40],
  [200, 60],
])('draws the live screen at %i×%i', async (columns, rows) => {
  await expect(`${read(contextOf(sampleStore(), { columns, rows }))}\n`).toMatchFileSnapshot(
    `screens/live-${columns}x${rows}.txt`,
  )
})

test('adds the close price, the margin and the stops from 100 columns on', () => {
  const [, , , , , header = ''] = read(contextOf(sampleStore(), { columns: 100, rows: 30 })).split('\n')
  expect(header).toContain('CLOSE@')
  expect(header).toContain('MARGIN')
  expect(read(contextOf(sampleStore(), { columns: 108, rows: 30 }))).toMatch(/SL\/TP/)
})

test('draws chart and ladder at 120×40 and neither at 80×24', () => {
  const large = read(contextOf(sampleStore(), { columns: 120, rows: 40 }))
  expect(large).toContain('PRICE LADDER')
  expect(large).toContain('BTC/USD 1h')
  expect(read(contextOf(sampleStore()))).not.toMatch(/LADDER|BTC\/USD 1h/)
})

/** The bytes written for the sample screen, and the terminal after them. */
function written(theme: Theme) {
  const seen = openEmulatedScreen(80, 24)
  let bytes = ''
  const writer = openScreenWriter({
    write(text) {
      bytes += text
      seen.write(text)
    },
  })
  writer.enter()
  writer.show(screenOf(contextOf(sampleStore()), theme))
  return { seen, bytes }
}

test('shows the same text, signs and arrows without colors', () => {
  const plain = written({ ...DARK, colorDepth: 1 })
  expect(plain.bytes).not.toMatch(/\[(?:\d+;)*(?:3[0-9]|9[0-7])/)
  expect(plain.seen.text()).toBe(written(DARK).seen.text())
})

test('draws gain and loss in green and red, or in blue and orange for the colorblind theme', () => {
  const styleOf = (name: Theme['name'], row: number): string | undefined =>
    written({ ...DARK, name, colorDepth: 8 }).seen.cells()[row]?.[38]?.look
  expect([styleOf('dark', 6), styleOf('dark', 7)]).toEqual(['38;5;210', '38;5;77'])
  expect([styleOf('colorblind', 6), styleOf('colorblind', 7)]).toEqual(['38;5;208', '38;5;75'])
})

test('writes only ASCII without Unicode, and moves nothing', () => {
  const { seen } = written({ ...DARK, unicode: false })
  expect([...seen.text()].filter(sign => sign > '~')).toEqual([])
  expect(seen.text()).toContain(
    '> CRIT iso LONG   10,000 70,150.0  -360,869  -50.6 66,809.5   2.35 #...... 20x',
  )
})
