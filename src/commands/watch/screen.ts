import { appearanceFrom } from '../../config/appearance.ts'
import { atMost } from '../../domain/at-most.ts'
import { type AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import type { LanguageName } from '../../domain/languages.ts'
import { DEFAULT_POLICY } from '../../feed/policy.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { Store } from '../../store/store.ts'
import type { Dashboard } from '../../tui/dashboard.tsx'
import type { Translate } from '../../tui/lang/translate.ts'
import type { CommandContext } from '../command-context.ts'
import { openLeaving } from './leaving.ts'
import type { AccountContext, ScreenAccount } from './open-account.ts'
import { closeAll, openAccounts } from './open-accounts.ts'
import { openScreenTheme } from './screen-theme.ts'
import { usableSettings, type WatchSources } from './watch-sources.ts'

export type ScreenContext = AccountContext & Pick<CommandContext, 'signals'>

/** The longest wait before the first frame: short enough to seem immediate. */
const FIRST_FRAME_WAIT_MS = 100
/** A near terminal answers within a few ms. Until a far one does, the colors suit any background. */
const ANSWER_WAIT_MS = 50

/**
 * Runs the dashboard, with the low pace or the one that suits the line, until the user quits or a signal arrives. The terminal is restored in every case, also after a bug.
 * @throws AxisorError no-credentials before the screen is opened; after it, the error that stopped the sources, if it stopped all
 */
export async function watchOnScreen(
  sources: WatchSources,
  lowBandwidth: boolean,
  context: ScreenContext,
): Promise<ExitCode> {
  const { clock, terminal, signals, env, localOffsetMinutes, onCrash, interrupted } = context
  const opened = await openAccounts(sources, context)
  const [first, ...more] = await Promise.all(opened.map(account => account.start()))
  if (first === undefined) throw new Error('no account was opened')
  // The terminal answers while the dashboard is loaded.
  const settings = usableSettings(sources)
  const { probe, theme } = await openScreenTheme(settings, lowBandwidth, context)
  const { openDashboard, t } = await loadDashboard(opened, clock, settings.lang, probe?.answered)
  const { isRemote, hasProgress } = appearanceFrom(env)

  const leaving = openLeaving(probe)
  const suspend = (): void =>
    leaving.suspend(() => {
      dashboard.suspend()
      signals.suspend()
      dashboard.resume()
    })
  const dashboard: Dashboard = openDashboard({
    accounts: [first, ...more],
    clock,
    stdin: probe?.stdin ?? terminal.stdin,
    stdout: terminal.stdout,
    theme: theme(),
    probe,
    t,
    numberFormat: settings.numberFormat,
    localOffsetMinutes,
    httpEveryMs: DEFAULT_POLICY.httpEveryMs,
    pace: lowBandwidth ? 'low' : isRemote ? 'remote' : 'full',
    hasProgress,
    mouse: !settings.noMouse,
    actions: {
      suspend,
      exportCsv: async shown => (await import('./export-shown.ts')).exportShown(shown, context),
    },
  })
  const cleanups = [
    () => probe?.close(),
    onCrash(() => dashboard.close()),
    signals.on('SIGTSTP', suspend),
    signals.on('SIGCONT', () => dashboard.redraw()),
  ]
  try {
    const end = await Promise.race([dashboard.done, interrupted]).finally(() => leaving.end())
    dashboard.close()
    if (end !== 'quit') return end
    const errors = opened.map(({ store }) => stopErrorOf(store))
    const [error = null] = errors
    if (error !== null && !errors.includes(null)) throw error
    return EXIT.done
  } finally {
    dashboard.close()
    await closeAll(opened)
    for (const cancel of cleanups) cancel()
  }
}

/** The error that stopped a source for good; null while it runs. */
function stopErrorOf(store: Store): AxisorError | null {
  const { status } = store.state()
  return status?.link === 'stopped' ? status.lastError : null
}

/**
 * Connecting takes about as long as loading the dashboard, and most terminals answer sooner. A short wait puts the first snapshots and the
 * right colors into the first frame.
 */
async function loadDashboard(
  opened: readonly ScreenAccount[],
  clock: Clock,
  lang: LanguageName,
  answered: Promise<void> = Promise.resolve(),
) {
  const snapshots = opened.map(({ store }) => firstSnapshot(store))
  const known = Promise.all([...snapshots.map(({ known }) => known), atMost(clock, ANSWER_WAIT_MS, answered)])
  const [{ openDashboard }, t] = await Promise.all([
    import('../../tui/dashboard.tsx'),
    translation(lang),
    atMost(clock, FIRST_FRAME_WAIT_MS, known).finally(() => {
      for (const { cancel } of snapshots) cancel()
    }),
  ])
  return { openDashboard, t }
}

/** A translation is loaded only for its language. */
async function translation(lang: LanguageName): Promise<Translate> {
  const { translatorOf } = await import('../../tui/lang/translate.ts')
  return translatorOf(lang === 'en' ? null : (await import('../../tui/lang/pt-br/catalog.ts')).PT_BR)
}

/** Resolves with the first snapshot, or once the source has stopped. `cancel` ends the wait. */
function firstSnapshot(store: Store): { readonly known: Promise<void>; readonly cancel: Cancel } {
  const isKnown = (): boolean =>
    store.state().lastSnapshot !== null || store.state().status?.link === 'stopped'
  const { promise, resolve } = Promise.withResolvers<void>()
  if (isKnown()) resolve()
  const cancel = store.subscribe(() => {
    if (isKnown()) resolve()
  })
  return { known: promise, cancel }
}
