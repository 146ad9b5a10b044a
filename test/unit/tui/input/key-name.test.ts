import type { Key } from 'ink'
import { expect, test } from 'vitest'
import { keyNames } from '../../../../src/tui/input/key-name.ts'

const NO_KEY = {} as Key

test('names every key of a chunk, as it arrives over a slow connection', () => {
  expect(keyNames('\t\t\r', NO_KEY)).toEqual(['tab', 'tab', 'enter'])
  expect(keyNames('67\x7f8\n', NO_KEY)).toEqual(['6', '7', 'backspace', '8', 'enter'])
})

test('names the arrows', () => {
  expect(keyNames('', { leftArrow: true } as Key)).toEqual(['left'])
  expect(keyNames('', { pageUp: true } as Key)).toEqual(['pageup'])
})
