import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { openPty, type Pty } from '../support/pty.ts'

const axisor = fileURLToPath(new URL('../../bin/axisor.js', import.meta.url))

let pty: Pty

afterEach(() => pty.close())

/** Runs the demo in a terminal; afterwards the shell prints the exit code and the terminal settings. */
function demo({ columns = 80, rows = 24, redirect = '', flags = '' } = {}): Pty {
  const run = `sh -c 'echo PID:$$; exec "${process.execPath}" "${axisor}" demo ${flags} ${redirect}'`
  pty = openPty(`${run}; echo "END:$?"; stty -a | grep -o -e '-*icanon'`, columns, rows)
  return pty
}

async function isLive(): Promise<void> {
  await pty.until('a live frame', () => pty.screen().text().includes('● LIVE'))
}

/** Expects the terminal to be restored, and the program to have ended with `code`. */
async function isRestored(code: number): Promise<void> {
  await pty.ended()
  const after = pty.raw().slice(pty.raw().lastIndexOf('\u{1b}[?1049l'))
  expect(after).toContain(`END:${code}`)
  expect(after).toMatch(/[^-]icanon/)
  expect(pty.screen().modes).toEqual({
    alternate: false,
    cursorShown: true,
    wraps: true,
    synchronized: false,
    title: '',
    styled: false,
    mouse: false,
    sgrMouse: false,
  })
}

const TIMEOUT = { timeout: 60_000 }

test('draws the demo on the alternate screen, and q restores the terminal', TIMEOUT, async () => {
  demo()
  await isLive()
  expect(pty.screen().text()).toContain('SIMULATED')
  expect(pty.screen().text()).toMatch(/POSITIONS \d/)
  expect(pty.screen().modes).toMatchObject({ alternate: true, cursorShown: false })
  expect(pty.screen().counts.unknown).toEqual([])
  pty.type('q')
  await isRestored(0)
})

test('reads the mouse beside the keys, and ends that with the dashboard', TIMEOUT, async () => {
  demo()
  await isLive()
  expect(pty.screen().modes).toMatchObject({ mouse: true, sgrMouse: true })
  const line = (text: string): number =>
    pty
      .screen()
      .text()
      .split('\n')
      .findIndex(each => each.includes(text))
  pty.type(`\u{1b}[<0;10;${line('iso SHORT') + 1}M\u{1b}[<0;10;${line('iso SHORT') + 1}m`)
  await pty.until('the selected row', () => /▸ \S+ +iso SHORT/.test(pty.screen().text()))
  pty.type(':unit btc\r')
  await pty.until('the unit', () => /EQUITY [\d.]+ BTC/.test(pty.screen().text()))
  pty.type('q')
  await isRestored(0)
})

test.each([
  ['--no-mouse', { flags: '--no-mouse' }],
  ['no terminal to read from', { redirect: '< /dev/null' }],
])('leaves the mouse alone with %s', TIMEOUT, async (_, options) => {
  demo(options)
  await isLive()
  pty.signal('SIGTERM')
  await isRestored(143)
  expect(pty.raw()).not.toMatch(/\?100\d/)
})

test.each([
  ['Ctrl-C typed', 0, (open: Pty) => open.type('\u{3}')],
  ['SIGTERM', 143, (open: Pty) => open.signal('SIGTERM')],
  ['SIGHUP', 129, (open: Pty) => open.signal('SIGHUP')],
  ['SIGQUIT', 131, (open: Pty) => open.signal('SIGQUIT')],
] as const)('%s restores the terminal and exits with %i', TIMEOUT, async (_, code, act) => {
  demo()
  await isLive()
  act(pty)
  await isRestored(code)
})

test('redraws at the new size after growing and shrinking', TIMEOUT, async () => {
  demo()
  await isLive()
  pty.resize(120, 40)
  await pty.until('the larger screen', () => pty.screen().text().includes('PRICE LADDER'))
  pty.resize(20, 6)
  await pty.until('the smallest screen', () => /^SIMULATED\n.*live/s.test(pty.screen().text()))
  pty.type('q')
  await isRestored(0)
})

test('Ctrl-Z restores the terminal, and resuming redraws the dashboard', TIMEOUT, async () => {
  const run = `sh -c 'echo PID:$$; exec "${process.execPath}" "${axisor}" demo'`
  pty = openPty(
    `set -m; ${run}; echo "STOPPED:$?"; read answer; fg; echo "END:$?"; stty -a | grep -o -e '-*icanon'`,
  )
  await isLive()
  pty.type('\u{1a}')
  await pty.until('the shell', () => pty.raw().includes('STOPPED:'))
  expect(pty.screen().modes).toMatchObject({ alternate: false, cursorShown: true, wraps: true })
  pty.type('\n')
  await pty.until(
    'the dashboard',
    () => pty.screen().modes.alternate && pty.screen().text().includes('POSITIONS'),
  )
  pty.type('q')
  await isRestored(0)
})

test('takes the keys again after SIGSTOP, when the shell has reset the terminal', TIMEOUT, async () => {
  const run = `sh -c 'echo PID:$$; exec "${process.execPath}" "${axisor}" demo'`
  pty = openPty(
    `set -m; ${run}; stty sane; echo "STOPPED:$?"; read answer; fg; echo "END:$?"; stty -a | grep -o -e '-*icanon'`,
  )
  await isLive()
  pty.signal('SIGSTOP')
  await pty.until('the shell', () => pty.raw().includes('STOPPED:'))
  const stoppedAt = pty.raw().length
  pty.type('\n')
  await pty.until('the dashboard', () => pty.raw().slice(stoppedAt).includes('POSITIONS'))
  pty.type('q')
  await isRestored(0)
})

test('draws until a signal if stdin is not a terminal', TIMEOUT, async () => {
  demo({ redirect: '< /dev/null' })
  await isLive()
  pty.signal('SIGTERM')
  await isRestored(143)
})

const ESC = '\u{1b}'

/** How the `●` of the header looks: in the color of a gain. */
function look(): string | undefined {
  return pty
    .screen()
    .cells()[0]
    ?.find(({ sign }) => sign === '●')?.look
}

test('draws the first frame in the colors of the background that the terminal reports', TIMEOUT, async () => {
  demo()
  await pty.until('the query', () => pty.screen().counts.queries === 1)
  pty.type(`${ESC}]11;rgb:ffff/ffff/ffff${ESC}\\${ESC}[?1;2c`)
  await isLive()
  expect(look()).toBe('38;5;22')
  expect(pty.raw()).not.toContain('38;5;77')
  pty.type('q')
  await isRestored(0)
})

test('takes a late answer in parts as no key, and draws in its colors', TIMEOUT, async () => {
  demo()
  await isLive()
  // The gain for black and for white.
  expect(look()).toBe('38;5;28')
  for (const part of [`${ESC}]1`, '1;rgb:fff', 'f/ffff/ffff', '\u{7}', `${ESC}[?6`, '2;1;2c']) pty.type(part)
  await pty.until('the light theme', () => look() === '38;5;22')
  expect(pty.screen().text()).toContain('POSITIONS')
  pty.type('?')
  await pty.until('the help', () => pty.screen().text().includes('── KEYS'))
  pty.type('q')
  await isRestored(0)
})
