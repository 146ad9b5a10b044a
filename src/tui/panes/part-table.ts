import { formatAge } from '../../domain/format.ts'
import { PART_NAMES, type PartName, type RowFault } from '../../domain/parts.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { SourceView } from '../../store/view.ts'
import { type Line, lineOfText, type Role, segment } from '../paint/line.ts'
import {
  counted,
  impairedParts,
  isPartOld,
  isWithheld,
  partLabel,
  partReason,
  SHORT_LABELS,
  stateText,
} from '../view/part-text.ts'
import { shortIdOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { utcTime } from '../view/time-format.ts'

/** Below this many columns the times and counts have no room. */
const FULL_COLUMNS = 60
/** Faults of a part that are listed; the rest is counted. */
const MAX_FAULTS = 3

/** The six parts: state, age of the values, since when, unreadable rows, faults; below each what is wrong with it. */
export function partTable(context: RenderContext): readonly Line[] {
  const isFull = context.columns >= FULL_COLUMNS
  const titles = isFull
    ? tableCells('PART', 'STATE', 'AGE', 'SINCE', 'UNREAD', 'FAULTS')
    : tableCells('PART', 'STATE', 'AGE')
  const lines = PART_NAMES.flatMap(part => partLines(context, part))
  return [lineOfText(` ${titles}`, 'faint'), ...lines]
}

function tableCells(label: string, state: string, age: string, ...rest: readonly string[]): string {
  const [since = '', unread = '', faults = ''] = rest
  if (rest.length === 0) return `${label.padEnd(14)} ${state.padEnd(10)} ${age.padStart(6)}`
  return `${label.padEnd(18)} ${state.padEnd(10)} ${age.padStart(6)}  ${since.padEnd(9)} ${unread.padStart(6)} ${faults.padStart(6)}`.trimEnd()
}

function partLines(context: RenderContext, part: PartName): readonly Line[] {
  const { source } = context.live
  const view = source.parts[part]
  const { state, ageMs, since, unreadable, faults } = view
  const label = partLabel(part, context.columns)
  const age = formatAge(ageMs)
  const cells =
    context.columns >= FULL_COLUMNS
      ? tableCells(
          label,
          state,
          age,
          since === null ? '' : utcTime(since),
          unreadable.length === 0 ? '' : String(unreadable.length),
          faults.length === 0 ? '' : String(faults.length),
        )
      : tableCells(label, state, age)
  const reason =
    state === 'live' || state === 'partial' || state === 'waiting' ? '' : partReason(source, part)
  return [
    lineOfText(` ${cells}`, roleOf(source, part)),
    ...(reason === '' ? [] : [lineOfText(`   ${reason}`, roleOf(source, part))]),
    ...faultLines(unreadable, "can't be read: ", 'critical'),
    ...faultLines(faults, '', 'warn'),
  ]
}

function faultLines(faults: readonly RowFault[], verb: string, role: Role): readonly Line[] {
  const shown = faults.slice(0, MAX_FAULTS).map(({ id, field, problem }) => {
    const name = id === null ? 'a row' : shortIdOf(id, 'isolated')
    return lineOfText(`   ${name} ${verb}${sanitize(`${field} ${problem}`)}`, role)
  })
  const more = faults.length - shown.length
  return more === 0 ? shown : [...shown, lineOfText(`   +${more} more`, role)]
}

function roleOf(source: SourceView, part: PartName): Role {
  const view = source.parts[part]
  if (view.state === 'live') return 'plain'
  return isPartOld(view) && !isWithheld(source, part) ? 'critical' : 'warn'
}

/** The parts that are not live, one line each; one line if all are. */
export function partSummary({ live }: RenderContext): readonly Line[] {
  const { source } = live
  const impaired = impairedParts(source)
  const label = (text: string): Line => [segment(` ${text.padEnd(10)} `, 'faint')]
  if (impaired.length === 0) {
    const faults = PART_NAMES.reduce((sum, part) => sum + source.parts[part].faults.length, 0)
    const note = faults === 0 ? '' : `   ${counted(faults, 'field')} of an unexpected form`
    return [[...label('parts'), segment(`all six live${note}`)]]
  }
  return impaired.map((part, index): Line => {
    const view = source.parts[part]
    const reason = partReason(source, part)
    return [
      ...label(index === 0 ? 'parts' : ''),
      segment(
        `${SHORT_LABELS[part]} ${stateText(view)}${reason === '' ? '' : `: ${reason}`}`,
        roleOf(source, part),
      ),
    ]
  })
}
