// Runs bundled, in production mode, in its own process, to measure the dashboard as it is shipped.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RowPages } from '../src/feed/ledger/row-pages.ts'
import { openLedgerFile } from '../src/node/ledger/open-ledger.ts'
import { openThreadedLedger } from '../src/node/ledger/threaded-ledger.ts'
import { INITIAL_UI, PANES, type View } from '../src/tui/input/ui-state.ts'
import { planOf } from '../src/tui/layout/plan.ts'
import { cellPainterOf } from '../src/tui/terminal/cell-painter.ts'
import { drawPanes, paintPanes } from '../src/tui/terminal/paint-panes.ts'
import type { RenderContext } from '../src/tui/view/render-context.ts'
import { contextOf, sampleStore } from '../test/frames/sample-screens.ts'
import { DARK } from '../test/support/themes.ts'
import { fillLedger } from './made-ledger.ts'
import { placeByHand } from './no-ink.ts'
import { median, type Result } from './result.ts'

const TRADES = 100_000
const RUNS = 40
const PAGE = 200
const SIZE = { columns: 120, rows: 40 }

/** Longest time for which this thread was blocked while the work ran. */
async function blockedMs(work: Promise<unknown>): Promise<number> {
  let longest = 0
  let isDone = false
  const done = work.finally(() => {
    isDone = true
  })
  while (!isDone) {
    const before = performance.now()
    await new Promise(resolve => setTimeout(resolve, 1))
    longest = Math.max(longest, performance.now() - before)
  }
  await done
  return longest
}

/** The first frame of a view, with a window that no other one has warmed. */
function frameMs(context: RenderContext, view: View): number {
  const painter = cellPainterOf(DARK)
  const shown = { ...context, ui: { ...INITIAL_UI, view, focus: PANES[view][0] }, scrollLimits: new Map() }
  const before = performance.now()
  paintPanes(drawPanes(placeByHand(planOf(shown), SIZE), shown), shown, painter)
  return performance.now() - before
}

/** View 4 of a ledger of 100,000 trades: its frame, and what its rows and sums cost. */
async function measured(): Promise<readonly Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'axisor-bench-history-'))
  try {
    const path = join(folder, 'ledger.db')
    const { ledger } = await openLedgerFile(path)
    await fillLedger(ledger, TRADES)
    await ledger.close()
    const now = Date.UTC(2026, 0)
    const startedAt = performance.now()
    const opened = await openThreadedLedger(path, process.argv[2])
    const openMs = performance.now() - startedAt
    const firstAt = performance.now()
    const blocked = await blockedMs(opened.history.summary(now))
    const summaryMs = performance.now() - firstAt
    const summary = await opened.history.summary(now)
    const pageAt = performance.now()
    const { rows: page } = await opened.history.rows(TRADES / 2, PAGE)
    const pageMs = performance.now() - pageAt
    const rows = new RowPages(summary.count).with(0, (await opened.history.rows(0, PAGE)).rows)
    await opened.ledger.close()
    if (page.length !== PAGE) throw new Error('a page is not complete')
    const view = { summary, rows, rowsRead: 0, problems: [], notice: null, story: null }
    const context = contextOf(sampleStore(), { ...SIZE, history: view })
    const timesOf = (of: View): number => median(Array.from({ length: RUNS }, () => frameMs(context, of)))
    const [history, overview, funding] = [timesOf('history'), timesOf('overview'), timesOf('funding')]
    return [
      {
        name: 'view 4, first frame, beyond that of the overview',
        value: Math.max(0, history - overview),
        unit: 'ms',
        target: 50,
        note: `${history.toFixed(2)} ms`,
      },
      { name: 'the overview, the same', value: overview, unit: 'ms', target: null },
      { name: 'view 5, the same', value: funding, unit: 'ms', target: null },
      { name: 'a page from the middle of the list', value: pageMs, unit: 'ms', target: 50 },
      { name: 'the first sums and list, on the thread', value: summaryMs, unit: 'ms', target: null },
      { name: 'screen blocked meanwhile', value: blocked, unit: 'ms', target: 50 },
      { name: 'the thread and the check of the file', value: openMs, unit: 'ms', target: null },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

process.stdout.write(JSON.stringify(await measured()))
process.exit(0)
