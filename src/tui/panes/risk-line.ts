import { formatAge, UNKNOWN } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { isBeyondLiquidation } from '../../store/beyond-liquidation.ts'
import { impairedParts, isAllOld, partReason, SHORT_LABELS, stateText } from '../../store/part-text.ts'
import type { PositionRow } from '../../store/view.ts'
import type { Translate } from '../lang/translate.ts'
import { fitParts, type Part, part } from '../paint/fit.ts'
import { type Line, padLine, type Role, widthOfLine } from '../paint/line.ts'
import { distancePercent, riskLabel, riskRole, riskSign, rowMarked, wholeDollars } from '../view/format.ts'
import { nameOf } from '../view/position-name.ts'
import { hasSnapshot, liveContext, type RenderContext } from '../view/render-context.ts'
import { stopwatch } from '../view/time-format.ts'
import { alertParts, blindTexts, leadingAlertLine, liquidatedParts } from './alert-parts.ts'
import { worse } from './positions.ts'
import { unknownRisk } from './unknown-risk.ts'

/** A liquidation until it is acknowledged; else the worst risk, and the reason if it is unknown or not evaluated. Never dropped. */
export function riskLine(context: RenderContext): Line {
  const { live, ui, columns, info } = context
  const { t } = info
  const liquidated = liquidatedParts(context)
  if (liquidated !== null) return bannerOf(context, liquidated)
  if (live.source.state === 'stopped')
    return banner(context, [...stoppedText(context), ...blindTexts(context)])
  if (!hasSnapshot(live)) return banner(context, [...noDataText(context), ...blindTexts(context)])
  if (live.market.stale) return banner(context, [...noPriceText(context), ...blindTexts(context)])
  if (ui.frozen !== null) {
    return banner(context, [
      `‖ ${t('FROZEN')} ${stopwatch(live.now - ui.frozen.at)}: ${t('~values are old.')}`,
      `${t('Now')}: ${worstText(liveContext(context))}.`,
      t('f resumes'),
    ])
  }
  const leading = unknownRisk(context) === null ? alertLine(context) : null
  if (leading !== null) return leading
  const line = fitParts(riskParts(context), columns, 0)
  return widthOfLine(line) <= columns ? line : shortRisk(context)
}

const ALWAYS = Number.POSITIVE_INFINITY

/** Below this many columns the text about stale data is short. */
const SHORT = 80

/** A banner of sentences, the most important first. */
function banner(context: RenderContext, sentences: readonly string[]): Line {
  return bannerOf(
    context,
    sentences.map((text, index) => part(text, index === 0 ? ALWAYS : 9 - index)),
  )
}

/** Inverse over the whole width, so that it is not overlooked without colors either. */
function bannerOf({ columns }: RenderContext, parts: readonly Part[]): Line {
  const role: Role = 'banner'
  const line = fitParts(parts, columns, 1).map(segment => ({ ...segment, role }))
  return padLine(line, columns, role)
}

/** Without a current price nothing is evaluated. The first sentence is kept longest, then the one about alerts. */
function noPriceText({ live, columns, info: { t } }: RenderContext): readonly string[] {
  const { source, market } = live
  if (isAllOld(source)) {
    const age = formatAge(source.ageMs)
    if (columns < SHORT) return [`!! ${t('NOT LIVE')} ${age}:`, t('liq alerts are OFF.')]
    return [
      `!! ${t('NOT LIVE: last good data {age} ago;', { age })}`,
      t('~values frozen.'),
      t('Liq alerts NOT evaluated.'),
    ]
  }
  const what =
    market.ageMs === null ? t('NO PRICES') : t('PRICES {age} OLD', { age: formatAge(market.ageMs) })
  if (columns < SHORT) return [`!! ${what}:`, t('liq alerts are OFF.')]
  const reason = t.sentence(partReason(source, 'market'))
  const frozen = market.ageMs === null ? t('P&L and distances unknown.') : t('~P&L and ~distances frozen.')
  const others = impairedParts(source).every(name => name === 'market')
    ? [t('Positions, orders and balance are live.')]
    : []
  return [
    `!! ${what}:`,
    t('Liq alerts NOT evaluated;'),
    frozen,
    ...(reason === '' ? [] : [`${reason}.`]),
    ...others,
  ]
}

function noDataText({ live, columns, info: { t } }: RenderContext): readonly string[] {
  const error = live.source.status?.lastError ?? null
  const [first] = impairedParts(live.source)
  const partError = first === undefined ? '' : partReason(live.source, first)
  const why = error === null ? t.sentence(partError) : sanitize(error.message)
  const start =
    columns < SHORT
      ? [`!! ${t('NO DATA YET')}:`, t('liq alerts are OFF.')]
      : [`!! ${t('NO DATA YET')}.`, t('Liq alerts NOT evaluated.')]
  return [...start, ...(why === '' ? [] : [`${why}.`])]
}

function stoppedText({ live, info: { t } }: RenderContext): readonly string[] {
  const error = live.source.status?.lastError ?? null
  const why = error === null ? t('the feed was stopped') : sanitize(error.message)
  return [
    `!! ${t('NOT LIVE')}:`,
    `${why}.`,
    ...(error?.hint ? [sanitize(error.hint)] : []),
    t('Liq alerts NOT evaluated.'),
  ]
}

/** The line of an alert that is worse than every position, which follows it. */
function alertLine(context: RenderContext): Line | null {
  const worst = worstOf(context)
  if (worst === null) return leadingAlertLine(context, null, part('', 6))
  const text = `  ${riskSign(worst.risk)} ${rowText(context, worst)}`
  return leadingAlertLine(context, worst.risk, part(text, 6, riskRole(worst.risk)))
}

/** The position closest to liquidation, or null. A position above `ok` is shown in any case, `ok` only if no other may be worse. */
function worstOf({ live }: RenderContext): PositionRow | null {
  const worst = live.positions.reduce<PositionRow | null>(worse, null)
  return worst?.risk === 'ok' && live.mayLackPosition ? null : worst
}

/** `CRIT 7f3a LONG 2.35%`, with what else is unknown. */
function worstText(context: RenderContext): string {
  const worst = worstOf(context)
  const unknown = unknownRisk(context)
  if (worst === null) return unknown === null ? context.info.t('no positions') : unknown.brief
  return `${rowText(context, worst)}${unknown === null ? '' : `, ${unknown.brief}`}`
}

/** `CRIT 7f3a LONG 2.35%`. */
export function rowText(context: RenderContext, row: PositionRow): string {
  const { t } = context.info
  const distance = distancePercent(row)
  const { otherMarket } = row.position
  const known = distance === UNKNOWN ? distance : `${rowMarked(context, row, distance)}%`
  const risk = distance === 'n/a' ? t('liquidation n/a') : known
  const text = otherMarket === null ? risk : t('of {market}', { market: sanitize(otherMarket) })
  return `${riskLabel(context, row.risk)} ${nameOf(row.position)} ${text}`
}

/** The worst risk and what is unknown; as much of both as fits. */
function riskParts(context: RenderContext): readonly Part[] {
  const worst = worstOf(context)
  const unknown = unknownRisk(context)
  if (unknown === null) return worst === null ? nothingParts(context) : worstParts(context, worst)
  const { role, sign, brief, details } = unknown
  const known = worst === null ? sign : `${riskSign(worst.risk)} ${rowText(context, worst)} · `
  return [
    part(known, ALWAYS, worst === null ? role : riskRole(worst.risk)),
    part(brief, ALWAYS, role),
    // The panes show the details as well.
    ...details.map((text, index) => part(text, 8 - 4 * index, role)),
    ...alertParts(context),
  ]
}

function worstParts(context: RenderContext, worst: PositionRow): readonly Part[] {
  const { live, info } = context
  const { t } = info
  const { position, risk } = worst
  const role = riskRole(risk)
  const mode = position.mode === 'cross' ? 'CROSS' : 'ISO'
  const id = position.mode === 'cross' ? '' : ` ${nameOf(position).split(' ')[0]}`
  const name = `${riskSign(risk)} ${riskLabel(context, risk)} ${mode} ${position.side.toUpperCase()}${id} —`
  const trap = live.orders.find(
    order => order.order.side === position.side && isBeyondLiquidation(order, [worst]),
  )
  const isBuy = trap?.order.side === 'long'
  return [
    part(name.trimStart(), ALWAYS, role),
    part(` ${distanceText(worst, t)}`, ALWAYS, role),
    part(worst.warnings.includes('no-stop-loss') && risk !== 'ok' ? `, ${t('no stop-loss')}` : '', 6, role),
    part(
      trap === undefined
        ? ''
        : `, ${isBuy ? t('open BUY order sits below liquidation price') : t('open SELL order sits above liquidation price')}`,
      4,
      'warn',
    ),
    ...alertParts(context),
    ...otherParts(context),
  ]
}

/** Parts that fail and leave prices, positions and alerts live. */
function otherParts({ live, info: { t } }: RenderContext): readonly Part[] {
  const { source } = live
  const failing = impairedParts(source).filter(name => name !== 'market')
  const [first] = failing
  if (first === undefined) return []
  const more = failing.length > 1 ? ` +${failing.length - 1}` : ''
  return [
    part(
      `   ${t.sentence(SHORT_LABELS[first])} ${t.sentence(stateText(source.parts[first]))}${more}; ${t('positions and alerts live')}`,
      3,
      'warn',
    ),
  ]
}

function distanceText(
  { position, liquidationDistance, liquidationDistanceUsd }: PositionRow,
  t: Translate,
): string {
  if (position.otherMarket !== null)
    return t('of {market}: not valued, its risk is unknown', { market: sanitize(position.otherMarket) })
  if (position.liquidationPriceUsd === null) return t('liquidation price n/a: watch it on the exchange')
  if (liquidationDistance === null) return t('distance to liquidation not known: no closing price')
  const percent = Math.abs(liquidationDistance * 100).toFixed(2)
  const dollars = wholeDollars(Math.abs(liquidationDistanceUsd ?? 0))
  return liquidationDistance < 0
    ? t('{percent}% ({dollars} USD) BEYOND liquidation', { percent, dollars })
    : t('{percent}% ({dollars} USD) to liquidation', { percent, dollars })
}

function nothingParts(context: RenderContext): readonly Part[] {
  return [
    part(context.info.t('No open positions: nothing at risk'), 9, 'faint'),
    ...alertParts(context),
    ...otherParts(context),
  ]
}

/** For a narrow screen: sign, name and distance of the worst risk, and whether another may be worse. */
function shortRisk(context: RenderContext): Line {
  const worst = worstOf(context)
  const unknown = unknownRisk(context)
  const parts: Part[] = []
  if (worst !== null)
    parts.push(
      part(`${riskSign(worst.risk)} ${rowText(context, worst)}`.trimStart(), ALWAYS, riskRole(worst.risk)),
    )
  if (unknown !== null)
    parts.push(part(worst === null ? `${unknown.sign}${unknown.brief}` : unknown.word, ALWAYS, unknown.role))
  if (parts.length === 0) parts.push(part(context.info.t('no positions'), 9, 'faint'))
  return fitParts(parts, context.columns, 1)
}
