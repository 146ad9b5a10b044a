import type { Candle } from '../../domain/market.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { type ChartView, selectChart } from '../../store/selectors/chart.ts'
import { clipLine, type Line, lineOfText, withRole } from '../paint/line.ts'
import { isHeld, type RenderContext } from '../view/render-context.ts'
import { dayTime } from '../view/time-format.ts'
import { plotOf, type Scale, slotsOf } from './candle-plot.ts'
import { priceAxis, timeAxis } from './chart-axis.ts'
import { beyondLine, type ChartLevels, chartLevelsOf, levelLabels } from './chart-levels.ts'
import type { Panel } from './panel.ts'

/** Columns at the right for prices and names of levels. */
const AXIS = 22
const MIN_COLUMNS = 10
const MIN_ROWS = 4

/** The candles of the chosen length with a time axis, and the levels of the user near them. */
export function chartPanel(context: RenderContext): Panel {
  const view = selectChart(context.model.state, context.ui.candleRange, context.model.now)
  const { range, candles } = view
  const { t } = context.info
  return {
    pane: null,
    title: `BTC/USD ${range}${oldness(context, view)}`,
    note: candles.length === 0 ? t('[ ] length') : t('E entry · LIQ liquidation · [ ] length'),
    preferredHeight: 16,
    draw: (width, height) =>
      candles.length === 0
        ? [clipLine(missingText(context, view), width)]
        : withRemark(context, view, width, height),
  }
}

/** ` ~ until 11-23 15:00` for candles that are not current. */
function oldness(context: RenderContext, { endedAt, candles }: ChartView): string {
  if (endedAt !== null) return ` ~ ${context.info.t('until {time}', { time: dayTime(context, endedAt) })}`
  return candles.length > 0 && isHeld(context) ? ' ~' : ''
}

/** Why there are no candles. */
function missingText({ ui, model, info: { t } }: RenderContext, { range, isRead, error }: ChartView): Line {
  if (error !== null)
    return lineOfText(`  ${t('No {range} candles: {error}', { range, error: sanitize(error) })}`, 'warn')
  if (isRead) return lineOfText(`  ${t('The exchange has no {range} candles', { range })}`, 'faint')
  if (ui.frozen !== null)
    return lineOfText(`  ${t('No {range} candles in the frozen screen: f resumes', { range })}`, 'faint')
  return model.source.status?.link === 'live'
    ? lineOfText(`  ${t('Loading {range} candles', { range })}`, 'faint')
    : lineOfText(
        `  ${t('No {range} candles yet: they come over the stream, which is not connected', { range })}`,
        'faint',
      )
}

/** The chart, and above it what the candles lack. */
function withRemark(context: RenderContext, view: ChartView, width: number, height: number): readonly Line[] {
  const remark = remarkOf(context, view)
  if (remark.length === 0) return draw(context, view, width, height)
  return [clipLine(remark, width), ...draw(context, view, width, height - 1)]
}

function remarkOf({ ui, info: { t } }: RenderContext, { range, isRead, error, joinedFrom }: ChartView): Line {
  const joined =
    joinedFrom === null ? '' : t('; these are joined from {range} candles', { range: joinedFrom })
  const none = { range, error: `${sanitize(error ?? '')}${joined}` }
  if (error !== null) return lineOfText(`  ${t('No other {range} candles: {error}', none)}`, 'watch')
  return isRead || ui.frozen !== null
    ? []
    : lineOfText(`  ${t('Loading {range} candles', { range })}`, 'faint')
}

function draw(context: RenderContext, view: ChartView, width: number, height: number): readonly Line[] {
  const columns = width - AXIS
  if (columns < MIN_COLUMNS || height < MIN_ROWS)
    return [lineOfText(`  ${context.info.t('No room for a chart')}`, 'faint')]
  const { candles, range } = view
  const slots = slotsOf(candles, range, columns)
  const levels = chartLevelsOf(context, lowest(slots.candles), highest(slots.candles))
  const beyond = (side: 'above' | 'below'): readonly Line[] =>
    levels[side].length === 0 ? [] : [beyondLine(context, side, levels[side], width)]
  const [above, below] = [beyond('above'), beyond('below')]
  const scale = scaleOf(slots.candles, levels, height - 1 - above.length - below.length)
  const labels = levelLabels(context, levels.near, scale, AXIS)
  const prices = priceAxis(scale)
  const isOld = view.endedAt !== null
  const rows = plotOf(candles, range, columns, scale).map(({ plain, ruled }, row): Line => {
    const label = labels.get(row)
    const line = label === undefined ? plain : ruled
    return [...(isOld ? withRole(line, 'faint') : line), ...(label ?? prices.get(row) ?? [])]
  })
  return [...above, ...rows, ...below, timeAxis(context, range, slots, columns)]
}

/** From the highest to the lowest of candles and near levels. */
function scaleOf(candles: readonly Candle[], { near }: ChartLevels, rows: number): Scale {
  const prices = near.map(({ priceUsd }) => priceUsd)
  return {
    topUsd: prices.reduce((a, b) => Math.max(a, b), highest(candles)),
    bottomUsd: prices.reduce((a, b) => Math.min(a, b), lowest(candles)),
    rows,
  }
}

function highest(candles: readonly Candle[]): number {
  return candles.reduce((most, { highUsd }) => Math.max(most, highUsd), Number.NEGATIVE_INFINITY)
}

function lowest(candles: readonly Candle[]): number {
  return candles.reduce((least, { lowUsd }) => Math.min(least, lowUsd), Number.POSITIVE_INFINITY)
}
