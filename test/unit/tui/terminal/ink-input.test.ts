import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { inkInput } from '../../../../src/tui/terminal/ink-input.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

/** The stream for Ink on a terminal, and all that comes through it in its order. */
function opened() {
  const clock = openFakeClock()
  const calls: string[] = []
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => void calls.push(`raw ${on}`),
    ref: () => void calls.push('ref'),
    unref: () => void calls.push('unref'),
  })
  const seen: string[] = []
  const stream = inkInput(stdin as never, clock, ({ kind, column, row }) =>
    seen.push(`${kind} ${column},${row}`),
  )
  const listener = (): void => {
    for (let text = stream.read(); text !== null; text = stream.read()) seen.push(JSON.stringify(text))
  }
  stream.setEncoding('utf8')
  return {
    clock,
    stdin,
    stream,
    seen,
    calls,
    listener,
    async send(text: string | Buffer) {
      stdin.write(text)
      await clock.settle()
    },
  }
}

test('delivers keys and reports in their order', async () => {
  const { stream, listener, send, seen } = opened()
  stream.addListener('readable', listener)
  await send('j\x1b[<0;3;4Mk\x1b[A\x1b[<65;1;1M')
  expect(seen).toEqual(['"j"', 'press 2,3', '"k\\u001b[A"', 'wheel-down 0,0'])
})

test('takes a lone Esc as a key after 20 ms, and drops a report without its end after a second', async () => {
  const { stream, listener, send, seen, clock } = opened()
  stream.addListener('readable', listener)
  await send('\x1b')
  expect(seen).toEqual([])
  await clock.advance(20)
  expect(seen).toEqual(['"\\u001b"'])
  await send('\x1b[<0;3')
  await clock.advance(999)
  await send(';4M')
  expect(seen).toEqual(['"\\u001b"', 'press 2,3'])
  await send('\x1b[<0;3')
  await clock.advance(1_000)
  await send('q')
  expect(seen).toEqual(['"\\u001b"', 'press 2,3', '"q"'])
  expect(clock.pendingTimers()).toBe(0)
})

test('reads characters of several bytes that arrive in parts', async () => {
  const { stream, listener, send, seen } = opened()
  stream.addListener('readable', listener)
  const [first = 0, ...rest] = Buffer.from('é')
  await send(Buffer.from([first]))
  await send(Buffer.from(rest))
  expect(seen).toEqual(['"é"'])
})

test('reads the terminal only while Ink does, and leaves no timer', async () => {
  const { stream, stdin, listener, send, seen, clock } = opened()
  expect(stdin.listenerCount('readable')).toBe(0)
  stream.addListener('readable', listener)
  expect(stdin.listenerCount('readable')).toBe(1)
  await send('\x1b')
  stream.removeListener('readable', listener)
  expect(stdin.listenerCount('readable')).toBe(0)
  expect(clock.pendingTimers()).toBe(0)
  expect(seen).toEqual([])
})

test('passes the modes of the terminal on, and has none if stdin is not a terminal', () => {
  const { stream, calls } = opened()
  stream.setRawMode(true)
  stream.ref()
  stream.unref()
  expect(calls).toEqual(['raw true', 'ref', 'unref'])
  const pipe = inkInput(new PassThrough() as never, openFakeClock(), () => {})
  expect('setRawMode' in pipe).toBe(false)
})
