import type { KeyCommand } from './key-binding.ts'
import type { Answer, Ui } from './ui-state.ts'

/** How long an answer takes the place of the keys. */
const SHOWN_MS = 3_000

/** The answer to a key; null if the screen shows what it did. `ui`: after the command; `hasChart`: if the screen has a chart. */
export function answerTo(
  key: string,
  command: KeyCommand | null,
  ui: Ui,
  now: number,
  hasChart: boolean,
): Answer | null {
  const text = command === null ? unknownKey(key) : textOf(command, ui, hasChart)
  return text === null ? null : { text, until: now + SHOWN_MS }
}

/** Keys that terminals send by themselves have long names. */
function unknownKey(key: string): string | null {
  return [...key].length === 1 ? `${key} has no function: ? lists the keys` : null
}

function textOf(command: KeyCommand, ui: Ui, hasChart: boolean): string | null {
  const { expanded, zone, frozen, candleRange } = ui
  switch (command.type) {
    case 'choose': {
      const { choice } = command
      if (choice.candleRange !== undefined) return textOf({ type: 'candle-range', by: 1 }, ui, hasChart)
      return choice.zone === undefined ? null : textOf({ type: 'zone' }, ui, hasChart)
    }
    case 'resync':
      return `reading everything again${frozen === null ? '' : '; the screen stays frozen'}`
    case 'expand':
      return expanded === null ? 'all panes' : `${expanded} alone: Tab shows the next pane, e all`
    case 'zone':
      return `times in ${zone === 'utc' ? 'UTC' : 'local time'}`
    case 'candle-range':
      return hasChart
        ? `${candleRange} candles`
        : `${candleRange} candles; the chart is in the overview, from 120 columns on`
    default:
      return null
  }
}
