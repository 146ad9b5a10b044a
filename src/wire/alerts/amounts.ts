import type { AmountRule, ChangeWindow, QuietHours } from '../../domain/alerts/rule.ts'
import { parseDuration } from '../../domain/duration.ts'

/** A number with its unit. */
interface Amount {
  readonly amount: number
  readonly unit: AmountRule['unit']
}

/** A change of an amount within a time window. */
interface AmountChange {
  readonly unit: AmountRule['unit']
  readonly change: ChangeWindow
}

const UNITS: Readonly<Record<string, AmountRule['unit']>> = {
  sat: 'sats',
  sats: 'sats',
  usd: 'usd',
  '%': 'percent',
}

const MIN_WINDOW_MS = 1_000
const MAX_WINDOW_MS = 24 * 3_600_000

/** Describes valid windows. */
export const WINDOW = 'within 1s to 24h'

/** Parses a percentage such as `2.5%` to its number; null for any other text. */
export function parsePercent(text: string): number | null {
  const amount = parseAmount(text)
  return amount?.unit === 'percent' ? amount.amount : null
}

/** Parses an amount such as `-20000 sats`, `150 USD` or `5%`; null for any other text. Sats are whole. */
export function parseAmount(text: string): Amount | null {
  const [, digits, unitText = ''] = /^(-?\d{1,15}(?:\.\d{1,8})?) ?(sats?|usd|%)$/i.exec(text) ?? []
  const unit = UNITS[unitText.toLowerCase()]
  if (digits === undefined || unit === undefined) return null
  // Without a negative zero.
  const amount = Number(digits) + 0
  return unit === 'sats' && !Number.isSafeInteger(amount) ? null : { amount, unit }
}

/** Parses a change such as `5% in 1h`; null for any other text, and for a change or a window that is not positive or too large. */
export function parseChange(text: string): AmountChange | null {
  const [, amountText = '', durationText = ''] = /^(.+) in (\S+)$/.exec(text) ?? []
  const parsed = parseAmount(amountText)
  const withinMs = parseDuration(durationText)
  if (parsed === null || withinMs === null || parsed.amount <= 0) return null
  if (withinMs < MIN_WINDOW_MS || withinMs > MAX_WINDOW_MS) return null
  return { unit: parsed.unit, change: { amount: parsed.amount, withinMs } }
}

function parseMinute(text: string): number | null {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? []
  return hours === undefined ? null : Number(hours) * 60 + Number(minutes)
}

/** Parses hours such as `23:00-07:00`, `23:00-07:00 local` or `22:00-05:30 utc`; null for any other text and for an empty span. */
export function parseQuiet(text: string): QuietHours | null {
  const [, from = '', to = '', zone = 'local'] = /^([\d:]+)-([\d:]+)(?: (utc|local))?$/.exec(text) ?? []
  const fromMinute = parseMinute(from)
  const toMinute = parseMinute(to)
  if (fromMinute === null || toMinute === null || fromMinute === toMinute) return null
  return { fromMinute, toMinute, zone: zone === 'utc' ? 'utc' : 'local' }
}
