import { formatNumber } from '../domain/format.ts'
import type { Position } from '../domain/position.ts'
import type { Happening } from '../store/state.ts'
import { printable } from './sanitize.ts'

/** An amount with its sign as a word, for people who listen: plus 400,550 sats. */
export function spokenSats(amount: number | null): string {
  if (amount === null) return 'not known'
  const sign = amount < 0 ? 'minus ' : amount > 0 ? 'plus ' : ''
  return `${sign}${formatNumber(Math.abs(amount))} sats`
}

/** A length of time in seconds: 0.4 seconds, 42 seconds. */
export function spokenSeconds(ms: number): string {
  const seconds = ms / 1000
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} seconds`
}

/** A price in words; one decimal only where there is one. */
export function spokenPrice(priceUsd: number | null): string {
  return priceUsd === null ? 'not known' : formatNumber(priceUsd, Number.isInteger(priceUsd) ? 0 : 1)
}

function named({ mode, side, quantityUsd }: Pick<Position, 'mode' | 'side' | 'quantityUsd'>): string {
  return `${mode} ${side} ${formatNumber(quantityUsd)} USD`
}

/** What happened as one sentence without time and full stop. */
export function sentenceOf(happening: Happening): string {
  switch (happening.kind) {
    case 'link-lost':
      return `connection lost: ${printable(happening.why)}`
    case 'link-live':
      return linkSentence(happening)
    case 'upstream-lost': {
      const { hop, index } = happening
      const what = hop.kind === 'direct' ? 'the exchange' : `relay ${index + 2}`
      const why = hop.lastError === null ? '' : `: ${printable(hop.lastError.message)}`
      return `the relay has lost ${what}${why}`
    }
    case 'upstream-live':
      return `the relay is connected to the exchange again after ${spokenSeconds(happening.gapMs)}`
    case 'stopped':
      return `stopped: ${printable(happening.why)}`
    case 'unreadable':
      return `something could not be read: ${printable(happening.fault.where)}: ${printable(happening.fault.message)}`
    case 'order-opened':
      return `order placed: ${named(happening.order)} at ${spokenPrice(happening.order.priceUsd)}`
    case 'filled':
      return `filled: ${named(happening.position)} at ${spokenPrice(happening.position.entryPriceUsd)}`
    case 'ended':
      return endedSentence(happening)
    case 'appeared':
      return `found after a gap: ${named(happening.position)}`
    case 'vanished':
      return `gone after a gap, closed or liquidated: ${named(happening.position)}`
    case 'funded':
      return `funding ${happening.feeSats === null ? 'settled' : spokenSats(-happening.feeSats)}`
    case 'cross':
      return `cross margin account: ${printable(happening.event)}`
    case 'wallet':
      return `${happening.direction} of ${formatNumber(happening.amountSats)} sats: ${printable(happening.status)}`
    case 'announcement':
      return `announcement: ${printable(happening.title)}`
  }
}

function linkSentence(happening: Extract<Happening, { kind: 'link-live' }>): string {
  const what = `${happening.positions} positions, ${happening.orders} orders`
  if (happening.gapMs === null) return `connected: ${what}`
  return `connected again after ${spokenSeconds(happening.gapMs)}: ${what}`
}

function endedSentence({
  why,
  position,
  plSats,
  exitPriceUsd,
}: Extract<Happening, { kind: 'ended' }>): string {
  const what = position === null ? 'a trade or order' : named(position)
  const at = exitPriceUsd === null ? '' : ` at ${spokenPrice(exitPriceUsd)}`
  const result = plSats === null ? '' : `, ${spokenSats(plSats)}`
  return `${why}: ${what}${at}${result}`
}
