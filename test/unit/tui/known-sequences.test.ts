import { expect, test } from 'vitest'
import { BACKGROUND_QUERY } from '../../../src/tui/terminal/reply-filter.ts'
import { changeEvent, T0 } from '../../support/samples.ts'
import { indexAt, opened } from './opened-dashboard.ts'

/**
 * All that the dashboard may write to a terminal besides text. None of them raises a window or takes its focus (`CSI 5 t`, `CSI 1 t`,
 * `OSC 777`, …), asks for more than the background, or writes to the clipboard (`OSC 52`).
 */
const KNOWN = [
  /\x1b\[[0-9;]*m/,
  /\x1b\[[0-9;]*[HCK]/,
  /\x1b\[2J/,
  /\x1b\[\?(1049|25|7|2026|1000|1006)[hl]/,
  /\x1b\[2[23];2t/,
  /\x1b\]2;[^\x00-\x1f\x7f-\x9f]*\x07/,
  /\x1b\]9;4;(0|2;100)\x07/,
  /\x1b\]11;\?\x1b\\\x1b\[c/,
]

function unknownIn(text: string): readonly string[] {
  const known = new RegExp(KNOWN.map(({ source }) => source).join('|'), 'g')
  return text.replace(known, '').match(/[\x00-\x1f\x7f-\x9f].{0,8}/g) ?? []
}

test('writes only known sequences, none of which raises the window, whatever happens', async () => {
  const { dashboard, press, clock, store, resize, writes } = opened()
  const hostile = '\x1b[5t\x1b]777;notify;a;b\x07\x1b]52;c;YQ==\x07\x9b1t'
  const events = [{ kind: 'announcement', id: 'a', title: hostile, message: hostile, link: hostile }] as const
  for (const event of events) store.dispatch(changeEvent(T0, event))
  for (const keys of [
    'j',
    '123456',
    '?',
    '\r',
    'A',
    'L',
    'w-10',
    'z',
    'uuptf',
    '/',
    hostile,
    '\r',
    ':',
    hostile,
    '\r',
  ])
    await press(keys)
  await press('\x1b[<0;10;8M\x1b[<65;10;8M')
  resize(200, 60)
  await clock.settle()
  store.dispatch(indexAt(clock.nowMs(), 70_000))
  await clock.advance(60_000)
  dashboard.suspend()
  dashboard.resume()
  await clock.settle()
  dashboard.redraw()
  resize(30, 5)
  await clock.settle()
  dashboard.close()
  expect(unknownIn(writes.join(''))).toEqual([])
  expect(unknownIn(BACKGROUND_QUERY)).toEqual([])
})

test.each([
  '\x1b[5t',
  '\x1b[1t',
  '\x1b]777;notify;a;b\x07',
  '\x1b]9;text\x07',
  '\x1b]52;c;YQ==\x07',
  '\x1b[?1003h',
  '\x1b[6n',
  '\x07',
])('finds %j', sequence => {
  expect(unknownIn(`text\x1b[m${sequence}text`)).not.toEqual([])
})
