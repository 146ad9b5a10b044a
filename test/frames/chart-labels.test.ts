import { expect, test } from 'vitest'
import { textOfLine, widthOfLine } from '../../src/tui/paint/line.ts'
import { type ChartLevel, levelLabels } from '../../src/tui/panes/chart-levels.ts'
import { contextOf, sampleStore } from './sample-screens.ts'

const COLUMNS = 22
const SCALE = { topUsd: 2_000_000, bottomUsd: 0, rows: 1 }

const level = (kind: ChartLevel['kind'], priceUsd: number): ChartLevel => ({
  kind,
  priceUsd,
  owner: kind === 'order' ? 'BUY 10,000 (past LIQ!)' : kind === 'bid' || kind === 'last' ? '' : '7f3a LONG',
  risk: 'ok',
})

test.each(['LIQ', 'bid', 'last', 'SL', 'TS', 'TP', 'entry', 'order'] as const)(
  'a label that begins with %s has the whole count of the levels in its row',
  kind => {
    for (const priceUsd of [9.5, 66_809.5, 1_234_567])
      for (const others of [1, 2, 9, 10, 99, 100, 999, 2_341]) {
        const levels = [level(kind, priceUsd), ...Array<ChartLevel>(others).fill(level('order', priceUsd))]
        const label = levelLabels(contextOf(sampleStore()), levels, SCALE, COLUMNS).get(0) ?? []
        const text = textOfLine(label)
        expect(widthOfLine(label)).toBeLessThanOrEqual(COLUMNS)
        expect(text).not.toContain('…')
        if (!text.endsWith('+order')) expect(text).toMatch(new RegExp(` \\+${others}$`))
      }
  },
)
