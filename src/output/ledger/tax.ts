import { SATS_PER_BTC } from '../../domain/units.ts'
import { satsNumber } from '../../ledger/books.ts'
import { LEDGER_ROUTES } from '../../ledger/coverage.ts'
import type { TaxEvent } from '../../ledger/tax-events.ts'
import { usdOf } from '../../ledger/usd-value.ts'
import type { TaxDocument } from '../../wire/ledger/tax-document.ts'
import { type Cell, toCsv } from '../csv-text.ts'
import { iso } from '../numbers.ts'
import { type HeadFacts, headOf } from './head.ts'

/** A layout of a tax file. */
export type TaxLayout = 'axisor' | 'koinly' | 'cointracking'

/** Formats sats as bitcoin with eight digits, without an exponent. Empty for null and 0. */
function btc(sats: bigint | null): string {
  if (sats === null || sats === 0n) return ''
  const magnitude = sats < 0n ? -sats : sats
  const digits = String(magnitude % BigInt(SATS_PER_BTC)).padStart(8, '0')
  return `${magnitude / BigInt(SATS_PER_BTC)}.${digits}`
}

function usdValue(sats: bigint | null, priceUsd: number | null): Cell {
  return usdOf({ sats, priceUsd })
}

function net({ sats, feeSats }: TaxEvent): bigint | null {
  return sats === null || feeSats === null ? null : sats - feeSats
}

/** One row per event with sats and dollars; amounts are signed as a change of the funds. */
function ownCsv(events: readonly TaxEvent[]): string {
  return toCsv(
    [
      'at',
      'kind',
      'id',
      'amountSats',
      'feeSats',
      'netSats',
      'priceUsd',
      'amountUsd',
      'feeUsd',
      'netUsd',
      'syntheticUsd',
    ],
    events.map(event => {
      const { at, kind, id, sats, feeSats, priceUsd, dollars } = event
      const total = net(event)
      return [
        iso(at),
        kind,
        id,
        sats === null ? null : String(sats),
        feeSats === null ? null : String(feeSats),
        total === null ? null : String(total),
        priceUsd,
        usdValue(sats, priceUsd),
        usdValue(feeSats, priceUsd),
        usdValue(total, priceUsd),
        dollars,
      ]
    }),
  )
}

const KOINLY_HEADER = [
  'Date',
  'Sent Amount',
  'Sent Currency',
  'Received Amount',
  'Received Currency',
  'Fee Amount',
  'Fee Currency',
  'Net Worth Amount',
  'Net Worth Currency',
  'Label',
  'Description',
  'TxHash',
]

const KOINLY_LABELS: Readonly<Record<TaxEvent['kind'], string>> = {
  trade: 'realized gain',
  'cross-fill': 'realized gain',
  funding: 'realized gain',
  fee: 'cost',
  deposit: '',
  withdrawal: '',
  swap: '',
}

/** What an event sends and receives, as amount and currency. A fee alone is sent. */
function sidesOf({ kind, sats, feeSats, dollars }: TaxEvent) {
  const amount = kind === 'fee' ? (feeSats === null ? null : -feeSats) : sats
  const isSent = amount !== null && amount < 0n
  const bitcoin = [btc(amount), amount === null || amount === 0n ? '' : 'BTC'] as const
  const usd = dollars === null ? (['', ''] as const) : ([String(Math.abs(dollars)), 'USD'] as const)
  return { sent: isSent ? bitcoin : usd, received: isSent ? usd : bitcoin }
}

function feeOf({ kind, feeSats }: TaxEvent): readonly [string, string] {
  const amount = kind === 'fee' ? '' : btc(feeSats)
  return [amount, amount === '' ? '' : 'BTC']
}

function koinlyCsv(events: readonly TaxEvent[]): string {
  return toCsv(
    KOINLY_HEADER,
    events.map(event => {
      const { sent, received } = sidesOf(event)
      const amount = event.kind === 'fee' ? event.feeSats : event.sats
      const worth = usdValue(amount === null || amount >= 0n ? amount : -amount, event.priceUsd)
      const date = `${iso(event.at).slice(0, 19).replace('T', ' ')} UTC`
      const label = KOINLY_LABELS[event.kind]
      return [
        date,
        ...sent,
        ...received,
        ...feeOf(event),
        worth,
        worth == null ? '' : 'USD',
        label,
        event.kind,
        event.id,
      ]
    }),
  )
}

const COINTRACKING_HEADER = [
  'Type',
  'Buy Amount',
  'Buy Currency',
  'Sell Amount',
  'Sell Currency',
  'Fee',
  'Fee Currency',
  'Exchange',
  'Trade-Group',
  'Comment',
  'Date',
  'Tx-ID',
]

function coinTrackingType({ kind, sats }: TaxEvent): string {
  if (kind === 'deposit') return 'Deposit'
  if (kind === 'withdrawal') return 'Withdrawal'
  if (kind === 'swap') return 'Trade'
  if (kind === 'fee') return 'Other Fee'
  return sats !== null && sats < 0n ? 'Derivatives / Futures Loss' : 'Derivatives / Futures Profit'
}

function coinTrackingCsv(events: readonly TaxEvent[]): string {
  return toCsv(
    COINTRACKING_HEADER,
    events.map(event => {
      const { sent, received } = sidesOf(event)
      const date = iso(event.at).slice(0, 19).replace('T', ' ')
      const type = coinTrackingType(event)
      return [type, ...received, ...sent, ...feeOf(event), 'LN Markets', '', event.kind, date, event.id]
    }),
  )
}

const LAYOUTS: Readonly<Record<TaxLayout, (events: readonly TaxEvent[]) => string>> = {
  axisor: ownCsv,
  koinly: koinlyCsv,
  cointracking: coinTrackingCsv,
}

/** Returns the events in a layout. The layouts of Koinly and CoinTracking were not tried with the services. */
export function taxCsv(events: readonly TaxEvent[], layout: TaxLayout): string {
  return LAYOUTS[layout](events)
}

/** Converts the events of a range to their document. */
export function taxDocument(
  events: readonly TaxEvent[],
  { from, to }: { readonly from: number | null; readonly to: number },
  facts: HeadFacts,
): TaxDocument {
  return {
    ...headOf(facts, LEDGER_ROUTES),
    from: from === null ? null : iso(from),
    to: iso(to),
    rows: events.map(({ at, sats, feeSats, ...event }) => ({
      ...event,
      at: iso(at),
      sats: satsNumber(sats),
      feeSats: satsNumber(feeSats),
    })),
  }
}

/** Returns the events of a document. */
export function taxEventsOf({ rows }: TaxDocument): readonly TaxEvent[] {
  const exact = (sats: number | null): bigint | null => (sats === null ? null : BigInt(sats))
  return rows.map(({ at, sats, feeSats, ...event }) => ({
    ...event,
    at: Date.parse(at),
    sats: exact(sats),
    feeSats: exact(feeSats),
  }))
}
