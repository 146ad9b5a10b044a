import { appearanceFrom } from '../../config/appearance.ts'
import type { Settings } from '../../config/settings.ts'
import { EXIT, type ExitCode } from '../../domain/error.ts'
import { DEFAULT_POLICY } from '../../feed/policy.ts'
import type { Clock } from '../../ports/clock.ts'
import { openStore, type Store } from '../../store/store.ts'
import type { Dashboard } from '../../tui/dashboard.tsx'
import type { CommandContext } from '../command-context.ts'
import { openSource } from '../source.ts'

/** A screen may stay away for so long without seeming slow. */
const PATIENCE_MS = 100

/** The terminal's alarm. */
const BELL = '\x07'

/**
 * The dashboard, until the person quits or a signal comes; the terminal is given back in every case, also in that of a bug.
 * @throws AxisorError no-credentials before the screen is taken; after it, what stopped the source for good
 */
export async function watchOnScreen(call: CommandContext, settings: Settings): Promise<ExitCode> {
  const { clock, terminal, signals, env, localOffsetMinutes, onCrash } = call.world
  const source = await openSource(call, settings, { account: true, candlesAndHistory: true, equity: false })
  const store = openStore()
  source.feed.start(event => store.dispatch(event))
  // Dialling and loading the screen take about as long; a picture that is nearly there is waited for, so that the first frame has it.
  const [{ openDashboard }] = await Promise.all([
    import('../../tui/dashboard.tsx'),
    snapshotOr(store, clock, PATIENCE_MS),
  ])
  const { color, unicode } = appearanceFrom(env)

  function suspend(): void {
    dashboard.suspend()
    signals.suspend()
    dashboard.resume()
  }
  const dashboard: Dashboard = openDashboard({
    store,
    clock,
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    theme: { color, unicode, palette: settings.palette },
    profile: source.name,
    localOffsetMinutes,
    httpEveryMs: DEFAULT_POLICY.httpEveryMs,
    actions: {
      resync: () => source.feed.resync(),
      suspend,
      bell: () => void terminal.print(BELL),
    },
  })
  const undo = [
    onCrash(() => dashboard.close()),
    signals.on('SIGTSTP', suspend),
    signals.on('SIGCONT', () => dashboard.redraw()),
  ]
  try {
    const end = await Promise.race([dashboard.done, call.interrupted])
    dashboard.close()
    if (end !== 'quit') return end
    const { status } = store.state()
    if (status?.link === 'stopped' && status.lastError !== null) throw status.lastError
    return EXIT.done
  } finally {
    dashboard.close()
    source.close()
    for (const cancel of undo) cancel()
  }
}

/** Waits for the first picture, but not longer than `mostMs`. */
function snapshotOr(store: Store, clock: Clock, mostMs: number): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      cancel()
      unsubscribe()
      resolve()
    }
    const cancel = clock.after(mostMs, done)
    const unsubscribe = store.subscribe(() => {
      if (store.state().lastSnapshot !== null) done()
    })
  })
}
