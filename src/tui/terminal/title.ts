import { asciiOf } from '../../domain/ascii.ts'
import { impairedParts, isAllOld } from '../../store/part-text.ts'
import { namedAlert } from '../panes/named-alert.ts'
import { worse } from '../panes/positions.ts'
import { worstRow } from '../panes/worst-account.ts'
import { levelLabel, riskLabel } from '../view/format.ts'
import { nameOf } from '../view/position-name.ts'
import { hasSnapshot, type RenderContext } from '../view/render-context.ts'
import type { ScreenOutput } from './screen-writer.ts'

/** Saves and restores the title of the window (xterm); others ignore it. */
const SAVE = '\x1b[22;2t'
const RESTORE = '\x1b[23;2t'
/** Progress of a task in the tab or the task bar (OSC 9;4): an error, and none. */
const PROGRESS_ERROR = '\x1b]9;4;2;100\x07'
const PROGRESS_NONE = '\x1b]9;4;0\x07'

/** The worst risk and the state in the title of the terminal, so that they are seen in another tab. */
export interface Title {
  /** Keeps the title that the terminal has. */
  enter(): void
  /** Writes it if it has changed, between `enter` and `leave`. */
  show(context: RenderContext): void
  /** Restores the title that the terminal had. */
  leave(): void
}

/** `hasProgress`: the terminal shows OSC 9;4 as progress, and not as a notification. */
export function openTitle(output: ScreenOutput, hasProgress: boolean): Title {
  /** Null while the terminal is not taken. */
  let shown: string | null = null
  return {
    enter() {
      shown = ''
      output.write(SAVE)
    },
    show(context) {
      const text = titleText(context)
      if (shown === null || text === shown || output.writableNeedDrain === true) return
      shown = text
      const progress = accountsOf(context).some(isStale) ? PROGRESS_ERROR : PROGRESS_NONE
      output.write(`\x1b]2;${text}\x07${hasProgress ? progress : ''}`)
    },
    leave() {
      if (shown === null) return
      shown = null
      output.write(`${hasProgress ? PROGRESS_NONE : ''}${RESTORE}`)
    },
  }
}

/** The accounts that the title is about: all of them, whichever is on the screen. */
function accountsOf(context: RenderContext): readonly RenderContext[] {
  return context.accounts?.contexts ?? [context]
}

function isStale({ live }: RenderContext): boolean {
  return !hasSnapshot(live) || live.market.stale || live.source.stale
}

/**
 * `CRIT 7f3a LONG - LIVE - axisor main`; of several accounts `CRIT 7f3a LONG (main) - STALE (alt) - axisor 2 accounts`, the worst of each.
 * ASCII but for the names: titles are shown by other programs.
 */
function titleText(context: RenderContext): string {
  const { accounts, info } = context
  const { t } = info
  const contexts = accountsOf(context)
  const late = contexts.reduce((worst, next) => (rankOf(next) < rankOf(worst) ? next : worst))
  const named = ({ info: { profile } }: RenderContext): string =>
    accounts === null ? '' : ` (${asTitle(profile)})`
  const risk = contexts
    .filter(each => namedAlert(each)?.level === 'liquidated')
    .map(each => `${levelLabel(each, 'liquidated')}${named(each)} - `)
    .join('')
    .concat(riskText(contexts, named))
  const unknown = contexts.some(({ live }) => live.mayLackPosition) ? `${t('RISK UNKNOWN')} - ` : ''
  const isLive = stateText(late) === 'LIVE'
  const count = contexts.filter(({ live }) => live.source.origin === 'simulated').length
  const simulated =
    count === 0 ? '' : count < contexts.length ? `${count} ${t('SIMULATED')}, ` : `${t('SIMULATED')} `
  const whose = accounts === null ? asTitle(info.profile) : t('{count} accounts', { count: contexts.length })
  const state = asciiOf(t(stateText(late)))
  return `${asciiOf(risk)}${asciiOf(unknown)}${state}${isLive ? '' : named(late)} - ${simulated}axisor ${whose}`
}

/** The position of all accounts that is nearest to its liquidation; '' if none is near. */
function riskText(contexts: readonly RenderContext[], named: (context: RenderContext) => string): string {
  const rows = contexts.flatMap(context => {
    const row = worstRow(context)
    return row === null || row.risk === 'ok' ? [] : [{ context, row }]
  })
  const [first] = rows
  if (first === undefined) return ''
  const { context, row } = rows.reduce(
    (worst, next) => (worse(worst.row, next.row) === next.row ? next : worst),
    first,
  )
  return `${riskLabel(context, row.risk)} ${nameOf(row.position)}${named(context)} - `
}

/** States of the title, the worst first. */
const STATES = [
  'STOPPED',
  'STALE',
  'NO PRICES',
  'WAITING',
  'KEY REFUSED',
  'PARTLY LIVE',
  'RECONNECTING',
  'HTTP ONLY',
  'FROZEN',
  'LIVE',
] as const

function rankOf(context: RenderContext): number {
  return STATES.indexOf(stateText(context))
}

/** A frozen screen must not hide that its account has no fresh data. */
function stateText({ live, ui }: RenderContext): (typeof STATES)[number] {
  if (live.source.state === 'stopped') return 'STOPPED'
  if (!hasSnapshot(live)) return 'WAITING'
  if (isAllOld(live.source)) return 'STALE'
  if (live.market.stale) return 'NO PRICES'
  if (live.source.refusal !== null) return 'KEY REFUSED'
  if (impairedParts(live.source).length > 0) return 'PARTLY LIVE'
  if (live.source.state === 'http') return 'HTTP ONLY'
  if (live.source.state !== 'live' || live.source.upstreamProblem !== null) return 'RECONNECTING'
  return ui.frozen === null ? 'LIVE' : 'FROZEN'
}

/** A control character would end the title early. */
function asTitle(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '').slice(0, 40)
}
