import { formatAge, UNKNOWN } from '../../domain/format.ts'
import type { PartName, RowFault } from '../../domain/parts.ts'
import { sanitize } from '../../domain/sanitize.ts'
import {
  goneText,
  impairedParts,
  isPartOld,
  isRefusedDespiteKey,
  isWithheld,
  partReason,
  SHORT_LABELS,
  stateText,
} from '../../store/part-text.ts'
import { type Line, lineOfText, type Role } from '../paint/line.ts'
import { widthOf } from '../paint/width.ts'
import { partLabel, SHORT_COLUMNS } from '../view/format.ts'
import { shortIdOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { type RowNoun, rowCount } from '../view/row-count.ts'
import { shownAt, utcTime } from '../view/time-format.ts'

/** What is wrong with a part or a row, below the rows of a pane. */
interface Remark {
  readonly role: Role
  readonly subject: string
  /** '' if the subject is all. On a line of its own if both do not fit. */
  readonly reason: string
  /** Appended if it fits. */
  readonly extra: string
}

/** The remarks about two parts; one for both if both fail in the same way. `noun` names them together. */
export function partRemarks(
  context: RenderContext,
  parts: readonly [PartName, PartName],
  noun: 'positions' | 'orders',
  width: number,
): readonly Line[] {
  const { source } = context.model
  const [first, second] = parts.map(part => source.parts[part])
  const isSame =
    first !== undefined &&
    first.state === second?.state &&
    isPartOld(first) &&
    first.ageMs !== null &&
    second.ageMs !== null &&
    partReason(source, parts[0]) === partReason(source, parts[1])
  if (!isSame) return parts.flatMap(part => partRemark(context, part, width))
  const isFirstOlder = (first.ageMs ?? 0) >= (second?.ageMs ?? 0)
  return partRemark(context, isFirstOlder ? parts[0] : parts[1], width, noun)
}

/** Why a part is not current, or missing; none if it is current. `noun` stands in place of its name. */
export function partRemark(
  context: RenderContext,
  name: PartName,
  width: number,
  noun: 'positions' | 'orders' | null = null,
): readonly Line[] {
  const { source } = context.model
  const { t } = context.info
  const view = source.parts[name]
  const label = capitalized(noun === null ? partLabel(name, context) : t(noun))
  const reason = partReason(source, name)
  const isRefused = view.ageMs === null && isRefusedDespiteKey(source, name)
  if (isRefused || isWithheld(source, name)) {
    const subject =
      name === 'crossPosition' && context.columns >= SHORT_COLUMNS ? t('The cross position') : label
    const remark = { subject: t('{part} not shown', { part: subject }), extra: '' }
    return isRefused
      ? linesOf(
          { ...remark, role: 'critical', reason: t('the exchange or a firewall refuses it (403)') },
          width,
        )
      : linesOf({ ...remark, role: 'warn', reason: t.sentence(withheldReason(reason)) }, width)
  }
  if (view.state === 'waiting')
    return [lineOfText(`  ${UNKNOWN} ${t('{part} not read yet', { part: label })}`, 'warn')]
  if (!isPartOld(view)) return []
  const isShort = context.columns < SHORT_COLUMNS
  const short = noun === null ? t.sentence(SHORT_LABELS[name]) : t(noun)
  const state = t.sentence(stateText(view))
  const remark: Remark = {
    role: 'critical',
    subject: `! ${isShort ? short : label} ${view.ageMs === null || isShort ? state : t('{state} old', { state })}`,
    reason: view.state === 'stale' ? '' : t.sentence(reason),
    extra:
      view.since === null
        ? ''
        : t('since {time}', { time: utcTime(shownAt(context.live, context.info, view.since)) }),
  }
  return linesOf(remark, width)
}

function withheldReason(reason: string): string {
  const needs = /key needs \S+/.exec(reason)?.[0]
  return needs === undefined ? reason : `the ${needs}`
}

const MAX_NAMED_ROWS = 2
const MAX_IDS = 4

/** The rows of a list that can't be read: each if there are few, else counted. */
export function unreadableRows(
  context: RenderContext,
  name: PartName,
  noun: RowNoun,
  width: number,
): readonly Line[] {
  const { t } = context.info
  const { unreadable } = context.model.source.parts[name]
  const [first] = unreadable
  if (first === undefined) return []
  if (unreadable.length <= MAX_NAMED_ROWS)
    return unreadable.flatMap(fault => linesOf(rowRemark(context, fault, noun), width))
  const ids = unreadable.flatMap(({ id }) => (id === null ? [] : shortIdOf(id, 'isolated')))
  const others = new Set(unreadable.map(({ field }) => field)).size > 1 ? ` ${t('and other faults')}` : ''
  const remark: Remark = {
    role: 'critical',
    subject: `‼ ${t("{subject} can't be read", { subject: rowCount(t, unreadable.length, noun) })}`,
    reason: faultText(context, first) + others,
    extra: `(${ids.slice(0, MAX_IDS).join(', ')}${ids.length > MAX_IDS ? ', …' : ''})`,
  }
  return linesOf(remark, width)
}

function rowRemark(context: RenderContext, fault: RowFault, noun: RowNoun): Remark {
  const { model, columns, info } = context
  const { t } = info
  const { id } = fault
  const shown = model.positions.find(({ position }) => position.id === id)
  const shortId = id === null ? '' : shortIdOf(id, 'isolated')
  const one = rowCount(t, 1, noun)
  const name = id === null ? one : columns < SHORT_COLUMNS ? shortId : `${one} (${shortId})`
  const last =
    shown === undefined
      ? t('not in the table')
      : t('its last row is {age} old', { age: formatAge(shown.ageMs) })
  return {
    role: 'critical',
    subject: `‼ ${t("{subject} can't be read", { subject: name })}`,
    reason: faultText(context, fault),
    extra: noun === 'position' ? last : '',
  }
}

function faultText({ info }: RenderContext, { field, problem }: RowFault): string {
  return info.t.sentence(sanitize(`${field} ${problem}`))
}

/** Rows of another market. They are listed, and nothing of them is computed. */
export function otherMarketRemark(
  { info: { t } }: RenderContext,
  markets: readonly string[],
  noun: RowNoun,
  width: number,
): readonly Line[] {
  if (markets.length === 0) return []
  const names = [...new Set(markets)].map(name => sanitize(name)).join(', ')
  const extra = noun === 'position' ? t('its risk is unknown') : ''
  const subject = `! ${rowCount(t, markets.length, noun)} ${t('of {market}', { market: names })}`
  return linesOf({ role: 'warn', subject, reason: t('not valued'), extra }, width)
}

function linesOf({ role, subject, reason, extra }: Remark, width: number): readonly Line[] {
  const whole = reason === '' ? `  ${subject}` : `  ${subject}: ${reason}`
  if (widthOf(whole) > width && reason !== '')
    return [lineOfText(`  ${subject}:`, role), lineOfText(`    ${reason}`, role)]
  const text = extra === '' ? whole : `${whole}  ${extra}`
  return [lineOfText(widthOf(text) > width ? whole : text, role)]
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The error and its hint before the first snapshot: no other pane of a small screen has room for them. */
export function noSnapshotRemarks({ model, info: { t } }: RenderContext, width: number): readonly Line[] {
  const { source } = model
  const { status, state, limitedText } = source
  const error = status?.lastError ?? null
  const remark = { role: 'warn', subject: `${UNKNOWN} ${t('not known yet')}`, extra: '' } as const
  if (limitedText !== null) return linesOf({ ...remark, reason: t.sentence(limitedText) }, width)
  if (error === null) {
    const failed = impairedParts(source).find(name => source.parts[name].state !== 'waiting')
    const reason = failed === undefined ? '' : (goneText(source, failed) ?? source.parts[failed].reason ?? '')
    return linesOf(
      { ...remark, reason: reason === '' ? t('waiting for the first data') : t.sentence(sanitize(reason)) },
      width,
    )
  }
  const subject = state === 'stopped' ? `${UNKNOWN} ${t('not known')}` : remark.subject
  const why = linesOf({ ...remark, subject, reason: sanitize(error.message) }, width)
  return error.hint === null ? why : [...why, lineOfText(`      ${sanitize(error.hint)}`, 'faint')]
}
