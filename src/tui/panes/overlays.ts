import type { Alert } from '../../domain/alerts/alert.ts'
import { formatAge } from '../../domain/format.ts'
import type { Position } from '../../domain/position.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { isPartOld, partReason } from '../../store/part-text.ts'
import type { PositionRow } from '../../store/view.ts'
import { listedKeys } from '../input/listed-keys.ts'
import { type Line, lineOfText, segment, widthOfLine } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { alertText } from '../view/alert-text.ts'
import {
  amount,
  distancePercent,
  dollars,
  level,
  levelLabel,
  levelRole,
  price,
  riskLabel,
  riskRole,
  rowMarked,
  signedAmount,
  signedDollars,
  stopLoss,
  wholeDollars,
} from '../view/format.ts'
import { nameOf, riskText, unreadText } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { exchangeNow, zoneLabel } from '../view/time-format.ts'
import { selectedIndex, visiblePositions } from '../view/visible-rows.ts'
import { alertLine, deliveryText, eventEntries } from './events.ts'
import { beside, type Panel } from './panel.ts'
import { leverageText } from './position-columns.ts'
import { positionsPanel, remarksOf } from './positions.ts'
import { scroll } from './scroll.ts'
import { cutLines } from './whole.ts'

/** Every key with what it does. */
export function helpPanel(context: RenderContext): Panel {
  return listPanel(context, 'KEYS', helpLines(context))
}

/** The selected position with every known figure. */
export function detailPanel(context: RenderContext): Panel {
  return listPanel(context, 'POSITION', [...detailLines(context), ...listLines(context)])
}

/** The alerts that fire, and those raised since the dashboard was opened, newest first. */
export function alertsPanel(context: RenderContext): Panel {
  const { length } = context.alerts.active
  return listPanel(context, `ALERTS ${length} active`, alertLines(context), zoneLabel(context))
}

/** The events of the connection, newest first. */
export function logPanel(context: RenderContext): Panel {
  return listPanel(context, 'CONNECTION LOG', logLines(context), zoneLabel(context))
}

function listPanel(context: RenderContext, title: string, lines: readonly Line[], note = 'Esc back'): Panel {
  return {
    pane: null,
    title,
    note,
    preferredHeight: lines.length,
    draw: (width, height) => scroll(context, 'overlay', lines, height, line => wrapLine(line, width, INDENT)),
  }
}

/** Of the rest of a line that does not fit. */
const INDENT = 16

const HELP_COLUMN = 39

const MOUSE_LINE: Line = [
  segment('  mouse    ', 'accent'),
  segment('click: select, again: open; wheel: scroll; Shift and drag: mark text'),
]

/** In two columns if there is room. Lines wider than one column come first. */
function helpLines({ columns, info, accounts }: RenderContext): readonly Line[] {
  const lines = listedKeys(accounts !== null).map(
    ({ shown, help }): Line => [segment(`  ${shown.padEnd(9)}`, 'accent'), segment(help)],
  )
  const isLong = (line: Line): boolean => widthOfLine(line) > HELP_COLUMN
  const short = lines.filter(line => !isLong(line))
  const half = Math.ceil(short.length / 2)
  const listed =
    columns < 2 * HELP_COLUMN
      ? lines
      : [
          ...lines.filter(isLong),
          ...beside([short.slice(0, half), short.slice(half)], [HELP_COLUMN, HELP_COLUMN]),
        ]
  return [
    ...listed,
    ...(info.mouse ? [MOUSE_LINE] : []),
    lineOfText('  axisor only reads: it cannot place, change or cancel an order', 'faint'),
  ]
}

/** State, level and text of an alert that fires; of a known position in short. */
function activeLine(context: RenderContext, alert: Alert): Line {
  const { kind, level, state, positionId, id } = alert
  const row = context.live.positions.find(({ position }) => position.id === positionId)
  const text = kind === 'liquidation' && row !== undefined ? riskText(row) : alert.message
  return [
    segment(state === 'firing' ? '  FIRING ' : '  acked  ', state === 'firing' ? 'warn' : 'faint'),
    segment(`${levelLabel(level)} `, levelRole(level)),
    segment(alertText(context, alert, text)),
    segment(deliveryText(context, id), 'faint'),
  ]
}

function alertLines(context: RenderContext): readonly Line[] {
  const { raised, active } = context.alerts
  const listed = raised.toReversed().map(alert => alertLine(context, alert))
  return [
    ...active.map(alert => activeLine(context, alert)),
    ...(active.some(({ state }) => state === 'firing') ? [lineOfText('  a acknowledges all', 'accent')] : []),
    ...(active.length === 0 ? [] : [[]]),
    ...(listed.length === 0 ? [lineOfText('  No alert since the dashboard was opened', 'faint')] : listed),
  ]
}

const LINK_EVENTS: ReadonlySet<string> = new Set([
  'link-lost',
  'link-live',
  'upstream-lost',
  'upstream-live',
  'key-refused',
  'key-accepted',
  'stopped',
  'unreadable',
  'part-failed',
  'part-recovered',
])

function logLines(context: RenderContext): readonly Line[] {
  const { state } = context.live
  const events = state.events.filter(({ kind }) => LINK_EVENTS.has(kind))
  const live = { ...context.live, state: { ...state, events } }
  const entries = eventEntries({ ...context, model: live, alerts: { ...context.alerts, raised: [] } })
  return entries.length === 0 ? [lineOfText('  Nothing yet', 'faint')] : entries.map(({ line }) => line())
}

/** What the pane of the positions may cut. */
function listLines(context: RenderContext): readonly Line[] {
  const rows = visiblePositions(context.model, context.ui)
  return cutLines(context, positionsPanel(context), (wide, width) => remarksOf(wide, rows, width))
}

function detailLines(context: RenderContext): readonly Line[] {
  const rows = visiblePositions(context.model, context.ui)
  const row = rows[selectedIndex(rows, context.ui)]
  if (row === undefined) return [lineOfText('  No position selected', 'faint')]
  const { position } = row
  return [
    [
      segment('  '),
      segment(nameOf(position), 'strong'),
      segment('  '),
      segment(riskLabel(row.risk), riskRole(row.risk)),
    ],
    pair('id', sanitize(position.id)),
    pair(
      'quantity',
      `${dollars(context, position.quantityUsd)} USD   ${position.mode} ${leverageText(position.leverage)}`,
    ),
    pair('entry', `${price(position.entryPriceUsd)}${entryNote(position)}`),
    pair(
      'close at',
      `${rowMarked(context, row, price(row.markPriceUsd))}   ${position.side === 'long' ? 'bid' : 'ask'} of the bucket of this size`,
    ),
    ...resultLines(context, row),
    ...levelLines(context, row),
    pair(
      'opened',
      position.openedAt === null
        ? 'not reported'
        : `${formatAge(exchangeNow(context.model) - position.openedAt)} ago`,
    ),
    ...dataLines(context, row),
    ...(row.warnings.length === 0
      ? []
      : [
          [
            segment('  warnings      ', 'faint'),
            segment(
              row.warnings.join(', ').replaceAll('-', ' ').replaceAll('stop loss', 'stop-loss'),
              'warn',
            ),
          ],
        ]),
  ]
}

/** Age of the row, and why it is not current. */
function dataLines(context: RenderContext, row: PositionRow): readonly Line[] {
  const { source, state } = context.model
  const name = row.position.mode === 'cross' ? 'crossPosition' : 'isolatedPositions'
  const unread = context.model.unread.find(({ id }) => id === row.position.id)
  const age = `${formatAge(row.ageMs)} old`
  const why = isPartOld(source.parts[name]) ? partReason(source, name) : ''
  const reason = unread === undefined ? why : unreadText(unread)
  const isKept = state.lastKnown.has(row.position.id) ? ', last known' : row.isOld ? ', not current' : ''
  const { otherMarket } = row.position
  return [
    pair('data', `${age}${isKept}${reason === '' ? '' : `: ${reason}`}`),
    ...(otherMarket === null
      ? []
      : [pair('market', `${sanitize(otherMarket)}: not valued, in units of that market`)]),
  ]
}

/** What the exchange's P&L shows about the entry; empty if there is one price only. */
function entryNote({ entryCandidates, entrySource }: Position): string {
  const { priceUsd = null, entryPriceUsd = null } = entryCandidates ?? {}
  if (priceUsd === null || entryPriceUsd === null || entrySource === 'same') return ''
  const fill = `filled at ${price(entryPriceUsd)}`
  switch (entrySource) {
    case 'price':
      return `   ${fill}`
    case 'entryPrice':
      return `   the fill; exchange's price ${price(priceUsd)} does not fit its P&L`
    case 'neither':
      return `   ${fill}; neither fits the exchange's P&L`
    default:
      return `   ${fill}; not decided yet`
  }
}

function basisNote({ maintenanceMarginBasis: basis }: PositionRow): string {
  if (basis === null) return ''
  return basis === 'net' ? ' net of opening fee' : ' with opening fee'
}

function cashInLines(context: RenderContext, { position }: PositionRow): readonly Line[] {
  const { cashInMarginSats, cashInPlSats } = position
  if (!cashInMarginSats && !cashInPlSats) return []
  const taken = `${amount(context, cashInPlSats)} from P&L   ${amount(context, cashInMarginSats)} from margin`
  return [pair('cash-in', taken)]
}

function resultLines(context: RenderContext, row: PositionRow): readonly Line[] {
  const { position } = row
  const paid = position.fundingPaidSats
  const fee = position.openingFeeSats
  const own =
    position.exchangePlSats === null ? 'not reported' : signedAmount(context, position.exchangePlSats)
  const difference =
    row.plDifferenceSats === null
      ? ''
      : `   Δ ${signedAmount(context, row.plDifferenceSats)} beyond price movement`
  return [
    pair(
      'P&L gross',
      `${rowMarked(context, row, signedAmount(context, row.unrealizedPlSats))} ${context.ui.unit}   ${rowMarked(context, row, signedDollars(context, row.unrealizedPlUsd))} USD`,
    ),
    pair(
      'P&L net',
      `${rowMarked(context, row, signedAmount(context, row.netPlSats))} ${context.ui.unit}   after opening and closing fees`,
    ),
    pair('exchange P&L', `${own}${difference}`),
    pair(
      'margin',
      `${amount(context, position.marginSats)} ${context.ui.unit}   maintenance ${amount(context, position.maintenanceMarginSats)}${basisNote(row)}`,
    ),
    ...cashInLines(context, row),
    pair(
      'fees, funding',
      `${signedAmount(context, fee === null ? null : 0 - fee)} opening   ${signedAmount(context, paid === null ? null : 0 - paid)} funding`,
    ),
    pair('break-even', price(row.breakEvenUsd)),
  ]
}

function levelLines(context: RenderContext, row: PositionRow): readonly Line[] {
  const { position } = row
  const none = position.mode === 'cross' ? '—' : 'none'
  const away =
    row.liquidationDistanceUsd === null
      ? ''
      : `   ${rowMarked(context, row, distancePercent(row))}%   ${rowMarked(context, row, wholeDollars(row.liquidationDistanceUsd))} USD away`
  return [
    [
      segment('  liquidation   ', 'faint'),
      segment(level(position.liquidationPriceUsd, 'n/a: the exchange reports none'), riskRole(row.risk)),
      segment(away),
    ],
    pair('stops', `SL ${stopLoss(position, none)}   TP ${level(position.takeProfitUsd, none)}`),
  ]
}

function pair(label: string, text: string): Line {
  return [segment(`  ${label.padEnd(14)}`, 'faint'), segment(text)]
}
