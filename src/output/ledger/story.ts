import { formatNumber, formatSigned } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { TradeRow } from '../../ledger/rows.ts'
import { endCause, type StoryEvent } from '../../ledger/story.ts'
import type { StoryDocument } from '../../wire/ledger/story-document.ts'
import { linesText, minute } from '../listing-text.ts'
import { iso } from '../numbers.ts'
import { type TableColumn, tableLines } from '../table.ts'
import { type HeadFacts, headOf, ledgerHeadLines } from './head.ts'

/** Converts the story of a trade to its document. */
export function storyDocument(
  trade: TradeRow,
  events: readonly StoryEvent[],
  facts: HeadFacts,
): StoryDocument {
  const { id, state, side, quantityUsd, plSats, cashInPlSats, fundingSats } = trade
  const grossPlSats = cashInPlSats === null ? null : plSats + cashInPlSats
  const feesSats = trade.openingFeeSats + trade.closingFeeSats
  return {
    ...headOf(facts, ['isolatedClosed', 'isolatedCanceled', 'isolatedFunding']),
    id,
    state,
    side,
    quantityUsd,
    cause: endCause(trade),
    grossPlSats,
    feesSats,
    fundingSats,
    netPlSats: grossPlSats === null || fundingSats === null ? null : grossPlSats - feesSats - fundingSats,
    events: events.map(({ at, seenFrom, ...event }) => ({
      ...event,
      at: iso(at),
      seenFrom: seenFrom === null ? null : iso(seenFrom),
    })),
  }
}

type Event = StoryDocument['events'][number]

const COLUMNS: readonly TableColumn<Event>[] = [
  { title: 'UTC', align: 'left', cell: row => minute(row.at) },
  { title: 'WHAT', align: 'left', cell: row => row.kind },
  {
    title: 'PRICE',
    align: 'right',
    cell: row => (row.priceUsd === null ? '' : formatNumber(row.priceUsd, 1)),
  },
  { title: 'P&L sat', align: 'right', cell: row => (row.plSats === null ? '' : formatSigned(row.plSats)) },
  { title: 'sat', align: 'right', cell: row => (row.sats === null ? '' : formatSigned(row.sats)) },
  {
    title: 'DETAILS',
    align: 'left',
    cell: ({ text, seenFrom, at }) => {
      const seen = seenFrom === null ? '' : ` (seen between ${minute(seenFrom)} and ${minute(at)})`
      return `${sanitize(text)}${seen}`
    },
  },
]

/** Returns the events of a trade as a table, with its result. */
export function storyText(document: StoryDocument, width: number): string {
  const { id, state, side, quantityUsd, netPlSats, grossPlSats, feesSats, fundingSats, events } = document
  return linesText([
    ...ledgerHeadLines(document, `trade ${sanitize(id)}`),
    `${state.toUpperCase()}  ${side} ${formatNumber(quantityUsd)} USD`,
    `NET ${formatSigned(netPlSats)} sat  gross ${formatSigned(grossPlSats)}  fees ${formatSigned(0 - feesSats)}  funding ${formatSigned(fundingSats === null ? null : 0 - fundingSats)}`,
    '',
    ...tableLines(COLUMNS, events, Math.max(width, 160)),
  ])
}
