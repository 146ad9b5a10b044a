import { formatNumber } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { HistoryRow } from '../../ledger/history-row.ts'
import type { StoryEvent } from '../../ledger/story-event.ts'
import { type Line, lineOfText, segment } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { dollars, gainRole, MASK, price, signedAmount } from '../view/format.ts'
import { shortIdOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { dayTime, zoneLabel } from '../view/time-format.ts'
import { closedPanel, closedRemarks } from './closed.ts'
import type { Panel } from './panel.ts'
import { scroll } from './scroll.ts'
import { cutLines } from './whole.ts'

/** Where the words of an event begin. */
const TEXT_COLUMN = 15

/** What happened to the closed trade or fill that the user has chosen. */
export function storyPanel(context: RenderContext): Panel {
  const { t } = context.info
  const row = context.ui.storyOf
  const lines =
    row === null
      ? []
      : [
          ...resultLines(context, row),
          [],
          ...eventLines(context, row),
          ...cutLines(context, closedPanel(context), closedRemarks),
        ]
  return {
    pane: null,
    title: row === null ? t('STORY') : `${t('STORY')} ${nameOf(context, row)}`,
    note: `${zoneLabel(context)} · ${t('Esc back')}`,
    preferredHeight: lines.length,
    draw: (width, height) =>
      scroll(context, 'overlay', lines, height, line => wrapLine(line, width, TEXT_COLUMN)),
  }
}

function nameOf({ info }: RenderContext, { kind, id, side }: HistoryRow): string {
  return kind === 'fill'
    ? info.t('of the cross position of a fill')
    : `${shortIdOf(id, 'isolated')} ${side.toUpperCase()}`
}

function resultLines(context: RenderContext, row: HistoryRow): readonly Line[] {
  const { t } = context.info
  const { unit } = context.ui
  const paid = (sats: number | null): string => signedAmount(context, sats === null ? null : 0 - sats)
  const way = row.side === 'long' ? t('bought') : t('sold')
  const what =
    row.kind === 'fill'
      ? `${way} ${dollars(context, row.quantityUsd)} USD ${t('at {price}', { price: price(row.exitPriceUsd) })}`
      : t('{dollars} USD from {entry} to {exit}', {
          dollars: dollars(context, row.quantityUsd),
          entry: price(row.entryPriceUsd),
          exit: price(row.exitPriceUsd),
        })
  const funding = row.kind === 'fill' ? '' : `   ${t('funding')} ${paid(row.fundingSats)}`
  return [
    [segment('  id      ', 'faint'), segment(sanitize(row.id))],
    [segment(`  ${t('what').padEnd(7)} `, 'faint'), segment(what)],
    [
      segment(`  ${t('net').padEnd(7)} `, 'faint'),
      segment(`${signedAmount(context, row.netSats)} ${unit}`, gainRole(row.netSats)),
      segment(
        `   ${t('gross')} ${signedAmount(context, row.grossSats)}   ${t('fees')} ${paid(row.feesSats)}${funding}`,
      ),
    ],
  ]
}

function eventLines(context: RenderContext, row: HistoryRow): readonly Line[] {
  const { history, info } = context
  const { t } = info
  if (history === null)
    return [lineOfText(`  ${t('The story is in the ledger of a direct connection')}`, 'faint')]
  const { story } = history
  if (story?.id === row.id && story.failure !== undefined)
    return [
      lineOfText(`  ${t('not read: {reason}', { reason: t.sentence(sanitize(story.failure)) })}`, 'warn'),
    ]
  if (story?.id !== row.id || story.events === undefined) return [lineOfText(`  ${t('Reading…')}`, 'faint')]
  if (story.events === null)
    return [lineOfText(`  ${t('The ledger does not have its position yet')}`, 'faint')]
  return story.events.flatMap(event => eventLine(context, event))
}

/** One line with the figures, one below with the words. */
function eventLine(context: RenderContext, event: StoryEvent): readonly Line[] {
  const { t } = context.info
  const { at, seenFrom, kind, priceUsd, plSats, unknownReason, sats, text } = event
  const seen =
    seenFrom === null
      ? ''
      : ` (${t('seen between {from} and {to}', { from: dayTime(context, seenFrom), to: dayTime(context, at) })})`
  const translated = t.sentence(sanitize(text))
  const words =
    unknownReason === null
      ? translated
      : `${translated}; ${t('P&L not known: {reason}', { reason: t.sentence(sanitize(unknownReason)) })}`
  const isMasked = context.ui.amounts === 'masked'
  return [
    [
      segment(`  ${dayTime(context, at)}  `, 'faint'),
      segment(t(kind).padEnd(12), kind === 'liquidated' ? 'critical' : 'strong'),
      segment((priceUsd === null ? '' : `@ ${formatNumber(priceUsd, 1)}`).padEnd(13)),
      segment(
        plSats === null && unknownReason === null ? '' : `P&L ${signedAmount(context, plSats)}  `,
        gainRole(plSats),
      ),
      segment(sats === null ? '' : `${signedAmount(context, sats)} ${context.ui.unit}`),
    ],
    lineOfText(
      `${' '.repeat(TEXT_COLUMN)}${isMasked ? words.replace(/\d[\d,.]*/g, MASK) : words}${seen}`,
      'faint',
    ),
  ]
}
