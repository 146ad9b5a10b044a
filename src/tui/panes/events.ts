import { formatNumber } from '../../domain/format.ts'
import { type Line, lineOfText, segment } from '../paint/line.ts'
import { riskRole, riskSign, riskWord } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { clockTime, dayTime, zoneWord } from '../view/time-format.ts'
import type { RaisedAlert } from '../view/view-model.ts'
import { eventText } from './event-text.ts'
import type { Panel } from './panel.ts'
import { scroll } from './scroll.ts'

const DAY_MS = 86_400_000

/** Alerts and what happened, newest first. Alerts are never frozen: they come from the newest data. */
export function eventsPanel(context: RenderContext): Panel {
  const wants = context.model.state.events.length + context.alerts.raised.length
  return {
    pane: 'events',
    title: 'EVENTS',
    note: zoneWord(context),
    preferredHeight: Math.max(1, wants),
    draw: (_, height) => {
      const entries = eventEntries(context)
      if (entries.length === 0) return [lineOfText('  Nothing yet', 'faint')]
      return scroll(context, 'events', entries, height, ({ line }) => line())
    },
  }
}

/** One piece of news; its words are made only when they are shown. */
export interface EventEntry {
  readonly at: number
  readonly line: () => Line
}

/** All that is remembered, newest first. */
export function eventEntries(context: RenderContext): readonly EventEntry[] {
  const happened = context.model.state.events.map(
    (event): EventEntry => ({
      at: event.at,
      line: () => {
        const { sign, line } = eventText(context, event)
        return [...start(context, event.at, sign), ...line]
      },
    }),
  )
  const alerted = context.alerts.raised.map(
    (alert): EventEntry => ({
      at: alert.since,
      line: () => alertLine(context, alert),
    }),
  )
  return [...happened, ...alerted].toSorted((a, b) => b.at - a.at)
}

/** When an alert was raised, its sign and word, and what it said. */
export function alertLine(context: RenderContext, alert: RaisedAlert): Line {
  return [
    ...start(context, alert.since, riskSign(alert.level)),
    segment(`${riskWord(alert.level)} `, riskRole(alert.level)),
    segment(alert.words + beforeWords(context, alert)),
  ]
}

function beforeWords(context: RenderContext, { before }: RaisedAlert): string {
  if (before === null || before.distance === null) return ''
  const at = clockTime(context, before.at).slice(0, 5)
  return ` (was ${formatNumber(before.distance * 100, 2)}% at ${at})`
}

/** Within a day the time is enough; older news say their day. */
function start(context: RenderContext, at: number, sign: string): Line {
  const isOld = context.live.now - at > DAY_MS
  return [
    segment(`  ${isOld ? dayTime(context, at) : clockTime(context, at)} `, 'faint'),
    segment(`${sign.padEnd(2)} `, 'warn'),
  ]
}
