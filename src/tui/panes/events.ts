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
export function eventsPanel(scene: RenderContext): Panel {
  const wants = scene.model.state.events.length + scene.alerts.raised.length
  return {
    pane: 'events',
    title: 'EVENTS',
    note: zoneWord(scene),
    preferredHeight: Math.max(1, wants),
    draw: (_, height) => {
      const entries = eventEntries(scene)
      if (entries.length === 0) return [lineOfText('  Nothing yet', 'faint')]
      return scroll(scene, 'events', entries, height, ({ line }) => line())
    },
  }
}

/** One piece of news; its words are made only when they are shown. */
export interface EventEntry {
  readonly at: number
  readonly line: () => Line
}

/** All that is remembered, newest first. */
export function eventEntries(scene: RenderContext): readonly EventEntry[] {
  const happened = scene.model.state.events.map(
    (event): EventEntry => ({
      at: event.at,
      line: () => {
        const { sign, line } = eventText(scene, event)
        return [...start(scene, event.at, sign), ...line]
      },
    }),
  )
  const alerted = scene.alerts.raised.map(
    (alert): EventEntry => ({
      at: alert.since,
      line: () => alertLine(scene, alert),
    }),
  )
  return [...happened, ...alerted].toSorted((a, b) => b.at - a.at)
}

/** When an alert was raised, its sign and word, and what it said. */
export function alertLine(scene: RenderContext, alert: RaisedAlert): Line {
  return [
    ...start(scene, alert.since, riskSign(alert.level)),
    segment(`${riskWord(alert.level)} `, riskRole(alert.level)),
    segment(alert.words + beforeWords(scene, alert)),
  ]
}

function beforeWords(scene: RenderContext, { before }: RaisedAlert): string {
  if (before === null || before.distance === null) return ''
  const at = clockTime(scene, before.at).slice(0, 5)
  return ` (was ${formatNumber(before.distance * 100, 2)}% at ${at})`
}

/** Within a day the time is enough; older news say their day. */
function start(scene: RenderContext, at: number, sign: string): Line {
  const isOld = scene.live.now - at > DAY_MS
  return [
    segment(`  ${isOld ? dayTime(scene, at) : clockTime(scene, at)} `, 'faint'),
    segment(`${sign.padEnd(2)} `, 'warn'),
  ]
}
