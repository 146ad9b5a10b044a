import { formatNumber } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { type Line, lineOfText } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import type { RenderContext } from '../view/render-context.ts'
import { clockTime, shownAt } from '../view/time-format.ts'

/** Problems that are listed; the others are counted. */
const MAX_PROBLEMS = 3
/** Of later lines of a text below the sums. */
const INDENT = 4

/** Which listing is not whole, and why. */
export function missingLines(context: RenderContext): readonly Line[] {
  const { history, info } = context
  const { t } = info
  const { coverage } = history?.summary ?? {}
  if (history === null || coverage === undefined || coverage.reason === null) return []
  return wrapped(`${t('INCOMPLETE')} ${t.sentence(coverage.reason)}${rowsReadText(context)}`, context)
}

/** How many rows were read since the screen was opened; empty for none. */
export function rowsReadText({ history, info: { t } }: RenderContext): string {
  const rows = history?.rowsRead ?? 0
  const count = rows === 1 ? t('1 row read') : t('{count} rows read', { count: formatNumber(rows) })
  return rows === 0 ? '' : ` · ${count}`
}

/** Which part fails, why, and since when. */
export function problemLines(context: RenderContext): readonly Line[] {
  const { history, info } = context
  if (history === null) return []
  const { t } = info
  const { problems, notice } = history
  const lines = problems.slice(0, MAX_PROBLEMS).map(({ part: name, message, since }) => {
    const time = clockTime(context, shownAt(context.live, info, since))
    return `!! ${t.sentence(name)} ${t('since {time}', { time })}: ${withoutFolders(message)}`
  })
  const more =
    problems.length > MAX_PROBLEMS ? [t('and {count} more', { count: problems.length - MAX_PROBLEMS })] : []
  const notices = notice === null ? [] : [`! ${t.sentence(notice)}`]
  return [...notices, ...lines, ...more].flatMap(text => wrapped(text, context))
}

/** A path may be wider than the screen, which would hide the reason after it. */
function withoutFolders(message: string): string {
  return message.replace(/(?:\/[^\s/]+)+\//g, '')
}

/** Lines that fit into `columns`. A name that is wider is broken too. */
function wrapped(text: string, { columns }: RenderContext): readonly Line[] {
  const words = sanitize(text)
    .split(' ')
    .flatMap(word => pieces(word, columns - INDENT))
  return wrapLine(lineOfText(`  ${words.join(' ')}`, 'warn'), columns, INDENT)
}

function pieces(word: string, columns: number): readonly string[] {
  if (word.length <= columns) return [word]
  return [word.slice(0, columns), ...pieces(word.slice(columns), columns)]
}
