import { keyChangeText } from '../domain/account.ts'
import { formatNumber } from '../domain/format.ts'
import type { Position } from '../domain/position.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { CloseReason } from '../domain/snapshot.ts'
import { isKeyRefused } from '../domain/status.ts'
import { crossMoveOf } from '../store/cross-move.ts'
import { PART_LABELS } from '../store/selectors/parts.ts'
import type { ActivityEvent } from '../store/state.ts'

/** Formats an amount with its sign as a word, for screen readers: `plus 400,550 sats`. */
export function satsInWords(amount: number | null): string {
  if (amount === null) return 'not known'
  const sign = amount < 0 ? 'minus ' : amount > 0 ? 'plus ' : ''
  return `${sign}${counted(Math.abs(amount), 'sat')}`
}

/** Returns a count with its noun in the singular or the plural: `1 order`, `2 orders`. */
function counted(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Formats a duration in seconds: `0.4 seconds`, `42 seconds`. */
export function secondsInWords(ms: number): string {
  const seconds = ms / 1000
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} seconds`
}

/** Formats a price with one decimal, or none if it is an integer. */
export function priceInWords(priceUsd: number | null): string {
  return priceUsd === null ? 'not known' : formatNumber(priceUsd, Number.isInteger(priceUsd) ? 0 : 1)
}

function positionName({ mode, side, quantityUsd }: Pick<Position, 'mode' | 'side' | 'quantityUsd'>): string {
  return `${mode} ${side} ${formatNumber(quantityUsd)} USD`
}

/** Returns an event as one sentence without the time and the full stop. */
export function sentenceOf(event: ActivityEvent): string {
  switch (event.kind) {
    case 'link-lost':
      return `connection lost: ${sanitize(event.why)}`
    case 'link-live':
      return linkSentence(event)
    case 'upstream-lost': {
      const { hop, index } = event
      const what = hop.kind === 'direct' ? 'the exchange' : `relay ${index + 2}`
      const why = hop.lastError === null ? '' : `: ${sanitize(hop.lastError.message)}`
      return isKeyRefused(hop)
        ? `${what} refuses the key of the relay${why}`
        : `the relay lost its connection to ${what}${why}`
    }
    case 'upstream-live':
      return `the relay reconnected to the exchange after ${secondsInWords(event.gapMs)}`
    case 'key-refused':
      return `the exchange refuses the key: ${sanitize(event.why)}; axisor retries automatically`
    case 'key-accepted':
      return `the key is accepted again after ${secondsInWords(event.gapMs)}`
    case 'stopped':
      return `stopped: ${sanitize(event.why)}`
    case 'unreadable':
      return `unreadable data: ${sanitize(event.fault.where)}: ${sanitize(event.fault.message)}`
    case 'key':
      return keyChangeText(event.after)
    case 'part-failed':
      return `${PART_LABELS[event.part]} can't be read: ${sanitize(event.why)}`
    case 'part-recovered':
      return `${PART_LABELS[event.part]} read again after ${secondsInWords(event.gapMs)}`
    case 'order-opened':
      return `order placed: ${positionName(event.order)} at ${priceInWords(event.order.priceUsd)}`
    case 'filled':
      return `filled: ${positionName(event.position)} at ${priceInWords(event.position.entryPriceUsd)}`
    case 'ended':
      return endedSentence(event)
    case 'appeared':
      return `position found after a gap: ${positionName(event.position)}`
    case 'vanished':
      return `position gone after a gap, closed or liquidated: ${positionName(event.position)}`
    case 'funded':
      return event.feeSats === null ? 'funding settled' : `funding: ${satsInWords(-event.feeSats)}`
    case 'cross':
      return crossSentence(event)
    case 'wallet':
      return `${event.direction} of ${counted(event.amountSats, 'sat')}: ${sanitize(event.status)}`
    case 'announcement':
      return `announcement: ${sanitize(event.title)}`
  }
}

function linkSentence(event: Extract<ActivityEvent, { kind: 'link-live' }>): string {
  const what = `${counted(event.positions, 'position')}, ${counted(event.orders, 'order')}`
  if (event.gapMs === null) return `connected: ${what}`
  return `reconnected after ${secondsInWords(event.gapMs)}: ${what}`
}

function crossSentence({ event, before, cross }: Extract<ActivityEvent, { kind: 'cross' }>): string {
  const { position } = cross
  const move = crossMoveOf(before, position)
  const cause = event === null ? 'found after a gap' : sanitize(event)
  const shown = position ?? before
  if (move === null || shown === null) return `cross margin account: ${cause}`
  const earlier =
    move === 'opened' || move === 'closed' || before === null ? '' : `, before ${positionName(before)}`
  return `${move} (${cause}): ${positionName(shown)}${earlier}`
}

const ENDINGS: Readonly<Record<CloseReason, string>> = {
  closed: 'closed',
  'stop-loss': 'closed by stop-loss',
  'take-profit': 'closed by take-profit',
  liquidation: 'liquidated',
  canceled: 'canceled',
  filled: 'filled',
}

function endedSentence({
  why,
  position,
  plSats,
  exitPriceUsd,
  order,
}: Extract<ActivityEvent, { kind: 'ended' }>): string {
  const ofOrder = order === null ? 'a trade or order' : `order ${positionName(order)}`
  const what = position === null ? ofOrder : positionName(position)
  const at = exitPriceUsd === null ? '' : ` at ${priceInWords(exitPriceUsd)}`
  const result = plSats === null ? '' : `, P&L ${satsInWords(plSats)}`
  return `${ENDINGS[why]}: ${what}${at}${result}`
}
