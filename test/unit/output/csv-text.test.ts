import { expect, test } from 'vitest'
import { toCsv } from '../../../src/output/csv-text.ts'

test.each([
  ['a comma', 'a,b', '"a,b"'],
  ['a quote', 'a"b', '"a""b"'],
  ['a carriage return', 'a\rb', '"a\rb"'],
  ['a line feed', 'a\nb', '"a\nb"'],
  ['none of them', 'a;b c', 'a;b c'],
])('quotes a cell only if it has a comma, a quote or a line break (%s)', (_, cell, printed) => {
  expect(toCsv(['name'], [[cell]])).toBe(`name\r\n${printed}\r\n`)
})

test('quotes list cells and headers by the same rule', () => {
  expect(toCsv(['a,b'], [[['x', 'y,z']]])).toBe('"a,b"\r\n"x y,z"\r\n')
})

test.each(['=1+1', '+cmd', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '\uff1d1+1'])(
  'marks a text that a spreadsheet would run as a formula (%j)',
  cell => {
    expect(toCsv(['name'], [[cell]])).toMatch(/^name\r\n"?'[=+\-@\t\r\uff1d]/)
  },
)

test('leaves numbers as they are, also those in texts', () => {
  expect(toCsv(['a'], [[-7391, '-7391', '+1.5', -0.25, 'a=b', '2026-11-23T18:00:00.000Z']])).toBe(
    'a\r\n-7391,-7391,+1.5,-0.25,a=b,2026-11-23T18:00:00.000Z\r\n',
  )
})
