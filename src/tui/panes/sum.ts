import { type Alert, levelRank } from '../../domain/alerts/alert.ts'
import { formatNumber } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { rowOfAccount } from '../input/account-pointer.ts'
import type { Translate } from '../lang/translate.ts'
import { fitParts, type Part, part } from '../paint/fit.ts'
import { type Line, lineOfText, segment, widthOfLine, withRow } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { sumAccounts } from '../view/account-sums.ts'
import { alertSegments } from '../view/alert-text.ts'
import { levelLabel, levelRole, levelSign } from '../view/format.ts'
import { hasCurrentPrice, liveContext, type RenderContext } from '../view/render-context.ts'
import { shownAt, utcTime } from '../view/time-format.ts'
import { feedText } from './connection-text.ts'
import type { Panel } from './panel.ts'
import { scroll } from './scroll.ts'
import { sumRemarks } from './sum-remarks.ts'
import { cardRows, type SumRows, tableRows } from './sum-rows.ts'
import { accountName } from './sum-text.ts'

/** All accounts with their sums, in a table where it fits. Accounts that do not fit are counted. */
export function sumPanel(context: RenderContext): Panel {
  const contexts = liveContexts(context)
  const { ui, info } = context
  const { t } = info
  return {
    pane: null,
    title: `${t('ALL {count} ACCOUNTS', { count: contexts.length })} · P&L ${t(ui.basis)}`,
    note: `${t('Enter opens')} · ${ui.unit}`,
    // Only the layout asks for it.
    get preferredHeight() {
      return blocksOf(context, context.columns, Number.POSITIVE_INFINITY).flat().length
    },
    draw: (width, height) => blocksOf(context, width, height).flat().slice(0, height),
  }
}

/** Accounts, sums and remarks that fit into `height` lines: cards get shorter, then accounts are left out, then remarks. */
function blocksOf(context: RenderContext, width: number, height: number): readonly (readonly Line[])[] {
  const contexts = liveContexts(context)
  const selected = context.accounts?.selected ?? 0
  const sums = sumAccounts(contexts)
  const remarks = sumRemarks(contexts, sums, width)
  const cards = (isShort: boolean): SumRows => cardRows(contexts, sums.groups, { selected, width, isShort })
  const table = tableRows(contexts, sums.groups, selected, width)
  const fits = (rows: SumRows): boolean => linesOf(rows) + remarks.length <= height
  const rows = clickable(table ?? [cards(false)].find(fits) ?? cards(true))
  if (fits(rows)) return [rows.head, ...rows.accounts, ...rows.groups, remarks]
  const totals = rows.groups.flat()
  const room = Math.max(1, height - rows.head.length - totals.length - 1)
  return [rows.head, visibleAccounts(rows, selected, room, context.info.t), totals, remarks]
}

/** All lines of an account show its row. */
function clickable(rows: SumRows): SumRows {
  const accounts = rows.accounts.map((lines, index) => lines.map(line => withRow(line, rowOfAccount(index))))
  return { ...rows, accounts }
}

function linesOf({ head, accounts, groups }: SumRows): number {
  return head.length + accounts.flat().length + groups.flat().length
}

/** The accounts around the selected one that fit, and how many do not. */
function visibleAccounts(
  { accounts }: SumRows,
  selected: number,
  room: number,
  t: Translate,
): readonly Line[] {
  const size = Math.max(1, ...accounts.map(lines => lines.length))
  const count = Math.max(1, Math.floor((room - 1) / size))
  if (count >= accounts.length) return accounts.flat()
  const first = Math.max(0, Math.min(accounts.length - count, selected - Math.floor(count / 2)))
  const hidden = accounts.length - count
  const shown = accounts
    .slice(first, first + count)
    .flat()
    .slice(0, Math.max(1, room - 1))
  return [
    ...shown,
    lineOfText(
      `  ${t.count(hidden, '+{count} more account: see the tabs', '+{count} more accounts: see the tabs')}`,
      'faint',
    ),
  ]
}

function liveContexts({ accounts }: RenderContext): readonly RenderContext[] {
  return (accounts?.contexts ?? []).map(liveContext)
}

/** The active alerts of all accounts, the worst first. */
export function allAlertsPanel(context: RenderContext): Panel {
  const { t } = context.info
  const alerts = (context.accounts?.contexts ?? [])
    .flatMap(account => account.alerts.active.map(alert => ({ account, alert })))
    .toSorted((a, b) => levelRank(b.alert.level) - levelRank(a.alert.level))
  return {
    pane: null,
    title: `${t('ALERTS')} ${alerts.length}`,
    note: t('a acks the one in the last line'),
    preferredHeight: Math.max(1, alerts.length),
    draw(width, height) {
      if (alerts.length === 0) return [lineOfText(`  ${t('No active alerts')}`, 'faint')]
      return scroll(context, 'overlay', alerts, height, ({ account, alert }) =>
        wrapLine(alertEntry(account, alert), width, ALERT_INDENT),
      )
    },
  }
}

const ALERT_INDENT = 4

function alertEntry(account: RenderContext, alert: Alert): Line {
  const { level, state } = alert
  return [
    segment(`  ${accountName(account)} `, 'strong'),
    segment(`${levelSign(level)} ${levelLabel(account, level)} `, levelRole(level)),
    ...alertSegments(account, alert),
    segment(state === 'acknowledged' ? `, ${account.info.t('acked')}` : ''),
  ]
}

/** The header of the sum: how many accounts are live, and the price they share. Each account's own state is in the tabs below. */
export function sumHeaderLine(context: RenderContext): Line {
  const { accounts, columns, live, info } = context
  const { t } = info
  const contexts = accounts?.contexts ?? []
  const current = contexts.filter(isCurrent).length
  const late = contexts.length - current
  const { groups } = sumAccounts(contexts)
  const [group, ...others] = groups
  const price = live.market.indexUsd
  const parts: readonly Part[] = [
    part('axisor', 5, 'strong'),
    part(`${t('ALL')} ${contexts.length}`, Infinity),
    group?.name === 'SIMULATED' && others.length === 0
      ? part(t('SIMULATED'), Infinity, 'badge')
      : part(groups.map(({ name }) => t.sentence(sanitize(name))).join(', '), 6),
    part(current === 0 ? '' : `● ${current} ${t('LIVE')}`, Infinity, 'gain'),
    part(late === 0 ? '' : `✗ ${late} ${t('NOT LIVE')}`, Infinity, 'critical'),
    part(
      others.length > 0 || price === null
        ? ''
        : `BTC ${hasCurrentPrice(live) ? '' : '~'}${formatNumber(price, 1)}`,
      8,
    ),
    part(hasCurrentPrice(live) ? utcTime(shownAt(live, info, live.now)) : '', 7),
  ]
  const line = fitParts(parts, columns - 1, 2)
  return widthOfLine(line) < columns ? [segment(' '), ...line] : fitParts(parts, columns, 1)
}

/** True while the tab of an account says that all of it is current. */
function isCurrent(context: RenderContext): boolean {
  return feedText(context.live, context).isLive === true
}
