import type { OverlayName, PaneName } from '../input/ui-state.ts'
import { accountPanel } from './account.ts'
import { chartPanel } from './chart.ts'
import { closedPanel } from './closed.ts'
import { connectionPanel, diagnosticsPanel } from './connection.ts'
import { equityCurvePanel } from './equity-curve.ts'
import { eventsPanel } from './events.ts'
import { filterLine } from './filter-line.ts'
import { keyLine } from './footer.ts'
import { fundingPanel } from './funding.ts'
import { headerLine } from './header.ts'
import { historySumsPanel } from './history-sums.ts'
import { ladderPanel } from './ladder.ts'
import { marketLine, shortMarketLine } from './market-line.ts'
import { equityLine, profitLine } from './money-lines.ts'
import { orderDetailPanel } from './order-detail.ts'
import { ordersPanel } from './orders.ts'
import { alertsPanel, detailPanel, helpPanel, logPanel } from './overlays.ts'
import { paletteLine, palettePanel } from './palette.ts'
import { boxed, oneLine, type Paint, ruled } from './panel.ts'
import { positionDetail } from './position-detail.ts'
import { positionListPanel } from './position-list.ts'
import { positionsPanel } from './positions.ts'
import { sharedRiskLine } from './shared-risk-line.ts'
import { sizePanel } from './size.ts'
import { storyPanel } from './story.ts'
import { allAlertsPanel, sumHeaderLine, sumPanel } from './sum.ts'
import { allPositionsPanel } from './sum-positions.ts'
import { wholeSumPanel } from './sum-whole.ts'
import { tabLine } from './tab-line.ts'
import { totaledPositionsPanel } from './total-line.ts'
import { whatIfPanel } from './what-if.ts'
import { wholePanel } from './whole.ts'
import { wholeEventsPanel } from './whole-events.ts'

/** The paint functions of one line each. */
export const LINES = {
  header: oneLine(headerLine),
  market: oneLine(marketLine),
  shortMarket: oneLine(shortMarketLine),
  equity: oneLine(equityLine),
  profit: oneLine(profitLine),
  risk: oneLine(sharedRiskLine),
  tabs: oneLine(tabLine),
  sumHeader: oneLine(sumHeaderLine),
  keys: oneLine(keyLine),
  filter: oneLine(filterLine),
  palette: oneLine(paletteLine),
} as const

/** The panes that can have the focus, each under a rule. */
export const RULED: Readonly<Record<PaneName, Paint>> = {
  positions: ruled(positionsPanel),
  orders: ruled(ordersPanel),
  closed: ruled(closedPanel),
  funding: ruled(fundingPanel),
  events: ruled(eventsPanel),
  connection: ruled(diagnosticsPanel),
}

/** The commands above the line of the palette. */
export const PALETTE: Paint = ruled(palettePanel)
/** The selected position, without a frame. */
export const DETAIL: Paint = positionDetail
/** Of a narrow screen: one short line per position. */
export const RULED_LIST: Paint = ruled(positionListPanel)
export const RULED_CHART: Paint = ruled(chartPanel)
export const RULED_SUMS: Paint = ruled(historySumsPanel)
export const RULED_CURVE: Paint = ruled(equityCurvePanel)
export const RULED_LADDER: Paint = ruled(ladderPanel)

/** The panes of the wide overview. */
export const BOXED = {
  positions: boxed(totaledPositionsPanel),
  chart: boxed(chartPanel),
  curve: boxed(equityCurvePanel),
  account: boxed(accountPanel),
  ladder: boxed(ladderPanel),
  connection: boxed(connectionPanel),
  orders: boxed(ordersPanel),
  closed: boxed(closedPanel),
  events: boxed(eventsPanel),
} as const

/** All accounts of a dashboard with several. */
export const RULED_SUM: Paint = ruled(sumPanel)
export const RULED_ALERTS: Paint = ruled(allAlertsPanel)
export const RULED_SUM_POSITIONS: Paint = ruled(allPositionsPanel)

export const OVERLAYS: Readonly<Record<Exclude<OverlayName, 'none'>, Paint>> = {
  help: ruled(helpPanel),
  detail: ruled(detailPanel),
  order: ruled(orderDetailPanel),
  events: ruled(wholeEventsPanel),
  whatif: ruled(whatIfPanel),
  size: ruled(sizePanel),
  alerts: ruled(alertsPanel),
  log: ruled(logPanel),
  story: ruled(storyPanel),
  whole: ruled(wholePanel),
  sum: ruled(wholeSumPanel),
}
