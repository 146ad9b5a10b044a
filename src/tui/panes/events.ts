import { formatNumber } from '../../domain/format.ts'
import { type Line, lineOfText, segment } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { alertSegments } from '../view/alert-text.ts'
import { levelLabel, levelRole, levelSign } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { clockTime, dayTime, shownAt, zoneLabel } from '../view/time-format.ts'
import type { RaisedAlert } from '../view/view-model.ts'
import { eventText } from './event-text.ts'
import type { Panel } from './panel.ts'
import { scroll } from './scroll.ts'

const DAY_MS = 86_400_000
/** Where the text of an entry begins. */
export const TEXT_COLUMN = 14

/** Alerts and events, newest first. Alerts are never frozen: they come from the newest data. */
export function eventsPanel(context: RenderContext): Panel {
  const count = context.model.state.events.length + context.alerts.raised.length
  return {
    pane: 'events',
    title: context.info.t('EVENTS'),
    note: zoneLabel(context),
    preferredHeight: Math.max(1, count),
    draw: (width, height) => {
      const entries = eventEntries(context)
      if (entries.length === 0) return [lineOfText(`  ${context.info.t('Nothing yet')}`, 'faint')]
      return scroll(context, 'events', entries, height, ({ line }) => wrapLine(line(), width, TEXT_COLUMN))
    },
  }
}

/** An entry of the list. Its text is made only when it is visible. */
export interface EventEntry {
  readonly at: number
  readonly line: () => Line
  /** Further texts that the list leaves out: message and link of an announcement. */
  readonly more: readonly string[]
}

/** All entries, newest first. */
export function eventEntries(context: RenderContext): readonly EventEntry[] {
  const events = context.model.state.events.map(
    (event): EventEntry => ({
      at: event.at,
      more: event.kind === 'announcement' ? [event.message, event.link].filter(text => text !== null) : [],
      line: () => {
        const { sign, line } = eventText(context, event)
        return [...start(context, event.at, sign), ...line]
      },
    }),
  )
  const alerts = context.alerts.raised.map(
    (alert): EventEntry => ({
      at: alert.since,
      more: [],
      line: () => alertLine(context, alert),
    }),
  )
  return [...events, ...alerts].toSorted((a, b) => b.at - a.at)
}

/** Time, sign, level and text of an alert. */
export function alertLine(context: RenderContext, alert: RaisedAlert): Line {
  return [
    ...start(context, alert.since, levelSign(alert.level)),
    segment(`${levelLabel(context, alert.level)} `, levelRole(alert.level)),
    ...alertSegments(context, alert, { text: alert.text }),
    segment(previousText(context, alert)),
    segment(deliveryText(context, alert.id), 'faint'),
  ]
}

/** How many channels took the newest notice of an alert: `, delivered 2/3 (212 ms)`; '' if there is none. */
export function deliveryText(
  { alerts, info }: Pick<RenderContext, 'alerts' | 'info'>,
  alertId: string,
): string {
  const summary = alerts.deliveries.get(alertId)
  if (summary === undefined || summary.channels === 0) return ''
  const { delivered, channels, firstDeliveredAfterMs } = summary
  const time = firstDeliveredAfterMs === null ? '' : ` (${formatNumber(firstDeliveredAfterMs)} ms)`
  return `, ${info.t('delivered')} ${delivered}/${channels}${time}`
}

function previousText(context: RenderContext, { before }: RaisedAlert): string {
  if (before === null || before.distance === null) return ''
  const at = clockTime(context, shownAt(context.live, context.info, before.at)).slice(0, 5)
  return ` (${context.info.t('was {percent}% at {time}', { percent: formatNumber(before.distance * 100, 2), time: at })})`
}

/** Entries older than a day also show their date. */
function start(context: RenderContext, at: number, sign: string): Line {
  const isOld = context.live.now - at > DAY_MS
  const wall = shownAt(context.live, context.info, at)
  return [
    segment(`  ${isOld ? dayTime(context, wall) : clockTime(context, wall)} `, 'faint'),
    segment(`${sign.padEnd(2)} `, 'warn'),
  ]
}
