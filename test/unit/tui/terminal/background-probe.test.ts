import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { type BackgroundProbe, probeBackground } from '../../../../src/tui/terminal/background-probe.ts'
import { BACKGROUND_QUERY } from '../../../../src/tui/terminal/reply-filter.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

const ESC = '\u{1b}'
const LIGHT = `${ESC}]11;rgb:ffff/ffff/ffff${ESC}\\`
const DARK = `${ESC}]11;rgb:1e1e/1e1e/1e1e\u{7}`
const ATTRIBUTES = `${ESC}[?1;2c`

/** A probe on a terminal that a test answers for; `keys` reads what Ink would. */
function opened() {
  const clock = openFakeClock()
  const raw: boolean[] = []
  const written: string[] = []
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => void raw.push(on),
    ref: () => {},
    unref: () => {},
  })
  const probe: BackgroundProbe = probeBackground(
    { stdin: stdin as never, stdout: { write: (text: string) => written.push(text) } as never },
    clock,
  )
  const seen: string[] = []
  probe.onChange(background => seen.push(background))
  let answered = false
  void probe.answered.then(() => {
    answered = true
  })
  let keys = ''
  const take = (): void => {
    for (let text = probe.stdin.read(); text !== null; text = probe.stdin.read()) keys += text
  }
  return {
    probe,
    clock,
    raw,
    written,
    stdin,
    seen,
    answered: () => answered,
    keys: () => keys,
    read: () => void probe.stdin.addListener('readable', take),
    async send(...chunks: readonly string[]) {
      for (const chunk of chunks) {
        stdin.write(chunk)
        await clock.settle()
      }
    },
  }
}

test('takes the keys without echo and asks', () => {
  const { raw, written } = opened()
  expect(raw).toEqual([true])
  expect(written).toEqual([BACKGROUND_QUERY])
})

test('reports the background once the terminal answers', async () => {
  const { probe, seen, send, answered } = opened()
  expect(probe.background()).toBeNull()
  await send(LIGHT)
  expect([probe.background(), answered()]).toEqual(['light', false])
  await send(ATTRIBUTES)
  expect([probe.background(), answered(), seen]).toEqual(['light', true, ['light']])
  await send(LIGHT, DARK)
  expect(seen).toEqual(['light', 'dark'])
})

test('knows nothing, and waits no longer, if the terminal has no OSC 11', async () => {
  const { probe, send, answered, keys, read } = opened()
  read()
  await send(ATTRIBUTES)
  expect([probe.background(), answered(), keys()]).toEqual([null, true, ''])
})

test('keeps what was typed before the keys are read, in its order', async () => {
  const { send, keys, read, clock } = opened()
  await send('j', `k${LIGHT}`, ATTRIBUTES, 'l')
  read()
  await clock.settle()
  expect(keys()).toBe('jkl')
  await send('m')
  expect(keys()).toBe('jklm')
})

test('delivers Esc after 20 ms until the terminal has answered, then at once', async () => {
  const { send, keys, read, clock } = opened()
  read()
  await send(ESC)
  await clock.advance(19)
  expect(keys()).toBe('')
  await clock.advance(1)
  expect(keys()).toBe(ESC)
  await send('q', ATTRIBUTES, ESC)
  expect(keys()).toBe(`${ESC}q${ESC}`)
})

test('takes an answer that comes in parts over a slow line, and drops one that never ends', async () => {
  const { send, keys, read, seen, clock } = opened()
  read()
  for (const character of LIGHT + ATTRIBUTES) {
    await send(character)
    await clock.advance(15)
  }
  expect([keys(), seen]).toEqual(['', ['light']])
  await send(LIGHT.slice(0, 8))
  await clock.advance(1_000)
  await send('q')
  expect(keys()).toBe('q')
})

test('expects nothing any more after 10 s without an answer', async () => {
  const { send, keys, read, seen, clock } = opened()
  read()
  await clock.advance(10_000)
  await send(ESC)
  expect(keys()).toBe(ESC)
  await send(LIGHT)
  expect([keys(), seen]).toEqual([ESC, ['light']])
})

test('is left when the answer has come, after 100 ms at the latest, and at once if none is due', async () => {
  const { probe, send, clock } = opened()
  const left: string[] = []
  probe.whenSettled(() => left.push('late'))
  await clock.advance(99)
  expect(left).toEqual([])
  await clock.advance(1)
  expect(left).toEqual(['late'])
  probe.whenSettled(() => left.push('answered'))
  await send(LIGHT)
  expect(left).toEqual(['late'])
  await send(ATTRIBUTES)
  await clock.advance(100)
  expect(left).toEqual(['late', 'answered'])
  probe.whenSettled(() => left.push('at once'))
  expect(left).toEqual(['late', 'answered', 'at once'])
  const silent = opened()
  await silent.clock.advance(10_000)
  silent.probe.whenSettled(() => left.push('silent'))
  expect(left.at(-1)).toBe('silent')
})

test('stops reading, restores the mode and leaves no timer when closed', async () => {
  const { probe, send, raw, stdin, clock } = opened()
  await send(ESC)
  probe.close()
  expect(raw).toEqual([true, false])
  expect(stdin.listenerCount('readable')).toBe(0)
  expect(clock.pendingTimers()).toBe(0)
})
