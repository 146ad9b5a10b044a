import { formatPercent } from '../../domain/format.ts'
import type { TradeSize } from '../../domain/sizing.ts'
import { BOUNDS, usd } from '../../domain/units.ts'
import { type SizeView, selectSize } from '../../store/selectors/size.ts'
import { sizeWarningText } from '../../store/size-text.ts'
import { decimalAnswer } from '../input/answer.ts'
import { shownTyped } from '../input/decimal-key.ts'
import { hasOtherSign } from '../input/other-sign.ts'
import { SIZE_FIELDS, type SizeField, type SizeInput } from '../input/plan-input.ts'
import type { EnglishText } from '../lang/catalog.ts'
import type { Translate } from '../lang/translate.ts'
import { type Line, lineOfText, segment, verbatimSegment } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { amount, dollars, MASK, marked, price } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { cursorSign } from '../view/signs.ts'
import { SOURCES } from '../view/sources.ts'
import { decimalHint } from './decimal-hint.ts'
import type { Panel } from './panel.ts'
import { scroll } from './scroll.ts'

/** How large a trade may be for a risk and a stop. */
export function sizePanel(context: RenderContext): Panel {
  const { t } = context.info
  return {
    pane: null,
    title: t('SIZE of a new isolated trade'),
    note: t('Esc back'),
    preferredHeight: 0,
    draw: (width, height) => {
      const { size } = context.ui
      const fields = SIZE_FIELDS.map(field => fieldLine(context, size, field))
      const lines = [...fields, [], ...resultLines(context)]
      const keys = lineOfText(`  ${t('Tab or ↑↓ field, digits type; no order is placed')}`, 'faint')
      const hint = isRefused(size) ? [] : decimalHint(context)
      return scroll(context, 'overlay', [...lines, [], keys, ...hint], height, line =>
        wrapLine(line, width, INDENT),
      )
    },
  }
}

const INDENT = 15

/** True if a field has the other decimal sign: the field says so, and there is no result. */
function isRefused({ texts }: SizeInput): boolean {
  return SIZE_FIELDS.some(field => hasOtherSign(texts[field]))
}

const EMPTY = {
  risk: 'type it',
  stop: 'type its price',
  leverage: 'highest that reaches the stop',
  entry: 'market now',
} as const satisfies Readonly<Record<SizeField, string>>

function unitOf(field: SizeField, t: Translate): string {
  return field === 'risk' ? t('% of equity') : field === 'leverage' ? 'x' : ''
}

function fieldLine({ info }: RenderContext, { field, texts }: SizeInput, name: SizeField): Line {
  const { t, numberFormat } = info
  const isSelected = field === name
  const text = texts[name]
  const isWrong = hasOtherSign(text)
  const unit = text === '' ? ` ${t(EMPTY[name])}` : unitOf(name, t)
  return [
    segment(isSelected ? '▸ ' : '  ', 'accent'),
    segment(t(name).padEnd(INDENT - 2), 'faint'),
    verbatimSegment(shownTyped(text, numberFormat), isWrong ? 'warn' : 'strong'),
    segment(isSelected ? cursorSign(info) : '', 'accent'),
    isWrong ? segment(`  ! ${decimalAnswer(info)}`, 'warn') : segment(unit, 'faint'),
  ]
}

/** The numbers of the fields, or what is wrong with the first bad one. An empty field is null. */
type Typed = Readonly<Record<SizeField, number | null>>

const RANGES: Readonly<Record<SizeField, readonly [least: number, most: number, text: EnglishText]>> = {
  risk: [Number.MIN_VALUE, 100, 'the risk is a percentage above 0 and up to 100'],
  stop: [BOUNDS.leastPriceUsd, BOUNDS.mostPriceUsd, 'the stop is a price in USD'],
  leverage: [1, 100, 'the leverage is a number from 1 to 100'],
  entry: [BOUNDS.leastPriceUsd, BOUNDS.mostPriceUsd, 'the entry is a price in USD'],
}

function typedOf(texts: SizeInput['texts']): Typed | EnglishText {
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
  const { t } = context.info
  if (isRefused(context.ui.size)) return []
  const typed = typedOf(context.ui.size.texts)
  if (typeof typed === 'string') return [lineOfText(`  ! ${t(typed)}`, 'warn')]
  const { risk, stop, leverage, entry } = typed
  if (risk === null || stop === null)
    return [
      lineOfText(`  ${t('{field} is missing', { field: risk === null ? t('risk') : t('stop') })}`, 'faint'),
    ]
  const { state, now, totals } = context.model
  const request = {
    riskFraction: risk / 100,
    stopUsd: usd(stop),
    side: null,
    leverage,
    entryUsd: entry === null ? null : usd(entry),
  }
  const view = selectSize(state, now, request, totals)
  if (view.size === null) return [lineOfText(`  ! ${t.sentence(view.refusal)}`, 'warn')]
  return sizeLines(context, view, view.size, stop, typed)
}

function sizeLines(
  context: RenderContext,
  view: SizeView,
  size: TradeSize,
  stopUsd: number,
  { entry, leverage }: Typed,
): readonly Line[] {
  const { ui, info } = context
  const { t } = info
  const mark = (text: string): string => marked(context, SOURCES.equity, text)
  // What is typed is current.
  const byPrice = (text: string): string => (entry === null ? marked(context, ['market'], text) : text)
  const sats = (value: number | null): string => mark(amount(context, value))
  const away = Math.abs(stopUsd - size.entryUsd) / size.entryUsd
  const least =
    size.leastLeverage === null
      ? t('no leverage')
      : t('{leverage}x or more', { leverage: mark(String(size.leastLeverage)) })
  const most =
    size.mostLeverage === null
      ? t('none')
      : t('{leverage}x or less', { leverage: mark(String(size.mostLeverage)) })
  return [
    [
      segment(`  ${t('size').padEnd(INDENT - 2)}`, 'faint'),
      segment(
        `${view.side === 'short' ? 'SHORT' : 'LONG'} ${mark(dollars(context, size.quantityUsd))} USD`,
        'strong',
      ),
      segment(
        ` ${t('at {price}', { price: byPrice(price(size.entryUsd)) })}, ${leverage === null ? mark(String(size.leverage)) : leverage}x`,
      ),
    ],
    ...size.warnings.map(warning => lineOfText(`  ! ${warningText(context, warning, size, view)}`, 'warn')),
    row(
      t('at stop'),
      t('costs {amount} of {risk}; {percent} away', {
        amount: `${sats(size.lossAtStopSats)} ${ui.unit}`,
        risk: sats(size.riskSats),
        percent: byPrice(formatPercent(away)),
      }),
    ),
    row(
      t('fees'),
      t('opening {opening}, closing {closing} at {percent}', {
        opening: sats(size.openingFeeSats),
        closing: sats(size.closingFeeSats),
        percent: marked(context, ['account'], formatPercent(view.feeRate)),
      }),
    ),
    row(
      t('margin'),
      t('{margin} and {reserve} for fees, of {free} free', {
        margin: sats(size.marginSats),
        reserve: sats(size.reserveSats),
        free: sats(view.freeSats),
      }),
    ),
    row(t('leverage'), t('free balance: {least}; stop: {most}', { least, most })),
    row(
      t('liquidation'),
      size.liquidationUsd === null
        ? t('none')
        : t('{price}, costs {amount}', {
            price: mark(price(size.liquidationUsd)),
            amount: sats(size.lossAtLiquidationSats),
          }),
    ),
  ]
}

function warningText(
  context: RenderContext,
  warning: TradeSize['warnings'][number],
  size: TradeSize,
  { freeSats }: SizeView,
): string {
  const { ui, info } = context
  // The limit of a trade is a rule of the exchange.
  const mark = (number: string): string =>
    warning === 'above-trade-limit' ? number : marked(context, SOURCES.equity, number)
  const text = sizeWarningText(warning, size, freeSats).replaceAll(/\d[\d,.]*/g, mark)
  // With privacy on no amount of sats is shown; prices and leverages are.
  return info.t.sentence(ui.amounts === 'masked' ? text.replaceAll(/~?[\d,]+ sat/g, `${MASK} sat`) : text)
}

function row(label: string, text: string): Line {
  return [segment(`  ${label.padEnd(INDENT - 2)}`, 'faint'), segment(text)]
}
