import { formatAge } from '../../domain/format.ts'
import { PART_NAMES, type PartName, type RowFault } from '../../domain/parts.ts'
import { sanitize } from '../../domain/sanitize.ts'
import {
  impairedParts,
  isPartOld,
  isWithheld,
  partReason,
  SHORT_LABELS,
  stateText,
} from '../../store/part-text.ts'
import type { PartView, SourceView } from '../../store/view.ts'
import type { EnglishText } from '../lang/catalog.ts'
import { type Line, lineOfText, type Role, segment } from '../paint/line.ts'
import { partLabel } from '../view/format.ts'
import { shortIdOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { shownAt, utcTime } from '../view/time-format.ts'

/** Faults of a part that are listed by default; the rest is counted. */
const MAX_FAULTS = 3

/** A column of the table. Columns that do not fit are left out from the right. */
interface TableColumn {
  readonly title: EnglishText
  readonly width: number
  readonly align: 'left' | 'right'
  readonly text: (context: RenderContext, part: PartName, view: PartView) => string
}

const COLUMNS: readonly TableColumn[] = [
  { title: 'PART', width: 18, align: 'left', text: (context, part) => partLabel(part, context) },
  { title: 'STATE', width: 10, align: 'left', text: ({ info }, _part, { state }) => info.t.sentence(state) },
  { title: 'AGE', width: 6, align: 'right', text: (_context, _part, { ageMs }) => formatAge(ageMs) },
  {
    title: 'SINCE',
    width: 9,
    align: 'right',
    text: ({ live, info }, _part, { since }) => (since === null ? '' : utcTime(shownAt(live, info, since))),
  },
  {
    title: 'UNREAD',
    width: 6,
    align: 'right',
    text: (_context, _part, { unreadable }) => countText(unreadable),
  },
  { title: 'FAULTS', width: 6, align: 'right', text: (_context, _part, { faults }) => countText(faults) },
]

function countText({ length }: readonly unknown[]): string {
  return length === 0 ? '' : String(length)
}

/** The six parts: state, age of the values, since when, unreadable rows, faults; below each what is wrong with it, in at most `maxFaults` lines. */
export function partTable(context: RenderContext, maxFaults = MAX_FAULTS): readonly Line[] {
  const columns = columnsThatFit(context.columns)
  const titles = cellsOf(columns, ({ title }) => context.info.t(title))
  return [
    lineOfText(titles, 'faint'),
    ...PART_NAMES.flatMap(part => partLines(context, part, columns, maxFaults)),
  ]
}

function columnsThatFit(width: number): readonly TableColumn[] {
  let left = width
  return COLUMNS.filter(column => {
    left -= column.width + 1
    return left >= 0
  })
}

function cellsOf(columns: readonly TableColumn[], text: (column: TableColumn) => string): string {
  const cells = columns.map(column =>
    column.align === 'left' ? text(column).padEnd(column.width) : text(column).padStart(column.width),
  )
  return ` ${cells.join(' ')}`.trimEnd()
}

function partLines(
  context: RenderContext,
  part: PartName,
  columns: readonly TableColumn[],
  maxFaults: number,
): readonly Line[] {
  const { source } = context.live
  const view = source.parts[part]
  const { state, unreadable, faults } = view
  const hasReason = state !== 'live' && state !== 'partial' && state !== 'waiting'
  const reason = hasReason ? context.info.t.sentence(partReason(source, part)) : ''
  const role = roleOf(source, part)
  return [
    lineOfText(
      cellsOf(columns, column => column.text(context, part, view)),
      role,
    ),
    ...(reason === '' ? [] : [lineOfText(`   ${reason}`, role)]),
    ...faultLines(context, unreadable, 'critical', maxFaults),
    ...faultLines(context, faults, 'warn', maxFaults),
  ]
}

/** `critical`: rows that can't be read. */
function faultLines(
  { info: { t } }: RenderContext,
  faults: readonly RowFault[],
  role: 'critical' | 'warn',
  maxFaults: number,
): readonly Line[] {
  const shown = faults.slice(0, maxFaults).map(({ id, field, problem }) => {
    const name = id === null ? t('a row') : shortIdOf(id, 'isolated')
    const subject = role === 'critical' ? `${t("{subject} can't be read", { subject: name })}:` : name
    return lineOfText(`   ${subject} ${t.sentence(sanitize(`${field} ${problem}`))}`, role)
  })
  const more = faults.length - shown.length
  return more === 0 ? shown : [...shown, lineOfText(`   ${t('+{count} more', { count: more })}`, role)]
}

function roleOf(source: SourceView, part: PartName): Role {
  const view = source.parts[part]
  if (view.state === 'live') return 'plain'
  return isPartOld(view) && !isWithheld(source, part) ? 'critical' : 'warn'
}

/** The parts that are not live, one line each; one line if all are. */
export function partSummary({ live, info: { t } }: RenderContext): readonly Line[] {
  const { source } = live
  const impaired = impairedParts(source)
  const label = (text: string): Line => [segment(` ${text.padEnd(10)} `, 'faint')]
  if (impaired.length === 0) {
    const faults = PART_NAMES.reduce((sum, part) => sum + source.parts[part].faults.length, 0)
    const note =
      faults === 0
        ? ''
        : `   ${t.count(faults, '{count} field of an unexpected form', '{count} fields of an unexpected form')}`
    return [[...label(t('parts')), segment(`${t('all six live')}${note}`)]]
  }
  return impaired.map((part, index): Line => {
    const view = source.parts[part]
    const reason = t.sentence(partReason(source, part))
    return [
      ...label(index === 0 ? t('parts') : ''),
      segment(
        `${t.sentence(SHORT_LABELS[part])} ${t.sentence(stateText(view))}${reason === '' ? '' : `: ${reason}`}`,
        roleOf(source, part),
      ),
    ]
  })
}
