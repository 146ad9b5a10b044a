import { afterAll, expect, test } from 'vitest'
import { axisorRun } from '../support/program.ts'
import { openTempFolder } from '../support/temp-folder.ts'

const folder = openTempFolder()
afterAll(() => folder.remove())

/** The first line of the demo relay: its address and token. */
function announced(out: string): { readonly url: string; readonly token: string } | null {
  const end = out.indexOf('\n')
  return end === -1 ? null : JSON.parse(out.slice(0, end))
}

test('serves documents of the ledger from the built program, and stops while it reads', async () => {
  const home = { HOME: folder.path }
  const ready = Promise.withResolvers<{
    readonly url: string
    readonly token: string
    readonly pid: number
  }>()
  const relay = axisorRun(['relay', 'serve', '--demo', '--port', '0'], {
    env: home,
    onOutput(out, pid) {
      const found = announced(out)
      if (found !== null) ready.resolve({ ...found, pid })
    },
  })
  const { url, token, pid } = await ready.promise
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
  const { code, err } = await relay
  expect(code).toBe(0)
  expect(err).not.toContain('bug')
})
