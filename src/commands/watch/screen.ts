import { appearanceFrom } from '../../config/appearance.ts'
import { EXIT, type ExitCode } from '../../domain/error.ts'
import { DEFAULT_POLICY } from '../../feed/policy.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Store } from '../../store/store.ts'
import type { Dashboard } from '../../tui/dashboard.tsx'
import { openWatched, type WatchedContext } from '../alerts/open-watched.ts'
import { terminalNotices } from '../alerts/terminal-notices.ts'
import type { CommandContext } from '../command-context.ts'
import type { SourceSettings } from '../source-settings.ts'
import { openScreenTheme } from './screen-theme.ts'

export type ScreenContext = WatchedContext &
  Pick<CommandContext, 'signals' | 'localOffsetMinutes' | 'openHistory' | 'findOutbox'>

/** The longest wait before the first frame: short enough to seem immediate. */
const FIRST_FRAME_WAIT_MS = 100

/**
 * Runs the dashboard, with the low pace or the one that suits the line, until the user quits or a signal arrives. The terminal is restored in every case, also after a bug.
 * @throws AxisorError no-credentials before the screen is opened; after it, the error that stopped the source
 */
export async function watchOnScreen(
  settings: SourceSettings,
  lowBandwidth: boolean,
  context: ScreenContext,
): Promise<ExitCode> {
  const { clock, terminal, signals, env, localOffsetMinutes, onCrash } = context
  const requirements = { account: true, retryRefusedKey: true, candlesAndHistory: true, equity: false }
  const watched = await openWatched(settings, requirements, context, { command: 'axisor watch' })
  const { source, store, host: alerts, terminal: channels } = watched
  const { exchange } = source
  source.feed.start(event => store.dispatch(event))
  // Loaded while the feed connects, and only with a ledger to fill.
  const history =
    exchange === null
      ? null
      : (await import('./account-history.ts')).openAccountHistory(exchange, store, settings, context)
  // The terminal answers while the dashboard is loaded.
  const { probe, theme } = await openScreenTheme(settings, lowBandwidth, context)
  const openDashboard = await loadDashboard(store, clock, probe?.answered)
  const { isRemote, hasProgress } = appearanceFrom(env)

  function suspend(): void {
    dashboard.suspend()
    signals.suspend()
    dashboard.resume()
  }
  const dashboard: Dashboard = openDashboard({
    store,
    clock,
    alerts,
    history: history?.shown ?? null,
    stdin: probe?.stdin ?? terminal.stdin,
    stdout: terminal.stdout,
    theme: theme(),
    probe,
    profile: source.name,
    localOffsetMinutes,
    httpEveryMs: DEFAULT_POLICY.httpEveryMs,
    pace: lowBandwidth ? 'low' : isRemote ? 'remote' : 'full',
    hasProgress,
    mouse: !settings.noMouse,
    actions: {
      resync: () => source.feed.resync(),
      followCandles: range => source.feed.followCandles?.(range),
      suspend,
      exportCsv: async shown => (await import('./export-shown.ts')).exportShown(shown, context),
      notify(notices) {
        const text = terminalNotices(notices, {
          channels: channels(),
          insideTmux: (env.TMUX ?? '') !== '',
          host: alerts.view().host,
        })
        if (text !== '') void terminal.print(text)
      },
    },
  })
  const cleanups = [
    () => probe?.close(),
    onCrash(() => dashboard.close()),
    signals.on('SIGTSTP', suspend),
    signals.on('SIGCONT', () => dashboard.redraw()),
  ]
  try {
    const end = await Promise.race([dashboard.done, context.interrupted])
    dashboard.close()
    if (end !== 'quit') return end
    const { status } = store.state()
    if (status?.link === 'stopped' && status.lastError !== null) throw status.lastError
    return EXIT.done
  } finally {
    dashboard.close()
    await watched.close()
    await history?.close()
    for (const cancel of cleanups) cancel()
  }
}

/**
 * Connecting takes about as long as loading the dashboard, and a terminal answers sooner. A short wait puts the first snapshot and the
 * right colors into the first frame.
 */
async function loadDashboard(store: Store, clock: Clock, answered: Promise<void> = Promise.resolve()) {
  const [{ openDashboard }] = await Promise.all([
    import('../../tui/dashboard.tsx'),
    atMost(FIRST_FRAME_WAIT_MS, clock, Promise.all([firstSnapshot(store), answered])),
  ])
  return openDashboard
}

function firstSnapshot(store: Store): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const unsubscribe = store.subscribe(() => {
    if (store.state().lastSnapshot === null) return
    unsubscribe()
    resolve()
  })
  return promise
}

/** Waits for a promise, at most `maxMs`. */
function atMost(maxMs: number, clock: Clock, promise: Promise<unknown>): Promise<unknown> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const cancel = clock.after(maxMs, resolve)
  return Promise.race([promise, late]).finally(cancel)
}
