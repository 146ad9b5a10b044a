import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Line, lineOfText, segment } from '../../../../src/tui/paint/line.ts'
import { diffScreens } from '../../../../src/tui/terminal/cell-diff.ts'
import { cellPainterOf } from '../../../../src/tui/terminal/cell-painter.ts'
import { blankRow, type CellRow } from '../../../../src/tui/terminal/cell-row.ts'
import { openScreenWriter } from '../../../../src/tui/terminal/screen-writer.ts'
import { openEmulatedScreen } from '../../../support/screen.ts'
import { DARK } from '../../../support/themes.ts'

const COLUMNS = 12
const ROWS = 4
const PAINT = cellPainterOf({ ...DARK, name: 'colorblind', colorDepth: 8 })

function rowOf(line: Line, columns = COLUMNS): CellRow {
  const row = blankRow(columns)
  PAINT(row, 0, line, columns)
  return row
}

/** A screen of plain texts; rows without one are blank. */
function screenOf(texts: readonly string[], columns = COLUMNS, rows = ROWS): readonly CellRow[] {
  return Array.from({ length: rows }, (_, row) => rowOf(lineOfText(texts[row] ?? ''), columns))
}

const piece = fc
  .tuple(
    fc.constantFrom('plain', 'strong', 'faint', 'banner', 'badge', 'gain', 'loss', 'critical'),
    fc.array(fc.constantFrom('a', 'b', '7', ' ', ' ', '─', '漢', '🚀', '▓'), { minLength: 1, maxLength: 6 }),
  )
  .map(([role, signs]) => segment(signs.join(''), role as 'plain'))
const line = fc.array(piece, { maxLength: 4 }).map(pieces => rowOf(pieces))
const frame = fc.array(line, { minLength: ROWS, maxLength: ROWS })

/** What a terminal shows when the rows are written whole. */
function whole(screen: readonly CellRow[]) {
  const seen = openEmulatedScreen(COLUMNS, ROWS)
  seen.write(diffScreens(null, screen))
  return seen
}

test('shows the same after a sequence of diffs as after the last frame written whole', () => {
  fc.assert(
    fc.property(fc.array(frame, { minLength: 1, maxLength: 8 }), frames => {
      const seen = openEmulatedScreen(COLUMNS, ROWS)
      const writer = openScreenWriter({ write: text => seen.write(text) })
      writer.enter()
      for (const rows of frames) {
        writer.show(rows)
        expect(seen.cells()).toEqual(whole(rows).cells())
      }
      expect(seen.counts.unknown).toEqual([])
      expect(seen.modes).toMatchObject({ synchronized: false, styled: false, cursorShown: false })
    }),
    { numRuns: 400 },
  )
})

test('shows each cell of a frame written whole', () => {
  fc.assert(
    fc.property(frame, rows => {
      const cells = whole(rows).cells()
      rows.forEach(({ chars: signs, styles: looks }, row) => {
        expect(cells[row]?.map(({ sign }) => sign)).toEqual(signs)
        expect(cells[row]?.map(({ look }) => look.split(';').sort().join(';'))).toEqual(
          looks.map(look => look.split(';').sort().join(';')),
        )
      })
    }),
  )
})

test('writes nothing for an equal frame', () => {
  const written: string[] = []
  const writer = openScreenWriter({ write: text => written.push(text) })
  writer.enter()
  writer.show(screenOf(['one', 'two']))
  const before = written.length
  writer.show(screenOf(['one', 'two']))
  expect(written.length).toBe(before)
})

test('writes a move and a digit for a change of one digit', () => {
  const rows = (digit: string): readonly CellRow[] => screenOf(['BTC 68,41', `2.${digit} USD`])
  expect(diffScreens(rows('0'), rows('5'))).toBe('\u{1b}[2;3H5')
})

test('writes only the newest frame after a blocked output drains', () => {
  const seen = openEmulatedScreen(COLUMNS, ROWS)
  let writes = 0
  const output = {
    writableNeedDrain: false,
    write(text: string) {
      writes++
      seen.write(text)
    },
  }
  const writer = openScreenWriter(output)
  writer.enter()
  writer.show(screenOf(['first']))
  output.writableNeedDrain = true
  const before = writes
  for (let count = 0; count < 100; count++) writer.show(screenOf([`frame ${count}`]))
  expect(writes).toBe(before)
  output.writableNeedDrain = false
  writer.drained()
  expect(writes).toBe(before + 1)
  expect(seen.text().trimEnd()).toBe('frame 99')
})

test('restores screen, cursor, wrapping and style on leave, also when called twice', () => {
  const seen = openEmulatedScreen(COLUMNS, ROWS)
  seen.write('shell')
  const writer = openScreenWriter({ write: text => seen.write(text) })
  writer.leave()
  writer.enter()
  writer.show([rowOf([segment('dashboard', 'banner')])])
  expect(seen.text().trimEnd()).toBe('dashboard')
  writer.leave()
  writer.leave()
  expect(seen.modes).toEqual({
    alternate: false,
    cursorShown: true,
    wraps: true,
    synchronized: false,
    title: '',
    styled: false,
    mouse: false,
    sgrMouse: false,
  })
  expect(seen.text().trimEnd()).toBe('shell')
})

test('writes the next frame whole after the window has changed, and nothing before it', () => {
  const seen = openEmulatedScreen(6, 2)
  let writes = 0
  const writer = openScreenWriter({
    write(text) {
      writes++
      seen.write(text)
    },
  })
  writer.enter()
  writer.show(screenOf(['of the old window']))
  writer.invalidate()
  const before = writes
  writer.drained()
  writer.repaint()
  expect(writes).toBe(before)
  const screen = screenOf(['small', 'x'], 6, 2)
  writer.show(screen)
  writer.invalidate()
  seen.write('\u{1b}[1;1Hgarble')
  writer.show(screen)
  expect(seen.text()).toBe('small\nx')
})
