import type { Candle } from '../../domain/market.ts'
import { type Line, lineOfText, type Role, segment } from '../paint/line.ts'
import { price } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { levelsOf, type PriceLevel } from './levels.ts'
import type { Panel } from './panel.ts'

/** Columns at the right for prices and names of levels. */
const AXIS = 22
/** Levels farther from the price than this fraction are only in the ladder: they would flatten the candles. */
const NEAR = 0.04
const NEAR_LIQUIDATION = 0.1

/** The last day in hourly candles, with the bid and the entries and liquidations near it. */
export function chartPanel(context: RenderContext): Panel {
  const candles = context.model.state.candles.get('1h') ?? []
  return {
    pane: null,
    title: 'BTC/USD 1h',
    note: 'E entry · LIQ liquidation',
    preferredHeight: 16,
    draw: (width, height) =>
      candles.length === 0
        ? [lineOfText('  No candles yet', 'faint')]
        : draw(context, candles, width, height),
  }
}

interface Grid {
  readonly chars: string[][]
  readonly roles: Role[][]
}

function draw(
  context: RenderContext,
  all: readonly Candle[],
  width: number,
  height: number,
): readonly Line[] {
  const plot = width - AXIS
  if (plot < 10 || height < 4) return [lineOfText('  No room for a chart', 'faint')]
  const candles = all.slice(-Math.min(all.length, Math.floor(plot / 2)))
  const levels = nearLevels(context)
  const top = Math.max(...candles.map(({ highUsd }) => highUsd), ...levels.map(({ priceUsd }) => priceUsd))
  const bottom = Math.min(...candles.map(({ lowUsd }) => lowUsd), ...levels.map(({ priceUsd }) => priceUsd))
  const span = Math.max(top - bottom, 1)
  const rowOf = (value: number): number =>
    Math.max(0, Math.min(height - 1, Math.round(((top - value) / span) * (height - 1))))
  const grid: Grid = {
    chars: Array.from({ length: height }, () => Array<string>(plot).fill(' ')),
    roles: Array.from({ length: height }, () => Array<Role>(plot).fill('faint')),
  }
  for (const { priceUsd } of levels) grid.chars[rowOf(priceUsd)]?.fill('┈')
  const stride = Math.max(2, Math.min(6, Math.floor(plot / candles.length)))
  const start = plot - stride * candles.length
  candles.forEach((candle, index) => {
    drawCandle(grid, candle, start + index * stride, Math.max(1, stride - 1), rowOf)
  })
  const labels = labelsOf(levels, rowOf, height, { top, bottom })
  return grid.chars.map((chars, row) => [...runs(chars, grid.roles[row] ?? []), ...(labels[row] ?? [])])
}

function drawCandle(
  { chars, roles }: Grid,
  { openUsd, closeUsd, highUsd, lowUsd }: Candle,
  start: number,
  bodyWidth: number,
  rowOf: (value: number) => number,
): void {
  const isUp = closeUsd >= openUsd
  const bodyTop = rowOf(Math.max(openUsd, closeUsd))
  const bodyBottom = rowOf(Math.min(openUsd, closeUsd))
  for (let row = rowOf(highUsd); row <= rowOf(lowUsd); row++) {
    const isBody = row >= bodyTop && row <= bodyBottom
    const from = isBody ? start : start + Math.floor((bodyWidth - 1) / 2)
    const to = isBody ? start + bodyWidth : from + 1
    for (let column = from; column < to; column++) {
      const line = chars[row]
      const lineRoles = roles[row]
      if (line === undefined || lineRoles === undefined) continue
      line[column] = isBody ? (isUp ? '█' : '▒') : '│'
      lineRoles[column] = isUp ? 'gain' : 'loss'
    }
  }
}

function nearLevels(context: RenderContext): readonly PriceLevel[] {
  const bid = context.model.market.bidUsd
  return levelsOf(context).filter(
    ({ priceUsd, kind }) =>
      kind !== 'order' &&
      bid !== null &&
      Math.abs(priceUsd - bid) / bid <= (kind === 'LIQ' ? NEAR_LIQUIDATION : NEAR),
  )
}

/** Names of the levels at their rows; the highest and lowest price where there is no level. */
function labelsOf(
  levels: readonly PriceLevel[],
  rowOf: (value: number) => number,
  height: number,
  { top, bottom }: { top: number; bottom: number },
): readonly Line[] {
  const labels: Line[] = Array.from({ length: height }, () => [])
  labels[0] = [segment(` ${price(top)}`, 'faint')]
  labels[height - 1] = [segment(` ${price(bottom)}`, 'faint')]
  for (const { kind, owner, priceUsd } of levels) {
    const role: Role = kind === 'LIQ' ? 'critical' : kind === 'bid' ? 'accent' : 'plain'
    const short = kind === 'entry' ? 'E' : kind === 'bid' ? '◂ bid' : kind
    labels[rowOf(priceUsd)] = [segment(` ${price(priceUsd)} ${short} ${owner.split(' ')[0]}`.trimEnd(), role)]
  }
  return labels
}

function runs(chars: readonly string[], roles: readonly Role[]): Line {
  const line: { text: string; role: Role }[] = []
  chars.forEach((char, column) => {
    const role = roles[column] ?? 'plain'
    const last = line.at(-1)
    if (last?.role === role) last.text += char
    else line.push({ text: char, role })
  })
  return line
}
