import type { Candle } from '../../domain/market.ts'
import { type Line, lineOfText, type Role, type Segment, segment } from '../paint/line.ts'
import { marked, price } from '../view/format.ts'
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
  const labels = labelsOf(context, levels, rowOf, height, { top, bottom })
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
  context: RenderContext,
  levels: readonly PriceLevel[],
  rowOf: (value: number) => number,
  height: number,
  { top, bottom }: { top: number; bottom: number },
): readonly Line[] {
  const labels: Line[] = Array.from({ length: height }, () => [])
  labels[0] = [segment(` ${price(top)}`, 'faint')]
  labels[height - 1] = [segment(` ${price(bottom)}`, 'faint')]
  for (const [row, shared] of Map.groupBy(levels, ({ priceUsd }) => rowOf(priceUsd)))
    labels[row] = [
      rowLabel(
        context,
        shared.toSorted((a, b) => RANKS.indexOf(a.kind) - RANKS.indexOf(b.kind)),
      ),
    ]
  return labels
}

/** Of levels that share a row the first is named with its price and owner. */
const RANKS: readonly PriceLevel['kind'][] = ['LIQ', 'bid', 'SL', 'TS', 'TP', 'entry', 'order']

const SHORT_KINDS: Readonly<Partial<Record<PriceLevel['kind'], string>>> = { entry: 'E', bid: '◂ bid' }

/** `66,809.5 LIQ 7f3a +TP`; the levels that do not fit are counted. */
function rowLabel(context: RenderContext, [first, ...others]: readonly PriceLevel[]): Segment {
  if (first === undefined) return segment('')
  const { kind, owner, priceUsd } = first
  const role: Role = kind === 'LIQ' ? 'critical' : kind === 'bid' ? 'accent' : 'plain'
  const at = kind === 'bid' ? marked(context, ['market'], price(priceUsd), ' ') : ` ${price(priceUsd)}`
  const named = `${at} ${SHORT_KINDS[kind] ?? kind} ${owner.split(' ')[0]}`.trimEnd()
  const kinds = others.map(other => (other.kind === 'bid' ? 'bid' : (SHORT_KINDS[other.kind] ?? other.kind)))
  const all = kinds.map(text => ` +${text}`).join('')
  const rest = named.length + all.length <= AXIS ? all : ` +${others.length}`
  return segment(`${named}${rest}`, role)
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
