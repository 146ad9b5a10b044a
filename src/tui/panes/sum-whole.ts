import { type Line, lineOfText } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { sumAccounts } from '../view/account-sums.ts'
import type { RenderContext } from '../view/render-context.ts'
import type { Panel } from './panel.ts'
import { scroll } from './scroll.ts'
import { ALERT_INDENT, alertEntry, alertsOfAll, liveContexts } from './sum.ts'
import { cardRows, wholeAccountLines } from './sum-cards.ts'
import { allPositionLines, allPositionsPanel } from './sum-positions.ts'
import { sumRemarks } from './sum-remarks.ts'

/** Of the rest of a line that does not fit. */
const INDENT = 4

/** The sum of all accounts in full: every figure, every reason, every position and every alert. */
export function wholeSumPanel(context: RenderContext): Panel {
  const { t } = context.info
  return {
    pane: null,
    title: t('ALL {count} ACCOUNTS', { count: context.accounts?.contexts.length ?? 0 }),
    note: t('Esc back'),
    preferredHeight: 0,
    draw: (width, height) => scroll(context, 'overlay', wholeLines(context, width), height, line => [line]),
  }
}

function wholeLines(context: RenderContext, width: number): readonly Line[] {
  const { t } = context.info
  const contexts = liveContexts(context)
  const sums = sumAccounts(contexts)
  const selected = context.accounts?.selected ?? 0
  const cards = cardRows(contexts, sums.groups, { selected, width, isShort: false })
  const accounts = contexts.flatMap((account, index) => [
    ...wholeAccountLines(account, index, index === selected, width),
    ...(cards.accounts[index] ?? []).slice(1),
  ])
  const alerts = alertsOfAll(context)
  return [
    ...accounts,
    ...cards.groups.flat(),
    ...sumRemarks(contexts, sums, width).flat(),
    ...titled(
      allPositionsPanel(context).title,
      allPositionLines(context, Infinity).flatMap(line => wrapLine(line, width, INDENT)),
    ),
    ...titled(
      `${t('ALERTS')} ${alerts.length}`,
      alerts.flatMap(({ account, alert }) => wrapLine(alertEntry(account, alert), width, ALERT_INDENT)),
    ),
  ]
}

function titled(title: string, lines: readonly Line[]): readonly Line[] {
  return [[], lineOfText(`  ${title}`, 'strong'), ...lines]
}
