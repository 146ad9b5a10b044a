import { sanitize } from '../../domain/sanitize.ts'
import { type PaletteEntry, paletteEntries } from '../input/palette-entries.ts'
import { EMPTY_PALETTE } from '../input/palette-input.ts'
import { noMatchText } from '../input/palette-match.ts'
import { paletteSelection } from '../input/palette-reducer.ts'
import { fitParts, part } from '../paint/fit.ts'
import { type Line, lineOfText, rowSegment, segment, verbatimSegment } from '../paint/line.ts'
import { widthOf } from '../paint/width.ts'
import type { RenderContext } from '../view/render-context.ts'
import { cursorSign } from '../view/signs.ts'
import type { Panel } from './panel.ts'

const NAME_COLUMNS = 16
const KEY_COLUMNS = 6

/** The line that is typed. */
export function paletteLine({ ui, columns, info }: RenderContext): Line {
  const { t } = info
  const { text } = ui.palette ?? EMPTY_PALETTE
  const typed: Line = [
    segment(' :', 'accent'),
    verbatimSegment(sanitize(text)),
    segment(`${cursorSign(info)} `, 'accent'),
  ]
  return fitParts(
    [
      { line: typed, priority: Number.POSITIVE_INFINITY },
      part(t('Enter runs'), 9, 'faint'),
      part(t('Tab completes'), 8, 'faint'),
      part(t('Esc closes'), 7, 'faint'),
    ],
    columns,
    1,
  )
}

/** The commands that fit what is typed, best first, with their keys and what they do. */
export function palettePanel(context: RenderContext): Panel {
  const { ui, info } = context
  const { t } = info
  const entries = paletteEntries(ui, t, context.accounts !== null, info.commands?.())
  const { matches, index } = paletteSelection(ui.palette ?? EMPTY_PALETTE, entries)
  return {
    pane: null,
    title: `${t('COMMANDS')} ${matches.length}`,
    note: matches.length === 0 ? '' : t('{index} of {count}', { index: index + 1, count: matches.length }),
    preferredHeight: matches.length,
    draw(width, height) {
      if (matches.length === 0)
        return [lineOfText(`  ${sanitize(noMatchText(entries, ui.palette?.text ?? '', t))}`, 'warn')]
      const first = Math.max(0, Math.min(matches.length - height, index - Math.floor(height / 2)))
      const names = Math.max(NAME_COLUMNS, ...matches.map(({ shown }) => widthOf(sanitize(shown))))
      return matches
        .slice(first, first + height)
        .map((entry, offset) => entryLine(entry, first + offset === index, Math.min(names, width >> 1)))
    },
  }
}

function entryLine({ name, shown, key, help }: PaletteEntry, isSelected: boolean, nameColumns: number): Line {
  const text = sanitize(shown)
  const blank = ' '.repeat(Math.max(0, nameColumns - widthOf(text)))
  return [
    rowSegment(name, isSelected ? '▸ ' : '  ', 'accent'),
    segment(text, isSelected ? 'strong' : 'plain'),
    segment(`${blank} ${key.padEnd(KEY_COLUMNS)} `, 'accent'),
    segment(sanitize(help), 'faint'),
  ]
}
