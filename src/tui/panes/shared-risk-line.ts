import { sanitize } from '../../domain/sanitize.ts'
import { type Line, segment } from '../paint/line.ts'
import type { RenderContext } from '../view/render-context.ts'
import { riskLine } from './risk-line.ts'
import { worstAccount } from './worst-account.ts'

/** The longest part of a name before the risk. */
const NAME_COLUMNS = 16
/** Below this many columns the number of the tab takes the place of a name. */
const NAMED_COLUMNS = 64

/** The worst risk of all accounts. It is named unless it is of the only account, or of the one on the screen. */
export function sharedRiskLine(context: RenderContext): Line {
  const { accounts, columns } = context
  const worst = accounts === null ? null : worstAccount(accounts)
  if (accounts === null || worst === null || worst.index === accounts.shown) return riskLine(context)
  const { index, context: account } = worst
  const name =
    columns < NAMED_COLUMNS ? `#${index + 1}` : sanitize(account.info.profile, { maxLength: NAME_COLUMNS })
  const head = `${name}: `
  const hasKeys = accounts.shown === null
  // Its numbers are the newest: only the account on the screen says that it is frozen.
  const ui = { ...account.ui, frozen: null }
  const line = riskLine({ ...account, model: account.live, ui, hasKeys, columns: columns - head.length })
  return [segment(head, line.some(({ role }) => role === 'banner') ? 'banner' : 'strong'), ...line]
}
