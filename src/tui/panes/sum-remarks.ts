import { sanitize } from '../../domain/sanitize.ts'
import { isAllOld } from '../../store/part-text.ts'
import { type Line, lineOfText } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { type AccountSums, FIGURES, partsOfFigure } from '../view/account-sums.ts'
import { hasSnapshot, liveContext, type RenderContext } from '../view/render-context.ts'
import { unknownReason } from '../view/sources.ts'
import { clockTime, shownAt } from '../view/time-format.ts'
import { accountName, FIGURE_TITLES } from './sum-text.ts'

const INDENT = 4

/** What the sums leave out or take from old data, one fact per line, each line at most `width` columns. */
export function sumRemarks(
  contexts: readonly RenderContext[],
  sums: AccountSums,
  width: number,
): readonly Line[] {
  const t = contexts[0]?.info.t.sentence ?? ((text: string): string => text)
  const texts = [
    // What is missing comes before what is old: rows may be scarce.
    ...sums.unknown.flatMap(index => missingRemark(contexts[index])),
    ...contexts.flatMap((context, index) => oldRemark(context, sums, index)),
    ...contexts.flatMap((context, index) => figureRemark(context, sums, index)),
    ...sums.doubles.flatMap(([index, counted]) => doubleRemark(contexts[index], contexts[counted])),
    ...(sums.groups.length > 1
      ? [`${sums.groups.map(({ name }) => t(name)).join(' + ')} are not added: other money`]
      : []),
  ]
  return texts.flatMap(text => wrapLine(lineOfText(`  ${t(text)}`, 'warn'), width, INDENT))
}

/** An account that is missing in every sum. */
function missingRemark(context: RenderContext | undefined): readonly string[] {
  return context === undefined ? [] : [`without ${accountName(context)}: no data yet${errorText(context)}`]
}

/** An account whose data is old. */
function oldRemark(context: RenderContext, { groups }: AccountSums, index: number): readonly string[] {
  const { source } = context.live
  const isCounted = groups.some(({ members }) => members.includes(index))
  if (!isCounted || source.goodAt === null) return []
  if (source.state !== 'stopped' && !isAllOld(source)) return []
  const since = clockTime(context, shownAt(context.live, context.info, source.goodAt))
  return [`~ ${accountName(context)}: no data since ${since}${errorText(context)}`]
}

function errorText({ live }: RenderContext): string {
  const error = live.source.status?.lastError ?? null
  return error === null ? '' : `: ${sanitize(error.message)}`
}

/** The figures of an account with data that are missing in the sums. */
function figureRemark(context: RenderContext, { groups }: AccountSums, index: number): readonly string[] {
  const group = groups.find(({ members }) => members.includes(index))
  if (group === undefined || !hasSnapshot(context.live)) return []
  const missing = FIGURES.filter(name => group.sums[name].without.includes(index))
  const [first] = missing
  if (first === undefined) return []
  const reason = unknownReason(liveContext(context), partsOfFigure(first))
  const titles = missing.map(name => context.info.t(FIGURE_TITLES[name]).replace(' $', '')).join(', ')
  return [`${titles} without ${accountName(context)}${reason === '' ? '' : `: ${reason}`}`]
}

function doubleRemark(
  left: RenderContext | undefined,
  counted: RenderContext | undefined,
): readonly string[] {
  if (left === undefined || counted === undefined) return []
  return [`${accountName(left)} is the same account as ${accountName(counted)}: counted once`]
}
