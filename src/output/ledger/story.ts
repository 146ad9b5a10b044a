import { formatNumber, formatSigned } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { LedgerRoute } from '../../ledger/coverage.ts'
import type { Story } from '../../ledger/story-event.ts'
import type { StoryDocument } from '../../wire/ledger/story-document.ts'
import { linesText, minute } from '../listing-text.ts'
import { iso } from '../numbers.ts'
import { type TableColumn, tableLines } from '../table.ts'
import { type HeadFacts, headOf, ledgerHeadLines } from './head.ts'

const ROUTES: Readonly<Record<Story['mode'], readonly LedgerRoute[]>> = {
  isolated: ['isolatedClosed', 'isolatedCanceled', 'isolatedFunding', 'settlements'],
  cross: ['crossFilled', 'crossTransfers', 'crossFunding', 'settlements'],
}

/** Converts the story of a position to its document. */
export function storyDocument(story: Story, facts: HeadFacts): StoryDocument {
  const { grossPlSats, feesSats, fundingSats, events, ...head } = story
  return {
    ...headOf(facts, ROUTES[story.mode]),
    ...head,
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
    cell: ({ text, seenFrom, at, unknownReason }) => {
      const seen = seenFrom === null ? '' : ` (seen between ${minute(seenFrom)} and ${minute(at)})`
      const unknown = unknownReason === null ? '' : ` (P&L unknown: ${unknownReason})`
      return `${sanitize(text)}${seen}${unknown}`
    },
  },
]

/** Returns the events of a position as a table, with its result and why it ended. Lines are as long as their sentences. */
export function storyText(document: StoryDocument): string {
  const { mode, id, state, cause, side, quantityUsd, netPlSats, grossPlSats, feesSats, fundingSats, events } =
    document
  const end = cause === null ? undefined : events.findLast(({ kind }) => kind === cause)
  return linesText([
    ...ledgerHeadLines(
      document,
      `${mode === 'isolated' ? 'trade' : 'cross position since fill'} ${sanitize(id)}`,
    ),
    `${(cause ?? state).toUpperCase()}  ${side} ${formatNumber(quantityUsd)} USD`,
    `NET ${formatSigned(netPlSats)} sat  gross ${formatSigned(grossPlSats)}  fees ${formatSigned(0 - feesSats)}  funding ${formatSigned(fundingSats === null ? null : 0 - fundingSats)}`,
    ...(end === undefined ? [] : [`WHY ${end.kind} at ${minute(end.at)} UTC: ${sanitize(end.text)}`]),
    '',
    ...tableLines(COLUMNS, events, Number.MAX_SAFE_INTEGER),
  ])
}
