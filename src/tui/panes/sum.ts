import { type Alert, levelRank } from '../../domain/alerts/alert.ts'
import { formatNumber } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { rowOfAccount } from '../input/account-pointer.ts'
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
import { itemsThatFit } from './scroll.ts'
import { cardRows } from './sum-cards.ts'
import { fittingSum, linesOf } from './sum-fit.ts'
import { sumRemarks } from './sum-remarks.ts'
import { type SumRows, tableRows } from './sum-rows.ts'
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
      return linesOfSum(context, context.columns, Number.POSITIVE_INFINITY).length
    },
    draw: (width, height) => linesOfSum(context, width, height).slice(0, height),
  }
}

/** Accounts, sums and reasons that fit into `height` lines: cards get shorter, then accounts and reasons are left out and counted. */
function linesOfSum(context: RenderContext, width: number, height: number): readonly Line[] {
  const contexts = liveContexts(context)
  const selected = context.accounts?.selected ?? 0
  const sums = sumAccounts(contexts)
  const reasons = sumRemarks(contexts, sums, width)
  const cards = (isShort: boolean): SumRows => cardRows(contexts, sums.groups, { selected, width, isShort })
  const table = tableRows(contexts, sums.groups, selected, width)
  const fits = ({ head, accounts, groups }: SumRows): boolean =>
    head.length + linesOf(accounts) + linesOf(groups) + linesOf(reasons) <= height
  const rows = clickable(table ?? [cards(false)].find(fits) ?? cards(true))
  if (fits(rows)) return [...rows.head, ...rows.accounts.flat(), ...rows.groups.flat(), ...reasons.flat()]
  return fittingSum(rows, reasons, { width, height, selected, t: context.info.t })
}

/** All lines of an account show its row. */
function clickable(rows: SumRows): SumRows {
  const accounts = rows.accounts.map((lines, index) => lines.map(line => withRow(line, rowOfAccount(index))))
  return { ...rows, accounts }
}

/** The newest of all accounts. */
export function liveContexts({ accounts }: RenderContext): readonly RenderContext[] {
  return (accounts?.contexts ?? []).map(liveContext)
}

/** The active alerts of all accounts, the worst first. */
export function allAlertsPanel(context: RenderContext): Panel {
  const { t } = context.info
  const alerts = alertsOfAll(context)
  return {
    pane: null,
    title: `${t('ALERTS')} ${alerts.length}`,
    note: t('a acks the one in the last line'),
    preferredHeight: Math.max(1, alerts.length),
    draw(width, height) {
      if (alerts.length === 0) return [lineOfText(`  ${t('No active alerts')}`, 'faint')]
      const entryOf = ({ account, alert }: OwnedAlert): readonly Line[] =>
        wrapLine(alertEntry(account, alert), width, ALERT_INDENT)
      const all = itemsThatFit(alerts, height, entryOf)
      if (all.count === alerts.length) return all.lines
      const { lines, count } = itemsThatFit(alerts, height - 1, entryOf)
      const more = t('+{count} more: e shows all', { count: alerts.length - count })
      return [...lines, lineOfText(`  ${more}`, 'faint')]
    },
  }
}

/** Of the rest of an alert that does not fit. */
export const ALERT_INDENT = 4

interface OwnedAlert {
  readonly account: RenderContext
  readonly alert: Alert
}

/** The active alerts of all accounts, the worst first. */
export function alertsOfAll({ accounts }: RenderContext): readonly OwnedAlert[] {
  return (accounts?.contexts ?? [])
    .flatMap(account => account.alerts.active.map(alert => ({ account, alert })))
    .toSorted((a, b) => levelRank(b.alert.level) - levelRank(a.alert.level))
}

/** The name of the account, and what the alert says. */
export function alertEntry(account: RenderContext, alert: Alert): Line {
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
