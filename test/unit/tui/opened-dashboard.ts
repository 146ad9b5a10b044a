import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { onTestFinished } from 'vitest'
import { isAudible } from '../../../src/alerts/host/alert-monitor.ts'
import { usd } from '../../../src/domain/units.ts'
import type { AccountHistory } from '../../../src/ports/account-history.ts'
import type { Store } from '../../../src/store/store.ts'
import { type DashboardOptions, openDashboard } from '../../../src/tui/dashboard.tsx'
import { ENGLISH } from '../../../src/tui/lang/translate.ts'
import type { Theme } from '../../../src/tui/paint/theme.ts'
import type { Pace } from '../../../src/tui/view/render-context.ts'
import { sampleStore } from '../../frames/sample-screens.ts'
import { openDefaultAlerts } from '../../support/alert-log.ts'
import { type FakeClock, openFakeClock } from '../../support/fake-clock.ts'
import { changeEvent, T0 } from '../../support/samples.ts'
import { openEmulatedScreen } from '../../support/screen.ts'
import { DARK } from '../../support/themes.ts'

/** A dashboard on a terminal whose screen can be read. */
export function opened({
  store = sampleStore(),
  stdinIsTerminal = true,
  localOffsetMinutes = () => -180,
  ref = () => {},
  pace = 'full',
  mouse = true,
  history = null,
  clock = openFakeClock(T0),
  theme = DARK,
  probe = null,
}: {
  clock?: FakeClock
  theme?: Theme
  probe?: DashboardOptions['probe']
  history?: AccountHistory | null
  store?: Store
  stdinIsTerminal?: boolean
  localOffsetMinutes?: (atMs: number) => number
  /** Called when Ink starts to read keys. */
  ref?: () => void
  pace?: Pace
  mouse?: boolean
} = {}) {
  let seen = openEmulatedScreen(80, 24)
  const writes: string[] = []
  const stdout = Object.assign(new EventEmitter(), {
    columns: 80,
    rows: 24,
    isTTY: true,
    writableNeedDrain: false,
    write(text: string) {
      writes.push(text)
      seen.write(text)
      return true
    },
  })
  const raw: boolean[] = []
  const stdin = Object.assign(new PassThrough(), {
    isTTY: stdinIsTerminal,
    setRawMode: (on: boolean) => void raw.push(on),
    ref,
    unref: () => {},
  })
  const actions: string[] = []
  const alerts = openDefaultAlerts(store, clock)
  alerts.subscribe(({ notices }) => {
    if (notices.some(isAudible)) actions.push('bell')
  })
  const dashboard = openDashboard({
    accounts: [
      {
        profile: 'main',
        address: 'test',
        store,
        alerts,
        history,
        actions: { resync: () => void actions.push('resync') },
      },
    ],
    clock,
    stdin: stdin as never,
    stdout: stdout as never,
    theme,
    probe,
    t: ENGLISH,
    numberFormat: 'en',
    localOffsetMinutes,
    httpEveryMs: 5_000,
    pace,
    mouse,
    hasProgress: false,
    actions: {
      exportCsv: async shown => {
        actions.push(`export ${shown.pane} ${shown.rows.length}`)
        return `exported ${shown.rows.length} rows`
      },
      suspend: () => void actions.push('suspend'),
    },
  })
  onTestFinished(async () => {
    dashboard.close()
    await alerts.close()
  })
  return {
    dashboard,
    alerts,
    store,
    clock,
    stdout,
    actions,
    raw,
    writes,
    seen: () => seen,
    async press(keys: string) {
      stdin.write(keys)
      await clock.settle()
      await clock.settle()
    },
    /** Resizes the window; Ink has not committed the new size when it returns. */
    resize(columns: number, rows: number) {
      seen = openEmulatedScreen(columns, rows)
      seen.write('\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l')
      Object.assign(stdout, { columns, rows })
      stdout.emit('resize')
    },
  }
}

/** The last price has changed. */
export function priceAt(at: number, price: number) {
  return changeEvent(at, { kind: 'last-price', lastPriceUsd: usd(price) }, null)
}

/** The index price has changed. */
export function indexAt(at: number, price: number) {
  return changeEvent(at, { kind: 'index', indexUsd: usd(price) }, null)
}
