import { formatPercent } from '../../domain/format.ts'
import type { TradeSize } from '../../domain/sizing.ts'
import { BOUNDS, usd } from '../../domain/units.ts'
import { type SizeView, selectSize } from '../../store/selectors/size.ts'
import { sizeWarningText } from '../../store/size-text.ts'
import { SIZE_FIELDS, type SizeField, type SizeInput } from '../input/plan-input.ts'
import { type Line, lineOfText, segment } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { amount, dollars, MASK, marked, price } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { SOURCES } from '../view/sources.ts'
import type { Panel } from './panel.ts'
import { scroll } from './scroll.ts'

/** How large a trade may be for a risk and a stop. */
export function sizePanel(context: RenderContext): Panel {
  return {
    pane: null,
    title: 'SIZE of a new isolated trade',
    note: 'Esc back',
    preferredHeight: 0,
    draw: (width, height) => {
      const { size } = context.ui
      const fields = SIZE_FIELDS.map(field => fieldLine(size, field))
      const lines = [...fields, [], ...resultLines(context)]
      const keys = lineOfText('  Tab or ↑↓ field, digits type; no order is placed', 'faint')
      return scroll(context, 'overlay', [...lines, [], keys], height, line => wrapLine(line, width, INDENT))
    },
  }
}

const INDENT = 15

const EMPTY: Readonly<Record<SizeField, string>> = {
  risk: 'type it',
  stop: 'type its price',
  leverage: 'highest that reaches the stop',
  entry: 'market now',
}

const UNITS: Readonly<Record<SizeField, string>> = { risk: '% of equity', stop: '', leverage: 'x', entry: '' }

function fieldLine({ field, texts }: SizeInput, name: SizeField): Line {
  const isSelected = field === name
  const text = texts[name]
  return [
    segment(isSelected ? '▸ ' : '  ', 'accent'),
    segment(name.padEnd(INDENT - 2), 'faint'),
    segment(text, 'strong'),
    segment(isSelected ? '█' : '', 'accent'),
    text === '' ? segment(` ${EMPTY[name]}`, 'faint') : segment(UNITS[name], 'faint'),
  ]
}

/** The numbers of the fields, or what is wrong with the first bad one. An empty field is null. */
type Typed = Readonly<Record<SizeField, number | null>>

const RANGES: Readonly<Record<SizeField, readonly [least: number, most: number, text: string]>> = {
  risk: [Number.MIN_VALUE, 100, 'the risk is a percentage above 0 and up to 100'],
  stop: [BOUNDS.leastPriceUsd, BOUNDS.mostPriceUsd, 'the stop is a price in USD'],
  leverage: [1, 100, 'the leverage is a number from 1 to 100'],
  entry: [BOUNDS.leastPriceUsd, BOUNDS.mostPriceUsd, 'the entry is a price in USD'],
}

function typedOf(texts: SizeInput['texts']): Typed | string {
  const entries = SIZE_FIELDS.map(
    field => [field, texts[field] === '' ? null : Number(texts[field])] as const,
  )
  const wrong = entries.find(([field, value]) => {
    const [least, most] = RANGES[field]
    return value !== null && !(value >= least && value <= most)
  })
  return wrong === undefined ? (Object.fromEntries(entries) as Typed) : RANGES[wrong[0]][2]
}

function resultLines(context: RenderContext): readonly Line[] {
  const typed = typedOf(context.ui.size.texts)
  if (typeof typed === 'string') return [lineOfText(`  ! ${typed}`, 'warn')]
  const { risk, stop, leverage, entry } = typed
  if (risk === null || stop === null)
    return [lineOfText(`  ${risk === null ? 'risk' : 'stop'} is missing`, 'faint')]
  const { state, now, totals } = context.model
  const request = {
    riskFraction: risk / 100,
    stopUsd: usd(stop),
    side: null,
    leverage,
    entryUsd: entry === null ? null : usd(entry),
  }
  const view = selectSize(state, now, request, totals)
  if (view.size === null) return [lineOfText(`  ! ${view.refusal}`, 'warn')]
  return sizeLines(context, view, view.size, stop)
}

function sizeLines(
  context: RenderContext,
  view: SizeView,
  size: TradeSize,
  stopUsd: number,
): readonly Line[] {
  const { ui } = context
  const mark = (text: string): string => marked(context, SOURCES.equity, text)
  const sats = (value: number | null): string => mark(amount(context, value))
  const away = Math.abs(stopUsd - size.entryUsd) / size.entryUsd
  const least = size.leastLeverage === null ? 'no leverage' : `${size.leastLeverage}x or more`
  return [
    [
      segment(`  ${'size'.padEnd(INDENT - 2)}`, 'faint'),
      segment(
        `${view.side === 'short' ? 'SHORT' : 'LONG'} ${mark(dollars(context, size.quantityUsd))} USD`,
        'strong',
      ),
      segment(` at ${mark(price(size.entryUsd))}, ${size.leverage}x`),
    ],
    ...size.warnings.map(warning => lineOfText(`  ! ${warningText(context, warning, size, view)}`, 'warn')),
    row(
      'at stop',
      `costs ${sats(size.lossAtStopSats)} ${ui.unit} of ${sats(size.riskSats)}; ${formatPercent(away)} away`,
    ),
    row(
      'fees',
      `opening ${sats(size.openingFeeSats)}, closing ${sats(size.closingFeeSats)} at ${formatPercent(view.feeRate)}`,
    ),
    row(
      'margin',
      `${sats(size.marginSats)} and ${sats(size.reserveSats)} for fees, of ${sats(view.freeSats)} free`,
    ),
    row(
      'leverage',
      `free balance: ${least}; stop: ${size.mostLeverage === null ? 'none' : `${size.mostLeverage}x or less`}`,
    ),
    row(
      'liquidation',
      size.liquidationUsd === null
        ? 'none'
        : `${mark(price(size.liquidationUsd))}, costs ${sats(size.lossAtLiquidationSats)}`,
    ),
  ]
}

function warningText(
  { ui }: RenderContext,
  warning: TradeSize['warnings'][number],
  size: TradeSize,
  { freeSats }: SizeView,
): string {
  const text = sizeWarningText(warning, size, freeSats)
  // With privacy on no amount of sats is shown; prices and leverages are.
  return ui.amounts === 'masked' ? text.replaceAll(/[\d,]+ sat/g, `${MASK} sat`) : text
}

function row(label: string, text: string): Line {
  return [segment(`  ${label.padEnd(INDENT - 2)}`, 'faint'), segment(text)]
}
