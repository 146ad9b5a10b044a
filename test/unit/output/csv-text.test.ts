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
