import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { axisorRun } from '../support/program.ts'
import { openPty } from '../support/pty.ts'
import { openTempFolder } from '../support/temp-folder.ts'

const AXISOR = fileURLToPath(new URL('../../bin/axisor.js', import.meta.url))

const folder = openTempFolder()
afterAll(() => folder.remove())

interface Announced {
  readonly url: string
  readonly token: string
}

/** The first line of the demo relay: its address and token. */
function announced(out: string): Announced | null {
  const end = out.indexOf('\n')
  return end === -1 ? null : JSON.parse(out.slice(0, end))
}

/** Starts a demo relay. Resolves when it listens. */
async function startRelay() {
  const ready = Promise.withResolvers<Announced & { readonly pid: number }>()
  const ended = axisorRun(['relay', 'serve', '--demo', '--port', '0'], {
    env: { HOME: folder.path },
    onOutput(out, pid) {
      const found = announced(out)
      if (found !== null) ready.resolve({ ...found, pid })
    },
  })
  return { ...(await ready.promise), ended }
}

test('serves documents of the ledger from the built program, and stops while it reads', async () => {
  const home = { HOME: folder.path }
  const { url, token, pid, ended } = await startRelay()
  const swaps = await axisorRun(['swaps', '--relay', url, '--json'], {
    env: { ...home, AXISOR_RELAY_TOKEN: token },
  })
  expect(swaps).toMatchObject({ code: 0, err: '' })
  expect(JSON.parse(swaps.out)).toMatchObject({ source: 'relay', origin: 'simulated' })
  const reading = await fetch(`${url.replace('ws:', 'http:')}/v1/audit`, {
    headers: { authorization: `Bearer ${token}` },
  })
  expect([reading.status, await reading.json()]).toEqual([
    202,
    { type: 'progress', rows: expect.any(Number) },
  ])
  process.kill(pid, 'SIGTERM')
  const { code, err } = await ended
  expect(code).toBe(0)
  expect(err).not.toContain('bug')
})

const TIMEOUT = { timeout: 90_000 }

test('shows the history of the relay in view 4, with the story of a trade', TIMEOUT, async () => {
  const { url, token, pid, ended } = await startRelay()
  const env = `HOME=${folder.path} AXISOR_RELAY_TOKEN=${token}`
  const pty = openPty(`env ${env} "${process.execPath}" "${AXISOR}" watch --relay ${url}`)
  const screen = (): string => pty.screen().text()
  try {
    await pty.until('a live frame', () => screen().includes('● LIVE'))
    pty.type('4')
    await pty.until('rows that the relay reads', () => /rows read|this month/.test(screen()))
    await pty.until('the sums', () => /this month +[+-]?[\d,]+/.test(screen()))
    expect(screen()).toMatch(/CLOSED \d\d/)
    expect(screen()).not.toContain('direct connection')
    pty.type('\r')
    await pty.until('the story', () => /STORY[\s\S]* filled +@/.test(screen()))
    pty.type('q')
    await pty.ended()
  } finally {
    pty.close()
    process.kill(pid, 'SIGTERM')
    await ended
  }
})
