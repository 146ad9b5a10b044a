import { formatNumber } from '../domain/format.ts'
import type { Position } from '../domain/position.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { ActivityEvent } from '../store/state.ts'

/** An amount with its sign as a word, for people who listen: plus 400,550 sats. */
export function satsInWords(amount: number | null): string {
  if (amount === null) return 'not known'
  const sign = amount < 0 ? 'minus ' : amount > 0 ? 'plus ' : ''
  return `${sign}${formatNumber(Math.abs(amount))} sats`
}

/** A length of time in seconds: 0.4 seconds, 42 seconds. */
export function secondsInWords(ms: number): string {
  const seconds = ms / 1000
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} seconds`
}

/** A price in words; one decimal only where there is one. */
export function priceInWords(priceUsd: number | null): string {
  return priceUsd === null ? 'not known' : formatNumber(priceUsd, Number.isInteger(priceUsd) ? 0 : 1)
}

function named({ mode, side, quantityUsd }: Pick<Position, 'mode' | 'side' | 'quantityUsd'>): string {
  return `${mode} ${side} ${formatNumber(quantityUsd)} USD`
}

/** What happened as one sentence without time and full stop. */
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
      return `the relay has lost ${what}${why}`
    }
    case 'upstream-live':
      return `the relay is connected to the exchange again after ${secondsInWords(event.gapMs)}`
    case 'stopped':
      return `stopped: ${sanitize(event.why)}`
    case 'unreadable':
      return `something could not be read: ${sanitize(event.fault.where)}: ${sanitize(event.fault.message)}`
    case 'order-opened':
      return `order placed: ${named(event.order)} at ${priceInWords(event.order.priceUsd)}`
    case 'filled':
      return `filled: ${named(event.position)} at ${priceInWords(event.position.entryPriceUsd)}`
    case 'ended':
      return endedSentence(event)
    case 'appeared':
      return `found after a gap: ${named(event.position)}`
    case 'vanished':
      return `gone after a gap, closed or liquidated: ${named(event.position)}`
    case 'funded':
      return `funding ${event.feeSats === null ? 'settled' : satsInWords(-event.feeSats)}`
    case 'cross':
      return `cross margin account: ${sanitize(event.event)}`
    case 'wallet':
      return `${event.direction} of ${formatNumber(event.amountSats)} sats: ${sanitize(event.status)}`
    case 'announcement':
      return `announcement: ${sanitize(event.title)}`
  }
}

function linkSentence(event: Extract<ActivityEvent, { kind: 'link-live' }>): string {
  const what = `${event.positions} positions, ${event.orders} orders`
  if (event.gapMs === null) return `connected: ${what}`
  return `connected again after ${secondsInWords(event.gapMs)}: ${what}`
}

function endedSentence({
  why,
  position,
  plSats,
  exitPriceUsd,
}: Extract<ActivityEvent, { kind: 'ended' }>): string {
  const what = position === null ? 'a trade or order' : named(position)
  const at = exitPriceUsd === null ? '' : ` at ${priceInWords(exitPriceUsd)}`
  const result = plSats === null ? '' : `, ${satsInWords(plSats)}`
  return `${why}: ${what}${at}${result}`
}
