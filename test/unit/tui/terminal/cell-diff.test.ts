import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffScreens } from '../../../../src/tui/terminal/cell-diff.ts'
import { parseRow } from '../../../../src/tui/terminal/cell-row.ts'
import { openScreenWriter } from '../../../../src/tui/terminal/screen-writer.ts'
import { openSeenScreen } from '../../../support/screen.ts'

const COLUMNS = 12
const ROWS = 4

/** Pieces of text as Ink writes them: styled and plain, narrow and wide. */
const piece = fc
  .tuple(
    fc.constantFrom('', '1', '2', '7', '31', '38;5;208', '1;32'),
    fc.array(fc.constantFrom('a', 'b', '7', ' ', ' ', '─', '漢', '🚀', '▓'), { minLength: 1, maxLength: 6 }),
  )
  .map(([codes, signs]) => {
    const open = codes === '' || codes.startsWith('38') ? [codes] : codes.split(';')
    const sgr = open.filter(Boolean).map(code => `\u{1b}[${code}m`)
    return `${sgr.join('')}${signs.join('')}${sgr.length === 0 ? '' : '\u{1b}[0m'}`
  })
const line = fc.array(piece, { maxLength: 4 }).map(pieces => pieces.join(''))
const frame = fc.array(line, { minLength: ROWS, maxLength: ROWS })

/** What the rows look like when they are written whole. */
function whole(rows: readonly string[]) {
  const seen = openSeenScreen(COLUMNS, ROWS)
  seen.write(
    diffScreens(
      null,
      rows.map(row => parseRow(row, COLUMNS)),
    ),
  )
  return seen
}

test('a sequence of frames written as changed cells looks exactly like the last frame written whole', () => {
  fc.assert(
    fc.property(fc.array(frame, { minLength: 1, maxLength: 8 }), frames => {
      const seen = openSeenScreen(COLUMNS, ROWS)
      const writer = openScreenWriter({ write: text => seen.write(text) }, COLUMNS, ROWS)
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

test('each frame written whole shows each cell of the frame', () => {
  fc.assert(
    fc.property(frame, rows => {
      const cells = whole(rows).cells()
      rows.forEach((text, row) => {
        const { chars: signs, styles: looks } = parseRow(text, COLUMNS)
        expect(cells[row]?.map(({ sign }) => sign)).toEqual(signs)
        expect(cells[row]?.map(({ look }) => look.split(';').sort().join(';'))).toEqual(
          looks.map(look => look.split(';').sort().join(';')),
        )
      })
    }),
  )
})

test('equal frames write nothing at all', () => {
  const written: string[] = []
  const writer = openScreenWriter({ write: text => written.push(text) }, COLUMNS, ROWS)
  writer.enter()
  writer.show(['one', 'two'])
  const before = written.length
  writer.show(['one', 'two'])
  expect(written.length).toBe(before)
})

test('a change of one digit costs a move and the digit, not the line', () => {
  const rows = (digit: string): readonly string[] => ['BTC 68,41', `2.${digit} USD`]
  const before = rows('0').map(row => parseRow(row, COLUMNS))
  const after = rows('5').map(row => parseRow(row, COLUMNS))
  expect(diffScreens(before, after)).toBe('\u{1b}[2;3H5')
})

test('a terminal that takes no output gets only the newest frame once it does again', () => {
  const seen = openSeenScreen(COLUMNS, ROWS)
  let writes = 0
  const output = {
    writableNeedDrain: false,
    write(text: string) {
      writes++
      seen.write(text)
    },
  }
  const writer = openScreenWriter(output, COLUMNS, ROWS)
  writer.enter()
  writer.show(['first'])
  output.writableNeedDrain = true
  const before = writes
  for (let count = 0; count < 100; count++) writer.show([`frame ${count}`])
  expect(writes).toBe(before)
  output.writableNeedDrain = false
  writer.drained()
  expect(writes).toBe(before + 1)
  expect(seen.text().trimEnd()).toBe('frame 99')
})

test('leaving gives back screen, cursor, wrapping and style, and twice does no harm', () => {
  const seen = openSeenScreen(COLUMNS, ROWS)
  seen.write('shell')
  const writer = openScreenWriter({ write: text => seen.write(text) }, COLUMNS, ROWS)
  writer.leave()
  writer.enter()
  writer.show(['\u{1b}[7mdashboard\u{1b}[27m'])
  expect(seen.text().trimEnd()).toBe('dashboard')
  writer.leave()
  writer.leave()
  expect(seen.modes).toEqual({
    alternate: false,
    cursorShown: true,
    wraps: true,
    synchronized: false,
    styled: false,
  })
  expect(seen.text().trimEnd()).toBe('shell')
})

test('after a resize the whole frame is written for the new size', () => {
  const seen = openSeenScreen(6, 2)
  const writer = openScreenWriter({ write: text => seen.write(text) }, COLUMNS, ROWS)
  writer.enter()
  writer.resize(6, 2)
  writer.show(['too long a row', 'x', 'y'])
  expect(seen.text()).toBe('too lo\nx')
  expect(seen.counts.unknown).toEqual([])
})
