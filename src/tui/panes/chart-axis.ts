import { type CandleLength, candleLengthMs } from '../../domain/candle-range.ts'
import { type Line, lineOfText, segment } from '../paint/line.ts'
import { price } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { zonedDate } from '../view/time-format.ts'
import { halfRowOf, type Scale, type Slots } from './candle-plot.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Distances between two times of the axis that are easy to read. */
const STEPS_MS: readonly number[] = [
  ...[5, 10, 15, 30].map(minutes => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map(hours => hours * HOUR_MS),
  ...[1, 2, 7, 14].map(days => days * DAY_MS),
]
const MONTH_STEPS: readonly number[] = [1, 2, 3, 6, 12, 24, 60]
/** A time and the blanks around it. */
const LABEL_COLUMNS = 9

/** The times below the candles in the chosen zone: `15:00`, `11-23` at midnight and for days, `2026-11` for months. */
export function timeAxis(context: RenderContext, range: CandleLength, slots: Slots, columns: number): Line {
  const least = (candleLengthMs(range) / slots.stride) * LABEL_COLUMNS
  const step = stepOf(least)
  let text = ''
  let before: string | null = null
  for (const { openedAt } of slots.candles) {
    const date = zonedDate(context, openedAt)
    const group = step.group(date)
    const column = slots.columnOf(openedAt)
    const isNew = before !== null && group !== before
    before = group
    if (!isNew || (text !== '' && column < text.length + 2)) continue
    const label = step.label(date)
    if (column + label.length <= columns) text = text.padEnd(column) + label
  }
  return lineOfText(text.padEnd(columns), 'faint')
}

/** Times of one group have one label, at the first of them. */
interface Step {
  group(date: Date): string
  label(date: Date): string
}

function stepOf(leastMs: number): Step {
  const stepMs = STEPS_MS.find(each => each >= leastMs)
  if (stepMs !== undefined)
    return {
      // Weeks begin on Monday; the epoch was a Thursday.
      group: date => String(Math.floor((date.getTime() + 3 * DAY_MS) / stepMs)),
      label: date => {
        const iso = date.toISOString()
        return stepMs >= DAY_MS || iso.slice(11, 16) === '00:00' ? iso.slice(5, 10) : iso.slice(11, 16)
      },
    }
  const months = MONTH_STEPS.find(each => each * 28 * DAY_MS >= leastMs) ?? 120
  return {
    group: date => String(Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / months)),
    label: date => date.toISOString().slice(0, 7),
  }
}

/** Rows from one price of the axis to the next, about. */
const PRICE_ROWS = 5

/** Round prices by their rows. */
export function priceAxis(scale: Scale): ReadonlyMap<number, Line> {
  const { topUsd, bottomUsd, rows } = scale
  const least = ((topUsd - bottomUsd) / rows) * PRICE_ROWS
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 0.1)))
  const step = power * ([1, 2, 5].find(factor => factor * power >= least) ?? 10)
  const labels = new Map<number, Line>()
  for (let at = Math.ceil(bottomUsd / step) * step; at <= topUsd; at += step)
    labels.set(halfRowOf(scale, at) >> 1, [segment(` ${price(at)}`, 'faint')])
  return labels
}
