import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openMouseFilter, type TerminalInput } from '../../../../src/tui/terminal/mouse-filter.ts'
import type { MouseReport } from '../../../../src/tui/terminal/mouse-report.ts'

const PRESS = '\x1b[<0;10;5M'
const press: MouseReport = { kind: 'press', column: 9, row: 4 }

/** Everything that a filter delivers for these chunks, neighboring keys joined. */
function read(chunks: readonly string[]): readonly (string | MouseReport)[] {
  const filter = openMouseFilter()
  return joined([...chunks.flatMap(chunk => filter.push(chunk)), ...filter.flush()])
}

function joined(inputs: readonly TerminalInput[]): readonly (string | MouseReport)[] {
  const parts: (string | MouseReport)[] = []
  for (const input of inputs) {
    const last = parts.at(-1)
    if (input.type === 'mouse') parts.push(input.report)
    else if (typeof last === 'string') parts[parts.length - 1] = last + input.text
    else parts.push(input.text)
  }
  return parts
}

/** The text in chunks that end at these places. */
function split(text: string, places: readonly number[]): readonly string[] {
  const cuts = [...new Set(places.map(place => place % (text.length + 1)))].sort((a, b) => a - b)
  return [0, ...cuts].map((from, index) => text.slice(from, cuts[index] ?? text.length))
}

/** A key or text that no report can be made of, together with whatever follows. */
const keys = fc.oneof(
  fc.constantFrom(
    'j',
    'q',
    ':',
    '\r',
    '\t',
    '\x7f',
    '\x03',
    '\x1b[A',
    '\x1b[B',
    '\x1b[5~',
    '\x1bOP',
    '\x1bx',
  ),
  fc.stringMatching(/^[ -~é漢🙂]{1,12}$/u),
)
const report = fc
  .record({
    button: fc.constantFrom(0, 64, 65, 8, 16, 80),
    column: fc.integer({ min: 1, max: 9_999 }),
    row: fc.integer({ min: 1, max: 9_999 }),
  })
  .map(({ button, column, row }) => `\x1b[<${button};${column};${row}M`)
/** Sequences that end, begin as a report does, and are none that has a function. */
const useless = fc.oneof(
  fc.constantFrom(
    '\x1b[<0;10;5m',
    '\x1b[<1;1;1M',
    '\x1b[<M',
    '\x1b[<;;;M',
    '\x1b[<0;0;1M',
    '\x1b[<99999;1;1M',
  ),
  fc.stringMatching(/^[\d;<>?=!-/]{0,90}$/).map(text => `\x1b[<${text}M`),
  fc.stringMatching(/^[\d;]{0,60}$/).map(text => `\x1b[<${text}~`),
)

test('passes the same keys and finds the same reports however the input is split', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(keys, report, useless), { maxLength: 30 }),
      fc.array(fc.nat(), { maxLength: 30 }),
      (parts, places) => {
        const text = parts.join('')
        expect(read(split(text, places))).toEqual(read([text]))
        expect(read([...text])).toEqual(read([text]))
      },
    ),
    { numRuns: 1_000 },
  )
})

test('passes every key and no other text, and finds every report, in their order', () => {
  const reportOf = (text: string): MouseReport => {
    const [button = 0, column = 0, row = 0] = text.slice(3, -1).split(';').map(Number)
    const kind = button >= 64 ? (button % 2 === 0 ? 'wheel-up' : 'wheel-down') : 'press'
    return { kind, column: column - 1, row: row - 1 }
  }
  const part = fc.oneof(
    keys.map(text => ({ text, means: text as string | MouseReport | null })),
    report.map(text => ({ text, means: reportOf(text) })),
    fc.constant({ text: '\x1b[<3;4;5m', means: null }),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 20 }), (parts, places) => {
      const meant = joined(
        parts.flatMap(({ means }): TerminalInput[] => {
          if (means === null) return []
          return [
            typeof means === 'string' ? { type: 'keys', text: means } : { type: 'mouse', report: means },
          ]
        }),
      )
      expect(read(split(parts.map(({ text }) => text).join(''), places))).toEqual(meant)
    }),
    { numRuns: 1_000 },
  )
})

test('never throws, and no text that begins as a report gets through, whatever is sent', () => {
  const hostile = fc.array(
    fc.constantFrom('\x1b', '[', '<', 'M', 'm', '0', ';', '9', 'q', '\x03', '\x9b', '\u{fffd}'),
    {
      maxLength: 60,
    },
  )
  fc.assert(
    fc.property(hostile, fc.array(fc.nat(), { maxLength: 20 }), (chars, places) => {
      const text = chars.join('')
      const inputs = read(split(text, places))
      expect(inputs).toEqual(read([text]))
      for (const input of inputs) {
        if (typeof input === 'string') expect(input).not.toContain('\x1b[<')
        else expect(Math.min(input.column, input.row)).toBeGreaterThanOrEqual(0)
      }
    }),
    { numRuns: 2_000 },
  )
})

describe('a key', () => {
  test('that is Esc passes alone, twice, before a report, and inside a broken one', () => {
    expect(read(['\x1b'])).toEqual(['\x1b'])
    expect(read(['\x1b\x1b'])).toEqual(['\x1b\x1b'])
    expect(read([`\x1b${PRESS}`])).toEqual(['\x1b', press])
    expect(read(['\x1b[<0;1', '\x1b'])).toEqual(['\x1b'])
    expect(read(['\x1b[M!', '\x1b'])).toEqual(['\x1b'])
  })

  test('passes after a report that was cut off and given up', () => {
    const filter = openMouseFilter()
    expect(filter.push('\x1b[<0;1')).toEqual([])
    expect(filter.pending()).toBe('report')
    expect(filter.flush()).toEqual([])
    expect(filter.pending()).toBe('none')
    expect(filter.push('q')).toEqual([{ type: 'keys', text: 'q' }])
  })

  test('that begins as a report does is kept until it is known, and then passes', () => {
    const filter = openMouseFilter()
    expect(filter.push('\x1b')).toEqual([])
    expect(filter.pending()).toBe('escape')
    expect(filter.push('[')).toEqual([])
    expect(filter.push('A')).toEqual([{ type: 'keys', text: '\x1b[A' }])
    expect(filter.push('\x1b[')).toEqual([])
    expect(filter.flush()).toEqual([{ type: 'keys', text: '\x1b[' }])
  })
})

describe('a report', () => {
  test.each([
    ['a press of the left button', '\x1b[<0;10;5M', { kind: 'press', column: 9, row: 4 }],
    ['a turn of the wheel', '\x1b[<64;1;1M', { kind: 'wheel-up', column: 0, row: 0 }],
    ['a turn back', '\x1b[<65;300;200M', { kind: 'wheel-down', column: 299, row: 199 }],
    ['a press in the form before SGR', '\x1b[M !!', { kind: 'press', column: 0, row: 0 }],
  ] as const)('is %s', (_, text, means) => {
    expect(read([text])).toEqual([means])
  })

  test.each([
    ['a release', '\x1b[<0;10;5m'],
    ['another button', '\x1b[<2;10;5M'],
    ['a selection with Shift', '\x1b[<4;10;5M'],
    ['motion', '\x1b[<32;10;5M'],
    ['a wheel to the side', '\x1b[<66;10;5M'],
    ['a button of a gaming mouse', '\x1b[<128;10;5M'],
    ['a cell that does not exist', '\x1b[<0;0;0M'],
    ['a release in the form before SGR', '\x1b[M#!!'],
  ])('has no function and is no key if it is %s', (_, text) => {
    expect(read([`j${text}k`])).toEqual(['jk'])
  })
})
