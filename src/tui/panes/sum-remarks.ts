import { sanitize } from '../../domain/sanitize.ts'
import { isAllOld, isPartOld, partReason, SHORT_LABELS } from '../../store/part-text.ts'
import { type Line, lineOfText } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { type AccountSums, FIGURES, type FigureName, figureOf, partsOfFigure } from '../view/account-sums.ts'
import { hasSnapshot, liveContext, type RenderContext } from '../view/render-context.ts'
import { unknownReason } from '../view/sources.ts'
import { clockTime, shownAt } from '../view/time-format.ts'
import { accountName, FIGURE_TITLES } from './sum-text.ts'

const INDENT = 4

/** What the sums leave out or take from old data: the lines of each fact, each at most `width` columns. */
export function sumRemarks(
  contexts: readonly RenderContext[],
  sums: AccountSums,
  width: number,
): readonly (readonly Line[])[] {
  const t = contexts[0]?.info.t.sentence ?? ((text: string): string => text)
  const figures = contexts.flatMap((context, index) => figureRemarks(context, sums, index))
  const texts = [
    // What is missing comes before what is old: rows may be scarce.
    ...contexts.flatMap((context, index) => missingRemark(context, sums, index)),
    ...contexts.flatMap((context, index) => oldRemark(context, sums, index)),
    ...figures.filter(({ isMissing }) => isMissing).map(({ text }) => text),
    ...figures.filter(({ isMissing }) => !isMissing).map(({ text }) => text),
    ...sums.doubles.flatMap(([index, counted]) => doubleRemark(contexts[index], contexts[counted])),
    ...(sums.groups.length > 1
      ? [`${sums.groups.map(({ name }) => t(name)).join(' + ')} are not added: other money`]
      : []),
  ]
  return texts.map(text => wrapLine(lineOfText(`  ${t(text)}`, 'warn'), width, INDENT))
}

/** An account that is missing in every sum. */
function missingRemark(
  context: RenderContext,
  { groups, unknown }: AccountSums,
  index: number,
): readonly string[] {
  const isMissing = unknown.includes(index) || (isCounted(groups, index) && !hasSnapshot(context.live))
  return isMissing ? [`without ${accountName(context)}: no data yet${errorText(context)}`] : []
}

/** An account whose data is old. */
function oldRemark(context: RenderContext, { groups }: AccountSums, index: number): readonly string[] {
  const { source } = context.live
  if (!isCounted(groups, index) || source.goodAt === null || !isLate(context)) return []
  const since = clockTime(context, shownAt(context.live, context.info, source.goodAt))
  return [`~ ${accountName(context)}: no data since ${since}${errorText(context)}`]
}

function isCounted(groups: AccountSums['groups'], index: number): boolean {
  return groups.some(({ members }) => members.includes(index))
}

/** True if no figure of an account is current. */
function isLate({ live: { source } }: RenderContext): boolean {
  return source.state === 'stopped' || isAllOld(source)
}

function errorText({ live }: RenderContext): string {
  const error = live.source.status?.lastError ?? null
  return error === null ? '' : `: ${sanitize(error.message)}`
}

/** The figures of an account with data that are missing in the sums or old in them, those with one reason in one line. */
function figureRemarks(
  context: RenderContext,
  { groups }: AccountSums,
  index: number,
): readonly { readonly text: string; readonly isMissing: boolean }[] {
  if (!isCounted(groups, index) || !hasSnapshot(context.live)) return []
  const live = liveContext(context)
  const hasOldRemark = isLate(context)
  const figures = FIGURES.flatMap(name => {
    const { value, isOld } = figureOf(context, name)
    if (value !== null && (!isOld || hasOldRemark)) return []
    const reason = value === null ? unknownReason(live, partsOfFigure(name)) : oldReason(live, name)
    return [{ name, isMissing: value === null, reason }]
  })
  const alike = Map.groupBy(figures, ({ isMissing, reason }) => `${isMissing} ${reason}`)
  return [...alike.values()].flatMap(same => {
    const [first] = same
    if (first === undefined) return []
    const { isMissing, reason } = first
    const titles = same.map(({ name }) => context.info.t(FIGURE_TITLES[name]).replace(' $', '')).join(', ')
    const head = isMissing ? `${titles} without` : `~ ${titles} of`
    return { text: `${head} ${accountName(context)}${reason === '' ? '' : `: ${reason}`}`, isMissing }
  })
}

/** Which part of a figure is old, since when, and why: `account UNREADABLE since 12:01:07: balance is not a number`. */
function oldReason(context: RenderContext, name: FigureName): string {
  const { source } = context.live
  const part = partsOfFigure(name).find(each => isPartOld(source.parts[each]))
  if (part === undefined) return ''
  const { state, since } = source.parts[part]
  const why = partReason(source, part)
  const time =
    since === null ? '' : ` since ${clockTime(context, shownAt(context.live, context.info, since))}`
  return `${SHORT_LABELS[part]} ${state.toUpperCase()}${time}${why === '' || time === '' ? '' : `: ${why}`}`
}

function doubleRemark(
  left: RenderContext | undefined,
  counted: RenderContext | undefined,
): readonly string[] {
  if (left === undefined || counted === undefined) return []
  return [`${accountName(left)} is the same account as ${accountName(counted)}: counted once`]
}
