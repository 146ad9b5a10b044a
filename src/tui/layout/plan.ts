import { PANES } from '../input/ui-state.ts'
import { diagnosticsPanel } from '../panes/connection.ts'
import { historySumsPanel } from '../panes/history-sums.ts'
import { detailHeight } from '../panes/position-detail.ts'
import { positionListPanel } from '../panes/position-list.ts'
import { positionsPanel } from '../panes/positions.ts'
import { allAlertsPanel, sumPanel } from '../panes/sum.ts'
import { allPositionsPanel } from '../panes/sum-positions.ts'
import { knownCurve } from '../view/known-curve.ts'
import type { RenderContext } from '../view/render-context.ts'
import { overviewPlan } from './overview.ts'
import type {
  BodyPlan,
  DiagnosticsPlan,
  HistoryPlan,
  Plan,
  PositionsPlan,
  ScreenPlan,
  SumPlan,
} from './screen-plan.ts'
import { type LargeShape, shapeOf } from './shape.ts'
import { widePlan } from './wide.ts'

/** Below this many rows the line of keys is left out. */
const FOOTER_ROWS = 10
/** Below this many rows there is no line for the equity. */
const EQUITY_ROWS = 12
/** Header, market line and risk line. */
const FIXED_ROWS = 3
const LADDER_ROWS = 3
const MAX_PALETTE_ROWS = 9
/** A rule and a command. */
const MIN_PALETTE_ROWS = 2
const MIN_BODY_ROWS = 4
const MIN_CLOSED_ROWS = 4
/** The rule and an alert. */
const MIN_ALERT_ROWS = 2
/** Positions get the rows beyond these. */
const MAX_ALERT_ROWS = 6
/** With its rule and its axis. */
const MIN_CURVE_ROWS = 8
const MAX_CURVE_ROWS = 16
const MISSING_CURVE_ROWS = 3

/** The plan of a screen. Depends on the size, the data and the user's choices; never on time alone. */
export function planOf(context: RenderContext): Plan {
  const { columns, rows, ui } = context
  const shape = shapeOf(columns, rows)
  if (shape === 'tiny') return { shape }
  const footer = footerOf(context)
  const accounts = accountsOf(context)
  const totals = accounts === 'sum' ? 0 : totalsOf(context, shape)
  const fixed = accounts === 'tabs' ? FIXED_ROWS + 1 : FIXED_ROWS
  const height = rows - fixed - totals - (footer === 'none' ? 0 : 1)
  const palette = ui.palette === null ? 0 : paletteRows(height)
  return { shape, accounts, totals, footer, palette, body: bodyOf(context, shape, height - palette) }
}

/** The sum has tabs in place of the market line. */
function accountsOf({ accounts }: RenderContext): ScreenPlan['accounts'] {
  if (accounts === null) return 'one'
  return accounts.shown === null ? 'sum' : 'tabs'
}

/** What is typed has a line on any screen. */
function footerOf({ rows, ui }: RenderContext): ScreenPlan['footer'] {
  if (ui.palette !== null) return 'palette'
  if (rows < FOOTER_ROWS) return 'none'
  return ui.filter.phase === 'typing' ? 'filter' : 'keys'
}

/** Constant while it is typed, so that nothing moves. The positions keep their rule, their titles and a row. */
function paletteRows(height: number): number {
  const rows = Math.min(MAX_PALETTE_ROWS, Math.floor(height / 2), height - MIN_BODY_ROWS)
  return rows < MIN_PALETTE_ROWS ? 0 : rows
}

/** True if the plan has a chart. */
export function hasChart(plan: Plan): boolean {
  if (plan.shape === 'tiny') return false
  const { body } = plan
  return body.kind === 'wide' || (body.kind === 'overview' && body.band > 0)
}

function totalsOf({ ui, rows }: RenderContext, shape: LargeShape): 0 | 1 | 2 {
  if (rows < EQUITY_ROWS) return 1
  const isBoxed = shape === 'wide' && ui.view === 'overview' && ui.overlay === 'none' && ui.expanded === null
  return isBoxed ? 0 : 2
}

function bodyOf(context: RenderContext, shape: LargeShape, height: number): BodyPlan {
  const { ui } = context
  if (ui.overlay !== 'none') return { kind: 'overlay', overlay: ui.overlay }
  if (accountsOf(context) === 'sum') return sumPlan(context, height)
  if (ui.expanded !== null) return { kind: 'pane', pane: ui.expanded }
  if (ui.view === 'positions') return positionsPlan(context, shape, height)
  if (ui.view === 'history' && context.history !== null) return historyPlan(context, height)
  if (ui.view === 'diagnostics') return diagnosticsPlan(context, height)
  if (ui.view !== 'overview') return { kind: 'pane', pane: PANES[ui.view][0] }
  return shape === 'wide' ? widePlan(context, height) : overviewPlan(context, shape, height)
}

function positionsPlan(context: RenderContext, shape: LargeShape, height: number): PositionsPlan {
  const panel = (shape === 'list' ? positionListPanel : positionsPanel)(context)
  const detailRows = detailHeight(context)
  const positions = Math.min(panel.preferredHeight + 1, Math.max(4, height - detailRows - 1))
  // A blank row above each of them.
  const detail = height - positions > detailRows ? detailRows : 0
  const left = height - positions - detailRows - 2
  return { kind: 'positions', positions, detail, ladder: left >= LADDER_ROWS ? left : 0 }
}

function sumPlan(context: RenderContext, height: number): SumPlan {
  const accounts = Math.min(sumPanel(context).preferredHeight + 1, height)
  const left = height - accounts
  if (left < MIN_ALERT_ROWS) return { kind: 'sum', accounts: height, positions: 0, alerts: 0 }
  // Alerts take what they need before the positions do.
  const alertRows = Math.min(left, MAX_ALERT_ROWS, allAlertsPanel(context).preferredHeight + 1)
  const preferred = allPositionsPanel(context).preferredHeight + 1
  const positions = Math.min(preferred, left - alertRows)
  return positions < MIN_ALERT_ROWS
    ? { kind: 'sum', accounts, positions: 0, alerts: left }
    : { kind: 'sum', accounts, positions, alerts: left - positions }
}

/** The list always has its rule, its titles and some rows. */
function historyPlan(context: RenderContext, height: number): HistoryPlan {
  const preferred = historySumsPanel(context).preferredHeight + 1
  const sums = Math.max(0, Math.min(preferred, height - MIN_CLOSED_ROWS))
  const left = height - sums
  const known = knownCurve(context)
  const room = known === null ? 0 : Math.min(MAX_CURVE_ROWS, Math.floor(left / 2))
  if (room < MIN_CURVE_ROWS) return { kind: 'history', sums, curve: 0 }
  // A sentence in place of the curve takes few rows.
  return { kind: 'history', sums, curve: known?.isDrawn === true ? room : MISSING_CURVE_ROWS }
}

function diagnosticsPlan(context: RenderContext, height: number): DiagnosticsPlan {
  const connection = Math.min(diagnosticsPanel(context).preferredHeight + 1, Math.max(3, height - 4))
  return { kind: 'diagnostics', connection, events: height - connection }
}
