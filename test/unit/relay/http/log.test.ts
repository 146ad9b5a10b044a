import { expect, test } from 'vitest'
import { openLog } from '../../../../src/relay/http/log.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

test.each([
  [true, ['<6>{"level":"info",', '<4>{"level":"warn",']],
  [false, ['{"level":"info","', '{"level":"warn","']],
])('begins its lines with the priority in a journal (%s)', (isJournal, starts) => {
  const lines: string[] = []
  const log = openLog({ level: 'info', clock: openFakeClock(), isJournal, write: line => lines.push(line) })
  log.info('first')
  log.warn('second')
  expect(lines.map((line, i) => line.startsWith(starts[i] ?? '?'))).toEqual([true, true])
})
