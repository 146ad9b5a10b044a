import { isUrgent } from '../../domain/alerts/alert.ts'
import { UNKNOWN } from '../../domain/format.ts'
import { impairedParts, isWithheld, SHORT_LABELS, stateText } from '../../store/part-text.ts'
import { type AmountFormat, statusLineParts } from '../../store/status-line.ts'
import { clipLine, type Line, lineOfText, padLine, type Role } from '../paint/line.ts'
import { widthOf } from '../paint/width.ts'
import { MASK, riskSign } from '../view/format.ts'
import { hasSnapshot, isHeld, type RenderContext } from '../view/render-context.ts'
import { stopwatch } from '../view/time-format.ts'
import { isOfWorstRow } from './named-alert.ts'
import { paletteLine } from './palette.ts'
import { liquidationAndSign, tinyLiquidation } from './tiny-liquidation.ts'

const JOINT = ' | '

/**
 * The text of `axisor line` on as many lines as there are, after a liquidation that is not acknowledged. That liquidation is kept longest, then
 * freshness and the worst risk.
 */
export function tinyScreen(context: RenderContext): readonly Line[] {
  const { columns, rows, ui } = context
  // What is typed is never invisible.
  const prompt = ui.palette !== null ? [paletteLine(context)] : []
  const room = rows - prompt.length
  const role: Role = isNotLive(context) ? 'banner' : 'plain'
  const liquidation = tinyLiquidation(context)
  if (columns < MIN_TEXT_COLUMNS) return signScreen(context, role, rows)
  if (room === 1 && columns < MIN_LIQUIDATION_COLUMNS && liquidation !== null)
    return [...signScreen(context, role, room), ...prompt]
  const hasOwnLine = liquidation !== null && room > 1
  const head = hasOwnLine ? [padLine(lineOfText(liquidation, 'banner'), columns, 'banner')] : []
  const first = liquidation === null || hasOwnLine ? [] : [{ text: liquidation, priority: Infinity }]
  const texts = fittingLines([...first, ...partsOf(context)], columns, room - head.length)
  const lines = texts.map(text => {
    const roleOfLine = first.length > 0 ? 'banner' : role
    const clipped = clipLine(lineOfText(text, roleOfLine), columns)
    const line = clipped.length === 0 ? lineOfText(statusSign(context), roleOfLine) : clipped
    return roleOfLine === 'banner' ? padLine(line, columns, roleOfLine) : line
  })
  return [...head, ...lines, ...prompt].slice(0, rows)
}

/** The parts on at most `room` lines, without the least important ones. */
function fittingLines(parts: readonly TinyPart[], columns: number, room: number): readonly string[] {
  const lines = wrapParts(parts, columns)
  if (lines.length <= room || parts.length <= 1) return lines.slice(0, Math.max(0, room))
  const least = Math.min(...parts.map(({ priority }) => priority))
  return fittingLines(
    parts.filter(({ priority }) => priority !== least),
    columns,
    room,
  )
}

/** Below this many columns no text fits: one sign shows whether all is well, and a few letters a liquidation. */
const MIN_TEXT_COLUMNS = 6
/** In one row of fewer columns a sign takes the place of the text beside a liquidation. */
const MIN_LIQUIDATION_COLUMNS = 26

/** The sign of the state, below a liquidation or beside it. */
function signScreen(context: RenderContext, role: Role, room: number): readonly Line[] {
  const sign = statusSign(context)
  const liquidation = room === 1 ? liquidationAndSign(context, sign) : tinyLiquidation(context)
  if (liquidation === null) return [lineOfText(sign, role)]
  const first = padLine(lineOfText(liquidation, 'banner'), context.columns, 'banner')
  return room === 1 ? [first] : [first, lineOfText(sign, role)]
}

/** `✗` without current prices, `?` while the risk is unknown. */
function statusSign(context: RenderContext): string {
  const { live } = context
  if (isNotLive(context) || !hasSnapshot(live)) return '✗'
  const [worst] = live.positions
  if (worst !== undefined && worst.risk !== 'ok') return riskSign(worst.risk)
  return live.mayLackPosition ? '?' : '●'
}

function isNotLive(context: RenderContext): boolean {
  return isHeld(context) || context.model.market.stale
}

/** Amounts are masked before they are formatted: text of an unforeseen form can't get through. */
const MASKED: AmountFormat = {
  signedSats: sats => (sats === null ? UNKNOWN : MASK),
  quantityUsd: () => MASK,
}

interface TinyPart {
  readonly text: string
  readonly priority: number
}

function partsOf(context: RenderContext): readonly TinyPart[] {
  const { model, live, ui, info } = context
  const { t } = info
  const format = ui.amounts === 'masked' ? MASKED : undefined
  const texts = statusLineParts(model, format, () => [])
  const parts: TinyPart[] = texts.map((text, index) => ({
    text: t.sentence(text),
    priority: priorityOf(text, index, texts.length),
  }))
  const problem = partProblem(context)
  if (problem !== null) parts.unshift({ text: problem, priority: 88 })
  const { permissionState } = live.source
  if (permissionState === 'write') parts.unshift({ text: t('!! WRITE KEY'), priority: 70 })
  if (permissionState === 'unchecked') parts.unshift({ text: t('KEY NOT CHECKED'), priority: 65 })
  const urgent = otherUrgent(context)
  if (urgent > 0)
    parts.unshift({ text: `‼ ${t.count(urgent, '{count} alert', '{count} alerts')}`, priority: 84 })
  if (ui.frozen !== null)
    parts.unshift({ text: `${t('FROZEN')} ${stopwatch(live.now - ui.frozen.at)}`, priority: 100 })
  return parts
}

/** The number of critical alerts that are not acknowledged, beside liquidations, unread positions and the worst position. */
function otherUrgent(context: RenderContext): number {
  return context.alerts.active.filter(
    alert =>
      alert.state === 'firing' &&
      alert.level !== 'liquidated' &&
      alert.kind !== 'unreadable-position' &&
      isUrgent(alert.level) &&
      !isOfWorstRow(context, alert),
  ).length
}

/** The part beside the prices that is not current, its state first: `FAILED 42s: iso positions`; null if all are. */
function partProblem({ live, info: { t } }: RenderContext): string | null {
  const { source, market, unread } = live
  if (market.stale) return null
  if (unread.length > 0) return t.count(unread.length, '{count} position unread', '{count} positions unread')
  const part = impairedParts(source).find(
    name => source.parts[name].state !== 'waiting' && !isWithheld(source, name),
  )
  return part === undefined
    ? null
    : `${t.sentence(stateText(source.parts[part]))}: ${t.sentence(SHORT_LABELS[part])}`
}

/** The reason for stale data or its age is kept longest, then the mark of simulated data, the risk, the rest. */
function priorityOf(text: string, index: number, count: number): number {
  if (/^(STALE|STOPPED|AUTH|WAITING|NO PRICES)/.test(text)) return 90
  if (text === 'SIMULATED') return 80
  if (index === count - 1) return 85
  return index === count - 2 ? 60 : 40 - index
}

/** Puts as many parts on each line as fit. */
function wrapParts(parts: readonly TinyPart[], columns: number): readonly string[] {
  const lines: string[] = []
  for (const { text } of parts) {
    const last = lines.at(-1)
    if (last !== undefined && widthOf(last) + JOINT.length + widthOf(text) <= columns)
      lines[lines.length - 1] = last + JOINT + text
    else lines.push(text)
  }
  return lines
}
