import type { NumberFormat } from '../../domain/languages.ts'
import type { Translate } from '../lang/translate.ts'
import type { KeyCommand } from './key-binding.ts'
import type { Answer, Ui } from './ui-state.ts'

/** How long an answer takes the place of the keys. */
export const ANSWER_MS = 3_000

/** The answer to a key; null if the screen shows what it did. `ui`: after the command; `hasChart`: if the screen has a chart. */
export function answerTo(
  key: string,
  command: KeyCommand | null,
  ui: Ui,
  now: number,
  hasChart: boolean,
  t: Translate,
): Answer | null {
  const text = command === null ? unknownKey(key, t) : textOf(command, ui, hasChart, t)
  return text === null ? null : { text, until: now + ANSWER_MS }
}

/** The language and the numbers of the screen. */
interface Written {
  readonly t: Translate
  readonly numberFormat: NumberFormat
}

/** The answer to a sign that is not the decimal sign. */
export function decimalAnswer({ t, numberFormat }: Written): string {
  return numberFormat === 'pt'
    ? t('decimals are typed with a comma, thousands without points')
    : t('decimals are typed with a point, thousands without commas')
}

/** Keys that terminals send by themselves have long names. */
function unknownKey(key: string, t: Translate): string | null {
  return [...key].length === 1 ? t('{key} has no function: ? lists the keys', { key }) : null
}

function textOf(command: KeyCommand, ui: Ui, hasChart: boolean, t: Translate): string | null {
  const { expanded, zone, frozen, candleRange } = ui
  switch (command.type) {
    case 'choose': {
      const { choice } = command
      if (choice.candleRange !== undefined) return textOf({ type: 'candle-range', by: 1 }, ui, hasChart, t)
      return choice.zone === undefined ? null : textOf({ type: 'zone' }, ui, hasChart, t)
    }
    case 'resync':
      return frozen === null
        ? t('reading everything again')
        : t('reading everything again; the screen stays frozen')
    case 'expand':
      return expanded === null
        ? t('all panes')
        : t('{pane} alone: Tab shows the next pane, e all', { pane: t(expanded) })
    case 'zone':
      return zone === 'utc' ? t('times in UTC') : t('times in local time')
    case 'candle-range':
      return hasChart
        ? t('{range} candles', { range: candleRange })
        : t('{range} candles; the chart is in the overview, from 120 columns on', { range: candleRange })
    default:
      return null
  }
}
