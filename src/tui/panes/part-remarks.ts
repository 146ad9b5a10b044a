import { formatAge, UNKNOWN } from '../../domain/format.ts'
import type { PartName, RowFault } from '../../domain/parts.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { fitParts, type Part, part } from '../paint/fit.ts'
import { type Line, lineOfText } from '../paint/line.ts'
import { counted, isPartOld, isWithheld, partLabel, partReason, stateText } from '../view/part-text.ts'
import { shortIdOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { utcTime } from '../view/time-format.ts'

const ALWAYS = Number.POSITIVE_INFINITY

/** Why a part is not current, or missing, in one line; none if it is current. The label, the state and the reason are kept longest. */
export function partRemark(context: RenderContext, name: PartName): readonly Line[] {
  const { source } = context.model
  const view = source.parts[name]
  const label = capitalized(partLabel(name, context.columns))
  const reason = partReason(source, name)
  if (isWithheld(source, name)) {
    const subject = name === 'crossPosition' && context.columns >= 60 ? 'The cross position' : label
    return [remark(context, [part(`${subject} not shown: ${withheldReason(reason)}`, ALWAYS, 'warn')])]
  }
  if (view.state === 'waiting') return [lineOfText(`  ${UNKNOWN} ${label} not read yet`, 'warn')]
  if (!isPartOld(view)) return []
  const role = 'critical'
  const why = reason === '' || view.state === 'stale' ? '' : `: ${reason}`
  return [
    remark(context, [
      part(`! ${label} ${stateText(view)}${view.ageMs === null ? '' : ' old'}${why}`, ALWAYS, role),
      part(view.since === null ? '' : `since ${utcTime(view.since)}`, 5, role),
    ]),
  ]
}

function withheldReason(reason: string): string {
  const needs = /key needs \S+/.exec(reason)?.[0]
  return needs === undefined ? reason : `the ${needs}`
}

/** The rows of a list that can't be read: each if there are few, else counted. */
export function unreadableRows(context: RenderContext, name: PartName, noun: string): readonly Line[] {
  const { unreadable } = context.model.source.parts[name]
  const [first] = unreadable
  if (first === undefined) return []
  if (unreadable.length <= MAX_NAMED_ROWS)
    return unreadable.map(fault => remark(context, rowParts(context, fault, noun)))
  const ids = unreadable.flatMap(({ id }) => (id === null ? [] : shortIdOf(id, 'isolated')))
  return [
    remark(context, [
      part(`‼ ${counted(unreadable.length, noun)} can't be read: ${faultText(first)}`, ALWAYS, 'critical'),
      part(hasOtherFaults(unreadable) ? 'and other faults' : '', 6, 'critical'),
      part(`(${ids.slice(0, MAX_IDS).join(', ')}${ids.length > MAX_IDS ? ', …' : ''})`, 5, 'critical'),
    ]),
  ]
}

const MAX_NAMED_ROWS = 2
const MAX_IDS = 4

function hasOtherFaults(rows: readonly RowFault[]): boolean {
  return new Set(rows.map(({ field }) => field)).size > 1
}

function rowParts({ model }: RenderContext, fault: RowFault, noun: string): readonly Part[] {
  const { id } = fault
  const last = id === null ? undefined : model.state.lastKnown.get(id)
  const shown = model.positions.find(({ position }) => position.id === id)
  const name = id === null ? '' : ` (${shortIdOf(id, 'isolated')})`
  return [
    part(`‼ 1 ${noun}${name} can't be read: ${faultText(fault)}`, ALWAYS, 'critical'),
    ...(noun !== 'position'
      ? []
      : [
          part(
            last === undefined || shown === undefined
              ? 'not in the table, risk unknown'
              : `its last row is ${formatAge(shown.ageMs)} old`,
            5,
            'critical',
          ),
        ]),
  ]
}

function faultText({ field, problem }: RowFault): string {
  return sanitize(`${field} ${problem}`)
}

/** Rows of another market. They are listed, and nothing of them is computed. */
export function otherMarketRemark(
  context: RenderContext,
  markets: readonly string[],
  noun: string,
): readonly Line[] {
  if (markets.length === 0) return []
  const names = [...new Set(markets)].map(name => sanitize(name)).join(', ')
  return [
    remark(context, [
      part(`! ${counted(markets.length, noun)} of ${names}: not valued`, ALWAYS, 'warn'),
      part(noun === 'position' ? 'its risk is unknown' : '', 5, 'warn'),
    ]),
  ]
}

function remark({ columns }: RenderContext, parts: readonly Part[]): Line {
  return [...lineOfText('  '), ...fitParts(parts, columns - 4, 2)]
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The error and its hint before the first snapshot: no other pane of a small screen has room for them. */
export function noSnapshotRemarks({ model }: RenderContext, failing: readonly PartName[]): readonly Line[] {
  const { source } = model
  const { status, state, limitedText } = source
  const error = status?.lastError ?? null
  if (limitedText !== null) return [lineOfText(`  ${UNKNOWN} not known yet: ${limitedText}`, 'warn')]
  if (error === null) {
    const failed = failing.find(name => source.parts[name].state !== 'waiting')
    const why = failed === undefined ? 'waiting for the first data' : partReason(source, failed)
    return [lineOfText(`  ${UNKNOWN} not known yet: ${why}`, 'warn')]
  }
  const known = state === 'stopped' ? 'not known' : 'not known yet'
  const why = lineOfText(`  ${UNKNOWN} ${known}: ${sanitize(error.message)}`, 'warn')
  return error.hint === null ? [why] : [why, lineOfText(`      ${sanitize(error.hint)}`, 'faint')]
}
