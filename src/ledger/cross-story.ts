import { holdingPlSats } from '../domain/cross-replay.ts'
import { formatNumber, formatSigned } from '../domain/format.ts'
import { usd } from '../domain/units.ts'
import type { BookedFill } from './cross-book.ts'
import type { CrossRound, RoundFill } from './cross-rounds.ts'
import type { EndCause } from './end-cause.ts'
import type { EventPrices } from './postings.ts'
import type { CanceledOrderRow, FundingRow, NoticeRow, TransferRow } from './rows.ts'
import {
  alertEvent,
  fundingEvent,
  minutePoint,
  NO_POINT,
  type PlAt,
  type Story,
  type StoryEvent,
} from './story-event.ts'

/** The rows of the cross account; those of other times are left out. */
export interface CrossStoryRows {
  readonly round: CrossRound
  readonly transfers: readonly TransferRow[]
  /** Fees of the cross position. */
  readonly funding: readonly FundingRow[]
  readonly canceledOrders: readonly CanceledOrderRow[]
  /** Notices about the cross position. */
  readonly notices: readonly NoticeRow[]
  readonly prices: EventPrices
}

/** An alert about the end of a position may be sent this long after it. */
const ALERT_DELAY_MS = 600_000

/** Returns the story of one round of the cross position. */
export function crossStory(rows: CrossStoryRows): Story {
  const { round, prices } = rows
  const { fills, side, from, to } = round
  const isIn = (at: number): boolean => at >= from && (to === null || at <= to)
  const plAt = roundPlAt(round)
  const transfers = rows.transfers.filter(({ at }) => isIn(at))
  const funding = rows.funding.filter(({ at }) => isIn(at))
  const notices = rows.notices.filter(({ at }) => at >= from && (to === null || at <= to + ALERT_DELAY_MS))
  const cause = causeOf(round)
  const events: readonly StoryEvent[] = [
    ...transfers.map(({ at, amountSats }): StoryEvent => {
      const text = amountSats < 0 ? 'taken from the cross margin' : 'added to the cross margin'
      return {
        kind: 'transfer',
        at,
        seenFrom: null,
        ...minutePoint(plAt, at, prices),
        sats: amountSats,
        text,
      }
    }),
    ...fills.map((part, index) => fillEvent(part, { index, round, cause, funding })),
    ...funding.map(fee => fundingEvent(fee, plAt, prices)),
    ...rows.canceledOrders.filter(({ canceledAt }) => isIn(canceledAt)).map(canceledEvent),
    ...notices.map(notice => alertEvent(notice, minutePoint(plAt, notice.at, prices))),
  ]
  return {
    mode: 'cross',
    id: fills[0]?.booked.fill.id ?? '',
    state: to === null ? 'running' : 'closed',
    side,
    quantityUsd: fills.reduce((most, { afterUsd }) => Math.max(most, Math.abs(afterUsd)), 0),
    cause,
    grossPlSats: grossOf(fills),
    feesSats: fills.reduce((sum, { feeSats }) => sum + feeSats, 0),
    fundingSats: funding.reduce((sum, { feeSats }) => sum + feeSats, 0),
    events: events.toSorted((a, b) => a.at - b.at),
  }
}

/** The P&L of a reversing fill is that of the part that closes. */
function realizedSats({ booked, afterUsd, quantityUsd }: RoundFill, index: number): number | null {
  const isOpening = index === 0 && Math.abs(afterUsd) === quantityUsd
  return isOpening ? 0 : booked.plSats
}

function grossOf(fills: readonly RoundFill[]): number | null {
  return fills.reduce<number | null>((sum, part, index) => {
    const pl = realizedSats(part, index)
    return sum === null || pl === null ? null : sum + pl
  }, 0)
}

function causeOf({ fills, to, isReversed }: CrossRound): EndCause | null {
  if (to === null) return null
  if (isReversed) return 'reversed'
  return fills.at(-1)?.booked.fill.type === 'liquidation' ? 'liquidated' : 'closed'
}

/** P&L of the position at a time, by the exact replay of its fills. */
function roundPlAt({ fills, to }: CrossRound): PlAt {
  return (at, priceUsd) => {
    if (to !== null && at >= to) return 'the position is closed'
    return heldPl(fills.findLast(({ booked }) => booked.fill.filledAt <= at)?.booked, priceUsd)
  }
}

function heldPl(booked: BookedFill | undefined, priceUsd: number): number | string {
  const held = booked?.held ?? null
  return (held && holdingPlSats(held, usd(priceUsd))) ?? 'the entry price is not known'
}

interface FillPlace {
  readonly index: number
  readonly round: CrossRound
  readonly cause: EndCause | null
  readonly funding: readonly FundingRow[]
}

function fillEvent(part: RoundFill, { index, round, cause, funding }: FillPlace): StoryEvent {
  const { booked, quantityUsd, feeSats, afterUsd } = part
  const { fill } = booked
  const isEnd = round.to !== null && index === round.fills.length - 1
  const previous = round.fills[index - 1]
  const isIncrease = previous !== undefined && Math.abs(afterUsd) > Math.abs(previous.afterUsd)
  const kind = isEnd && cause !== null ? cause : index === 0 ? 'filled' : isIncrease ? 'increased' : 'reduced'
  const word = fill.side === 'long' ? 'bought' : 'sold'
  const done = `${word} ${formatNumber(quantityUsd)} USD, position ${formatSigned(afterUsd)} USD`
  const realized = realizedSats(part, index)
  const isRealizing = isEnd || kind === 'reduced'
  const pl = isRealizing
    ? (realized ?? 'the position was opened at an unknown price')
    : heldPl(booked, fill.priceUsd)
  const text = [
    done,
    ...(kind === 'reduced' && realized !== null ? [`realized ${formatSigned(realized)} sat`] : []),
    ...(kind === 'reduced' && realized === 0 ? ['a loss is carried into the entry of the rest'] : []),
    ...(kind === 'liquidated' ? [liquidationText(round, part, funding)] : []),
    'fee',
  ].join('; ')
  return {
    kind,
    at: fill.filledAt,
    seenFrom: null,
    priceUsd: fill.priceUsd,
    plSats: typeof pl === 'string' ? null : pl,
    unknownReason: typeof pl === 'string' ? pl : null,
    sats: feeSats,
    text,
  }
}

function liquidationText(
  { side }: CrossRound,
  { booked }: RoundFill,
  funding: readonly FundingRow[],
): string {
  const { fill, plSats, marginAfterSats } = booked
  const before = marginAfterSats + fill.feeSats - (plSats ?? 0)
  const paid = funding.reduce((sum, { feeSats }) => sum + feeSats, 0)
  const ofFunding = paid > 0 ? `; funding had taken ${formatNumber(paid)} sat before` : ''
  const lost =
    plSats === null || plSats >= 0
      ? ''
      : `: the loss of ${formatNumber(-plSats)} sat used up the cross margin of ${formatNumber(before)} sat`
  const direction = side === 'long' ? 'fell' : 'rose'
  return `the price ${direction} to the liquidation price, and the exchange closed the whole position${lost}${ofFunding}`
}

function canceledEvent({ side, quantityUsd, priceUsd, canceledAt }: CanceledOrderRow): StoryEvent {
  const size = quantityUsd === null ? '' : ` ${formatNumber(quantityUsd)} USD`
  const limit = priceUsd === null ? '' : ` at ${formatNumber(priceUsd, 1)}`
  const text = `order ${side ?? ''}${size}${limit} canceled, as seen on the stream; others may be missing`
  return {
    kind: 'order-canceled',
    at: canceledAt,
    seenFrom: null,
    ...NO_POINT,
    sats: null,
    text,
  }
}
