import { levelRank } from '../../domain/alerts/alert.ts'
import { severityOf } from '../../domain/risk.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { rowOfAccount } from '../input/account-pointer.ts'
import { type Line, type Role, segment, widthOfLine, withRow } from '../paint/line.ts'
import { levelLabel, levelRole, levelSign } from '../view/format.ts'
import type { AccountsView, RenderContext } from '../view/render-context.ts'
import { feedText } from './connection-text.ts'
import { isBlind, worstRow } from './worst-account.ts'

/** What a tab shows of an account. */
interface Tab {
  readonly number: number
  readonly name: string
  readonly role: Role
  /** Sign and state, the longest first. */
  readonly states: readonly [string, ...string[]]
  /** The worst level of its alerts and positions; null for none above `info`. */
  readonly level: Level | null
  readonly isShown: boolean
  readonly context: RenderContext
  /** The user froze its numbers; the state is that of its feed nevertheless. */
  readonly isFrozen: boolean
}

type Level = Exclude<Parameters<typeof levelLabel>[1], 'info'>

/**
 * The accounts with their states and their worst levels, and the sum. Names are dropped first, those of hidden accounts before the one on
 * the screen; then words give way to their signs, that of a liquidation to a sign of its own. No state and no level is ever left out.
 */
export function tabLine(context: RenderContext): Line {
  const { accounts, columns } = context
  if (accounts === null) return []
  const tabs = tabsOf(accounts)
  const isSum = accounts.shown === null
  const all = context.info.t('ALL')
  const lines = LENGTHS.map(length => joined(tabs, { isSum, all }, length))
  return lines.find(line => widthOfLine(line) <= columns) ?? countedTabs(tabs, all, columns)
}

/** How much of a tab is written. */
interface Length {
  readonly names: 'all' | 'shown' | 'none'
  /** Index of the state; later ones are shorter. */
  readonly state: number
  readonly hasWord: boolean
  readonly joint: string
}

const SIGN_ONLY = 3
const LENGTHS: readonly Length[] = [
  { names: 'all', state: 0, hasWord: true, joint: ' │ ' },
  { names: 'all', state: 1, hasWord: true, joint: ' │ ' },
  { names: 'shown', state: 1, hasWord: true, joint: ' │ ' },
  { names: 'none', state: 1, hasWord: true, joint: ' │ ' },
  { names: 'none', state: 1, hasWord: false, joint: ' │ ' },
  { names: 'none', state: 2, hasWord: false, joint: ' ' },
  { names: 'none', state: SIGN_ONLY, hasWord: false, joint: ' ' },
]

function tabsOf({ contexts, shown }: AccountsView): readonly Tab[] {
  return contexts.map((context, index) => {
    const { role, state, shortStates = [] } = feedText(context.live, context)
    const plain = state.replace(/ \(.*\)$/, '')
    const short = shortStates.at(-1) ?? plain
    const isFrozen = context.ui.frozen !== null
    return {
      number: index + 1,
      name: sanitize(context.info.profile, { maxLength: 16 }),
      role,
      states: [plain, short, signAndAge(short), short.slice(0, 1)],
      isFrozen,
      level: worstLevel(context),
      context,
      isShown: index === shown,
    }
  })
}

/** `✗ 42s` of `✗ STALE 42s`; the sign alone while data is live. */
function signAndAge(state: string): string {
  const age = state.startsWith('●') ? null : /[\d.:]+[a-z]*(?: \d+[a-z])?$/.exec(state)
  return age === null ? state.slice(0, 1) : `${state.slice(0, 1)}${age[0]}`
}

/** The worst level of the active alerts, acknowledged or not, and of the positions as far as they can be evaluated. */
export function worstLevel(context: RenderContext): Level | null {
  const [alert] = context.alerts.active.toSorted((a, b) => levelRank(b.level) - levelRank(a.level))
  const row = isBlind(context) ? null : worstRow(context)
  const ofAlert = alert === undefined || alert.level === 'info' ? null : alert.level
  const ofRow = row === null || row.risk === 'ok' ? null : row.risk
  if (ofAlert === null || ofRow === null) return ofAlert ?? ofRow
  return severityOf(ofRow) >= levelRank(ofAlert) ? ofRow : ofAlert
}

/** The tab of the sum. */
interface SumTab {
  readonly isSum: boolean
  readonly all: string
}

function joined(tabs: readonly Tab[], sum: SumTab, length: Length): Line {
  const lines = [
    ...tabs.map((tab, index) => withRow(tabText(tab, length), rowOfAccount(index))),
    withRow(sumTab(sum), rowOfAccount(null)),
  ]
  return lines.flatMap((line, index) => (index === 0 ? line : [segment(length.joint, 'faint'), ...line]))
}

function tabText(tab: Tab, length: Length): Line {
  const { number, name, role, states, level, isShown, isFrozen } = tab
  const isNamed = length.names === 'all' || (length.names === 'shown' && isShown)
  const isShort = length.state > 1
  const head = `${number}${isNamed ? ` ${name}` : ''}`
  return [
    ...marker(isShown),
    segment(isShort ? head : `${head} `, isShown ? 'strong' : 'plain'),
    segment(states[length.state] ?? states[0], role),
    ...(isFrozen ? [segment(isShort ? '‖' : ' ‖', 'warn')] : []),
    ...(level === null ? [] : [segment(levelText(tab, level, length), levelRole(level))]),
  ]
}

function levelText({ context }: Tab, level: Level, { state, hasWord }: Length): string {
  const gap = state > 1 ? '' : ' '
  if (hasWord) return `${gap}${levelSign(level)} ${levelLabel(context, level)}`
  if (level !== 'liquidated') return `${gap}${levelSign(level)}`
  return `${gap}${state === SIGN_ONLY ? LIQUIDATED_SIGN : context.info.t('LIQ')}`
}

/** A liquidation in one column. A letter looks the same on a terminal that shows only ASCII, and is the sign of nothing else. */
const LIQUIDATED_SIGN = 'L'

function sumTab({ isSum, all }: SumTab): Line {
  return [...marker(isSum), segment(all, isSum ? 'strong' : 'plain')]
}

function marker(isShown: boolean): Line {
  return isShown ? [segment('▸', 'accent')] : []
}

/** For a window in which not even the signs fit: the number on the screen, and how many accounts are not live, at risk or liquidated. */
function countedTabs(tabs: readonly Tab[], all: string, columns: number): Line {
  const shown = tabs.find(({ isShown }) => isShown)
  const bad = tabs.filter(({ states, level }) => !states[0].startsWith('●') || level !== null)
  const lost = tabs.filter(({ level }) => level === 'liquidated').length
  const sign = bad.length === 0 ? '●' : '✗'
  const role: Role = bad.length === 0 ? 'gain' : 'critical'
  const head = `${shown?.number ?? all}/${tabs.length} `
  const counts = `${sign}${bad.length}${lost === 0 ? '' : ` ${LIQUIDATED_SIGN}${lost}`}`
  const texts = [`${head}${counts}`, ...(lost === 0 ? [] : [counts, LIQUIDATED_SIGN])]
  return [segment(texts.find(text => text.length <= columns) ?? sign, role)]
}
