import { type CandleLength, candlesBetween } from '../../domain/candle-range.ts'
import type { Candle } from '../../domain/market.ts'
import type { Line, Role } from '../paint/line.ts'

/** A candle is at most so many columns wide, gap included. */
const MAX_STRIDE = 6

/** The candles that fit into a plot, and their columns. A candle that is missing leaves its columns blank. */
export interface Slots {
  readonly candles: readonly Candle[]
  /** Columns of a candle, gap included. */
  readonly stride: number
  /** The first column of a candle that opens at a time. */
  columnOf(openedAt: number): number
}

/** The newest candle is at the right. With fewer candles than columns they are drawn wider. */
export function slotsOf(candles: readonly Candle[], range: CandleLength, columns: number): Slots {
  const newest = candles.at(-1)?.openedAt ?? 0
  const back = (openedAt: number): number => candlesBetween(range, openedAt, newest)
  const needed = 1 + back(candles[0]?.openedAt ?? newest)
  const stride = Math.max(1, Math.min(MAX_STRIDE, Math.floor(columns / needed)))
  const room = Math.floor(columns / stride)
  return {
    candles: candles.filter(({ openedAt }) => back(openedAt) < room),
    stride,
    columnOf: openedAt => columns - stride * (back(openedAt) + 1),
  }
}

/** A linear scale in half rows: a price is the upper or the lower half of a row. */
export interface Scale {
  readonly topUsd: number
  readonly bottomUsd: number
  readonly rows: number
}

/** The half row of a price, 0 at the top; prices beyond the scale are at its ends. */
export function halfRowOf({ topUsd, bottomUsd, rows }: Scale, priceUsd: number): number {
  const last = 2 * rows - 1
  const span = topUsd - bottomUsd
  if (span <= 0) return Math.floor(last / 2)
  return Math.max(0, Math.min(last, Math.round(((topUsd - priceUsd) / span) * last)))
}

/** One row of a plot, blank between the candles or ruled with a level. */
export interface PlotRow {
  readonly plain: Line
  readonly ruled: Line
}

interface Plot {
  readonly key: string
  readonly rows: readonly PlotRow[]
}

/** The last plot of each list of candles: a frame is drawn more often than they change. */
const plots = new WeakMap<readonly Candle[], Plot>()

/** Draws candles. The same list, columns and scale give the same rows without drawing again. */
export function plotOf(
  all: readonly Candle[],
  range: CandleLength,
  columns: number,
  scale: Scale,
): readonly PlotRow[] {
  const key = [range, columns, scale.rows, scale.topUsd, scale.bottomUsd].join(' ')
  const known = plots.get(all)
  if (known?.key === key) return known.rows
  const rows = draw(slotsOf(all, range, columns), columns, scale)
  plots.set(all, { key, rows })
  return rows
}

type Cell = { readonly char: string; readonly role: Role } | null

function draw(slots: Slots, columns: number, scale: Scale): readonly PlotRow[] {
  const grid = Array.from({ length: scale.rows }, () => Array<Cell>(columns).fill(null))
  for (const candle of slots.candles) drawCandle(grid, candle, slots, scale)
  return grid.map(cells => ({ plain: runs(cells, ' '), ruled: runs(cells, '┈') }))
}

function drawCandle(grid: readonly Cell[][], candle: Candle, slots: Slots, scale: Scale): void {
  const { openUsd, closeUsd } = candle
  const isUp = closeUsd >= openUsd
  const half = (priceUsd: number): number => halfRowOf(scale, priceUsd)
  const body = { from: half(Math.max(openUsd, closeUsd)), to: half(Math.min(openUsd, closeUsd)) }
  const wick = { from: half(candle.highUsd), to: half(candle.lowUsd) }
  const role = isUp ? 'gain' : 'loss'
  const width = Math.max(1, slots.stride - 1)
  const start = slots.columnOf(candle.openedAt) + Math.floor((slots.stride - width) / 2)
  const center = start + Math.floor((width - 1) / 2)
  // At least one row of the body of a falling candle has its sign: color is never the only one.
  const sign = Math.floor((body.from + body.to) / 4)
  for (let row = wick.from >> 1; row <= wick.to >> 1; row++) {
    const upper = partOf(2 * row, body, wick)
    const lower = partOf(2 * row + 1, body, wick)
    const isWhole = upper + lower === 'bb' || row === sign
    const char = isWhole ? (isUp ? '┃' : '║') : (THIN[upper + lower] ?? ' ')
    const isWide = width >= 2 && (upper + lower).includes('b')
    const wide = isUp ? (WIDE[upper + lower] ?? '█') : '▒'
    const from = isWide ? start : center
    const cells = grid[row]
    for (let column = from; cells !== undefined && column < from + (isWide ? width : 1); column++)
      if (column >= 0 && column < cells.length) cells[column] = { char: isWide ? wide : char, role }
  }
}

/** Half rows, both ends included. */
interface Extent {
  readonly from: number
  readonly to: number
}

/** Body, wick or nothing in a half row. */
function partOf(half: number, body: Extent, wick: Extent): 'b' | 'w' | '-' {
  if (half >= body.from && half <= body.to) return 'b'
  return half >= wick.from && half <= wick.to ? 'w' : '-'
}

/** By the parts in the upper and the lower half of a row. */
const THIN: Readonly<Record<string, string>> = {
  ww: '│',
  'w-': '╵',
  '-w': '╷',
  wb: '╽',
  bw: '╿',
  'b-': '╹',
  '-b': '╻',
}

const WIDE: Readonly<Record<string, string>> = { 'b-': '▀', bw: '▀', '-b': '▄', wb: '▄' }

function runs(cells: readonly Cell[], blank: string): Line {
  const line: { text: string; role: Role }[] = []
  for (const cell of cells) {
    const { char, role } = cell ?? { char: blank, role: 'faint' as const }
    const last = line.at(-1)
    if (last?.role === role) last.text += char
    else line.push({ text: char, role })
  }
  return line
}
