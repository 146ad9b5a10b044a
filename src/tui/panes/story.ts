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
    title: row === null ? 'STORY' : `STORY ${nameOf(row)}`,
    note: `${zoneLabel(context)} · Esc back`,
    preferredHeight: lines.length,
    draw: (width, height) =>
      scroll(context, 'overlay', lines, height, line => wrapLine(line, width, TEXT_COLUMN)),
  }
}

function nameOf({ kind, id, side }: HistoryRow): string {
  return kind === 'fill'
    ? 'of the cross position of a fill'
    : `${shortIdOf(id, 'isolated')} ${side.toUpperCase()}`
}

function resultLines(context: RenderContext, row: HistoryRow): readonly Line[] {
  const { unit } = context.ui
  const paid = (sats: number | null): string => signedAmount(context, sats === null ? null : 0 - sats)
  const way = row.side === 'long' ? 'bought' : 'sold'
  const what =
    row.kind === 'fill'
      ? `${way} ${dollars(context, row.quantityUsd)} USD at ${price(row.exitPriceUsd)}`
      : `${dollars(context, row.quantityUsd)} USD from ${price(row.entryPriceUsd)} to ${price(row.exitPriceUsd)}`
  const funding = row.kind === 'fill' ? '' : `   funding ${paid(row.fundingSats)}`
  return [
    [segment('  id      ', 'faint'), segment(sanitize(row.id))],
    [segment('  what    ', 'faint'), segment(what)],
    [
      segment('  net     ', 'faint'),
      segment(`${signedAmount(context, row.netSats)} ${unit}`, gainRole(row.netSats)),
      segment(`   gross ${signedAmount(context, row.grossSats)}   fees ${paid(row.feesSats)}${funding}`),
    ],
  ]
}

function eventLines(context: RenderContext, row: HistoryRow): readonly Line[] {
  const { history } = context
  if (history === null) return [lineOfText('  The story is in the ledger of a direct connection', 'faint')]
  const { story } = history
  if (story?.id !== row.id || story.events === undefined) return [lineOfText('  Reading…', 'faint')]
  if (story.events === null) return [lineOfText('  The ledger does not have its position yet', 'faint')]
  return story.events.flatMap(event => eventLine(context, event))
}

/** One line with the figures, one below with the words. */
function eventLine(context: RenderContext, event: StoryEvent): readonly Line[] {
  const { at, seenFrom, kind, priceUsd, plSats, unknownReason, sats, text } = event
  const seen =
    seenFrom === null ? '' : ` (seen between ${dayTime(context, seenFrom)} and ${dayTime(context, at)})`
  const words = sanitize(unknownReason === null ? text : `${text}; P&L not known: ${unknownReason}`)
  const isMasked = context.ui.amounts === 'masked'
  return [
    [
      segment(`  ${dayTime(context, at)}  `, 'faint'),
      segment(kind.padEnd(12), kind === 'liquidated' ? 'critical' : 'strong'),
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
