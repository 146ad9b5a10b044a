import { closeSync, fstatSync, openSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { isJournal } from '../../../../src/node/terminal/journal.ts'

test('knows the stream that systemd names, and no other', () => {
  const descriptor = openSync('/dev/null', 'w')
  onTestFinished(() => closeSync(descriptor))
  const { dev, ino } = fstatSync(descriptor)
  expect(isJournal(`${dev}:${ino}`, descriptor)).toBe(true)
  expect(isJournal(`${dev}:${ino + 1}`, descriptor)).toBe(false)
  expect(isJournal(undefined, descriptor)).toBe(false)
  expect(isJournal('', descriptor)).toBe(false)
  expect(isJournal(`${dev}:${ino}`, 987_654)).toBe(false)
})
