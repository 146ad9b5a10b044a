import type { Alert } from '../../domain/alerts/alert.ts'
import { listedKeys } from '../input/listed-keys.ts'
import type { Translate } from '../lang/translate.ts'
import { type Line, lineOfText, segment, widthOfLine } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { alertSegments } from '../view/alert-text.ts'
import { levelLabel, levelRole } from '../view/format.ts'
import { riskText } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { zoneLabel } from '../view/time-format.ts'
import { visiblePositions } from '../view/visible-rows.ts'
import { alertLine, deliveryText, eventEntries } from './events.ts'
import { beside, type Panel } from './panel.ts'
import { positionDetailLines } from './position-lines.ts'
import { positionsPanel, remarksOf } from './positions.ts'
import { scroll } from './scroll.ts'
import { cutLines } from './whole.ts'

/** Every key with what it does. */
export function helpPanel(context: RenderContext): Panel {
  return listPanel(context, context.info.t('KEYS'), helpLines(context))
}

/** The selected position with every known figure. */
export function detailPanel(context: RenderContext): Panel {
  const list = listLines(context)
  const hasRow = visiblePositions(context.model, context.ui).length > 0
  // Without a row the list says why: positions that are not read are unknown, and not none.
  const lines = hasRow || list.length === 0 ? [...positionDetailLines(context), ...list] : list.slice(1)
  return listPanel(context, context.info.t('POSITION'), lines)
}

/** The alerts that fire, and those raised since the dashboard was opened, newest first. */
export function alertsPanel(context: RenderContext): Panel {
  const { length } = context.alerts.active
  return listPanel(
    context,
    context.info.t('ALERTS {count} active', { count: length }),
    alertLines(context),
    zoneLabel(context),
  )
}

/** The events of the connection, newest first. */
export function logPanel(context: RenderContext): Panel {
  return listPanel(context, context.info.t('CONNECTION LOG'), logLines(context), zoneLabel(context))
}

function listPanel(
  context: RenderContext,
  title: string,
  lines: readonly Line[],
  note = context.info.t('Esc back'),
): Panel {
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

function mouseLine(t: Translate): Line {
  return [
    segment(`  ${t('mouse').padEnd(9)}`, 'accent'),
    segment(t('click: select, again: open; wheel: scroll; Shift and drag: mark text')),
  ]
}

/** In two columns if there is room. Lines wider than one column come first. */
function helpLines({ columns, info, accounts }: RenderContext): readonly Line[] {
  const { t } = info
  const lines = listedKeys(accounts !== null).map(
    ({ shown, help }): Line => [segment(`  ${shown.padEnd(9)}`, 'accent'), segment(t(help))],
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
    ...(info.mouse ? [mouseLine(t)] : []),
    lineOfText(`  ${t('axisor only reads: it cannot place, change or cancel an order')}`, 'faint'),
  ]
}

/** State, level and text of an alert that fires; of a known position in short. */
function activeLine(context: RenderContext, alert: Alert): Line {
  const { t } = context.info
  const { kind, level, state, positionId, id } = alert
  const row = context.live.positions.find(({ position }) => position.id === positionId)
  const text = kind === 'liquidation' && row !== undefined ? riskText(row) : alert.message
  return [
    segment(
      `  ${(state === 'firing' ? t('FIRING') : t('acked')).padEnd(t('FIRING').length)} `,
      state === 'firing' ? 'warn' : 'faint',
    ),
    segment(`${levelLabel(context, level)} `, levelRole(level)),
    ...alertSegments(context, alert, { text }),
    segment(deliveryText(context, id), 'faint'),
  ]
}

function alertLines(context: RenderContext): readonly Line[] {
  const { t } = context.info
  const { raised, active } = context.alerts
  const listed = raised.toReversed().map(alert => alertLine(context, alert))
  return [
    ...active.map(alert => activeLine(context, alert)),
    ...(active.some(({ state }) => state === 'firing')
      ? [lineOfText(`  ${t('a acknowledges all')}`, 'accent')]
      : []),
    ...(active.length === 0 ? [] : [[]]),
    ...(listed.length === 0
      ? [lineOfText(`  ${t('No alert since the dashboard was opened')}`, 'faint')]
      : listed),
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
  return entries.length === 0
    ? [lineOfText(`  ${context.info.t('Nothing yet')}`, 'faint')]
    : entries.map(({ line }) => line())
}

/** What the pane of the positions may cut. */
function listLines(context: RenderContext): readonly Line[] {
  const rows = visiblePositions(context.model, context.ui)
  return cutLines(context, positionsPanel(context), (wide, width) => remarksOf(wide, rows, width))
}
