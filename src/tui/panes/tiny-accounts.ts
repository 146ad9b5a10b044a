import { fitParts, type Part, part } from '../paint/fit.ts'
import { type Line, segment, widthOfLine } from '../paint/line.ts'
import { liveContext, type RenderContext } from '../view/render-context.ts'
import { accountName, lineOfCell, stateCell, worstCell } from './sum-text.ts'
import { tabLine } from './tab-line.ts'
import { tinyScreen } from './tiny.ts'

/** The smallest screens: the text of `axisor line`; of several accounts below their tabs; the sum as one line per account. */
export function tinyAccounts(context: RenderContext): readonly Line[] {
  const { accounts, rows } = context
  if (accounts === null) return tinyScreen(context)
  const tabs = tabLine(context)
  if (rows === 1) return [tabs]
  if (accounts.shown !== null) return [tabs, ...tinyScreen({ ...context, rows: rows - 1 })]
  const lines = accounts.contexts.map((account, index) =>
    accountLine(liveContext(account), index, context.columns),
  )
  const [first = [], ...more] = lines
  if (lines.length < rows) return [tabs, first, ...more]
  const { selected } = accounts
  const start = Math.max(0, Math.min(lines.length - (rows - 1), selected))
  return [tabs, ...lines.slice(start, start + rows - 1)]
}

/** Number, state and worst risk; the name if it fits. */
function accountLine(account: RenderContext, index: number, columns: number): Line {
  const parts: readonly Part[] = [
    { line: [segment(`${index + 1}`)], priority: Number.POSITIVE_INFINITY },
    part(accountName(account), 1),
    // The tabs have the sign of each state.
    { line: lineOfCell(worstCell(account)), priority: 4 },
    { line: lineOfCell(stateCell(account)), priority: 3 },
  ]
  const line = fitParts(parts, columns, 1)
  return widthOfLine(line) <= columns ? line : [segment(`${index + 1}`)]
}
