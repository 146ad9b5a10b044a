import { expect, test } from 'vitest'
import { openRowBoard } from '../../../../src/tui/terminal/row-labels.ts'

test('a row gets a new label with a new text and keeps it with the old one', () => {
  const board = openRowBoard()
  board.publish(['a', 'b', 'b'])
  const before = board.labels()
  board.publish(['a', 'c', 'b'])
  const after = board.labels()
  expect(after.map((label, row) => label === before[row])).toEqual([true, false, true])
  expect(new Set(after).size).toBe(3)
  expect(after.map(board.textOf)).toEqual(['a', 'c', 'b'])
})

test('a label of the frame before is still known, an older one is not', () => {
  const board = openRowBoard()
  board.publish(['a'])
  const [first = ''] = board.labels()
  board.publish(['b'])
  expect(board.textOf(first)).toBe('a')
  board.publish(['c'])
  expect(board.textOf(first)).toBe(null)
})

test('the same rows again are no news', () => {
  const board = openRowBoard()
  let told = 0
  const end = board.subscribe(() => told++)
  board.publish(['a'])
  board.publish(['a'])
  board.publish(['a', 'b'])
  expect(told).toBe(2)
  end()
  board.publish([])
  expect(told).toBe(2)
})
