import { clipLine, type Line, segment } from '../paint/line.ts'
import { widthOf } from '../paint/width.ts'
import { marked, price } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { halfRowOf, type Scale } from './candle-plot.ts'
import { LEVEL_ROLES, levelsOf, type PriceLevel } from './levels.ts'

/** A level, or the price of the last trade. */
export type ChartLevel = Omit<PriceLevel, 'kind'> & { readonly kind: PriceLevel['kind'] | 'last' }

/** The levels of a chart, highest first. */
export interface ChartLevels {
  /** Beyond the scale: in it they would flatten the candles. */
  readonly above: readonly ChartLevel[]
  readonly near: readonly ChartLevel[]
  readonly below: readonly ChartLevel[]
}

/** A level may extend the scale by this much of the candles' height, a liquidation by more. */
const REACH = 0.4
const LIQUIDATION_REACH = 1
/** Candles of a quiet market are at least so high, as a fraction of the price. */
const LEAST_SPAN = 0.002

/** The levels by their distance from the candles, which reach from `low` to `high` in USD. */
export function chartLevelsOf(context: RenderContext, low: number, high: number): ChartLevels {
  const span = Math.max(high - low, LEAST_SPAN * high)
  const { lastPriceUsd } = context.model.market
  const last: ChartLevel[] =
    lastPriceUsd === null ? [] : [{ kind: 'last', priceUsd: lastPriceUsd, owner: '', risk: 'ok' }]
  const placeOf = ({ kind, priceUsd }: ChartLevel): keyof ChartLevels => {
    if (isCurrent(kind)) return 'near'
    const reach = span * (kind === 'LIQ' ? LIQUIDATION_REACH : REACH)
    return priceUsd > high + reach ? 'above' : priceUsd < low - reach ? 'below' : 'near'
  }
  const { above = [], near = [], below = [] } = Object.groupBy([...levelsOf(context), ...last], placeOf)
  return { above, near, below }
}

function isCurrent(kind: ChartLevel['kind']): boolean {
  return kind === 'bid' || kind === 'last'
}

/** Of levels that share a row the first is named with its price and owner. */
const RANKS: readonly ChartLevel['kind'][] = ['LIQ', 'bid', 'last', 'SL', 'TS', 'TP', 'entry', 'order']

/** The signs of the prices of now. */
const CURRENT = '◂ '

/** `LIQ`, or `E` for an entry, `bid`. */
function kindName({ info }: RenderContext, kind: ChartLevel['kind']): string {
  return kind === 'entry'
    ? info.t('E')
    : kind === 'order'
      ? info.t('order')
      : kind === 'last'
        ? info.t('last')
        : kind
}

/** The names of the levels at their rows, each at most `columns` wide. */
export function levelLabels(
  context: RenderContext,
  levels: readonly ChartLevel[],
  scale: Scale,
  columns: number,
): ReadonlyMap<number, Line> {
  const rows = Map.groupBy(levels, ({ priceUsd }) => halfRowOf(scale, priceUsd) >> 1)
  return new Map(
    [...rows].map(([row, shared]) => {
      const ranked = shared.toSorted((a, b) => RANKS.indexOf(a.kind) - RANKS.indexOf(b.kind))
      return [row, rowLabel(context, ranked, columns)]
    }),
  )
}

/** `66,809.5 LIQ 7f3a +TP`; levels that do not fit are counted, and the owner gives way to a long count. */
function rowLabel(context: RenderContext, [first, ...others]: readonly ChartLevel[], columns: number): Line {
  if (first === undefined) return []
  const at = priceOf(context, first, ' ')
  const named = `${at} ${nameOf(context, first)}`
  const kinds = others.slice(0, columns).map(({ kind }) => ` +${kindName(context, kind)}`)
  const count = others.length === 0 ? '' : ` +${others.length}`
  const texts = [
    ...(others.length <= columns ? [`${named}${kinds.join('')}`] : []),
    `${named}${count}`,
    `${at} ${nameOf(context, { ...first, owner: '' })}${count}`,
    `${at}${count}`,
  ]
  const text = texts.find(each => widthOf(each) <= columns) ?? at
  return clipLine([segment(text, LEVEL_ROLES[first.kind])], columns)
}

function priceOf(context: RenderContext, { kind, priceUsd }: ChartLevel, otherwise: string): string {
  return isCurrent(kind)
    ? marked(context, ['market'], price(priceUsd), otherwise)
    : `${otherwise}${price(priceUsd)}`
}

function nameOf(context: RenderContext, { kind, owner }: ChartLevel): string {
  return `${isCurrent(kind) ? CURRENT : ''}${kindName(context, kind)} ${owner.split(' ')[0]}`.trimEnd()
}

/** Levels beyond the scale that are named at most. */
const MAX_NAMED = 12
/** For the number of the others. */
const MORE_COLUMNS = 12

/**
 * One line with the levels beyond the scale, the nearest first: `▼ below  66,809.5 LIQ 7f3a  66,000.0 TP c21e  +2`. Liquidations have the
 * room first.
 */
export function beyondLine(
  context: RenderContext,
  side: 'above' | 'below',
  levels: readonly ChartLevel[],
  columns: number,
): Line {
  const { t } = context.info
  const nearest = side === 'above' ? levels.toReversed() : levels
  const liquidations = nearest.filter(({ kind }) => kind === 'LIQ')
  const others = nearest.filter(({ kind }) => kind !== 'LIQ')
  const wanted = [...liquidations.slice(0, MAX_NAMED), ...others.slice(0, MAX_NAMED)].map(level => ({
    index: nearest.indexOf(level),
    name: segment(`  ${priceOf(context, level, '')} ${nameOf(context, level)}`, LEVEL_ROLES[level.kind]),
  }))
  const start = segment(side === 'above' ? `▲ ${t('above')}` : `▼ ${t('below')}`, 'faint')
  const shown: typeof wanted = []
  let left = columns - start.text.length - MORE_COLUMNS
  for (const each of wanted) {
    left -= widthOf(each.name.text)
    if (left < 0) break
    shown.push(each)
  }
  const hidden = levels.length - shown.length
  const names = shown.toSorted((a, b) => a.index - b.index).map(({ name }) => name)
  const line = [
    start,
    ...names,
    ...(hidden === 0 ? [] : [segment(`  ${t('+{count} more', { count: hidden })}`, 'faint')]),
  ]
  return clipLine(line, columns)
}
