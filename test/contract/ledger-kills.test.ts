import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { openTempFolder } from '../support/temp-folder.ts'

/** `AXISOR_LEDGER_KILLS=500 npm test -- test/contract/ledger-kills.test.ts` kills more often. */
const KILLS = Number(process.env.AXISOR_LEDGER_KILLS ?? 6)
const CHILD = fileURLToPath(new URL('../support/ledger-kill-child.ts', import.meta.url))

function start(path: string) {
  return spawn(process.execPath, [CHILD, path], { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Lets a sync end, and returns the last line: the audit and the rows. */
async function finish(path: string): Promise<unknown> {
  const child = start(path)
  const output = await text(child.stdout)
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '')
}

/** Kills a sync `delayMs` after its first page. Returns the number of rows that it had stored, or null if it was faster. */
async function killed(path: string, delayMs: number): Promise<number | null> {
  const child = start(path)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    output += data
  })
  const ended = once(child, 'close')
  await once(child.stdout, 'data')
  const timer = setTimeout(() => child.kill('SIGKILL'), delayMs)
  const [, signal] = await ended
  clearTimeout(timer)
  if (signal !== 'SIGKILL') return null
  const lines = output.split('\n').filter(line => /^\{"rows":\d+\}$/.test(line))
  return (JSON.parse(lines.at(-1) ?? '{"rows":0}') as { readonly rows: number }).rows
}

test('a first sync that is killed again and again ends with the ledger of an undisturbed one', {
  timeout: 60_000 + KILLS * 10_000,
}, async () => {
  const folder = openTempFolder()
  onTestFinished(() => folder.remove())
  const undisturbed = await finish(join(folder.path, 'whole.db'))
  expect(undisturbed).toMatchObject({ damagedPath: null, restSats: '0', findings: [] })
  const kills: (number | null)[] = []
  let round = 0
  while (kills.length < KILLS) {
    // A sync that was faster has a whole ledger: the next one begins with an empty one.
    if (kills.at(-1) === null) round += 1
    kills.push(await killed(join(folder.path, `${round}.db`), Math.random() * 400))
  }
  expect(kills.some(rows => rows !== null && rows > 0)).toBe(true)
  for (let each = 0; each <= round; each += 1)
    expect(await finish(join(folder.path, `${each}.db`)), `rows at the kills: ${kills}`).toEqual(undisturbed)
  expect(readdirSync(folder.path).filter(name => name.includes('damaged'))).toEqual([])
})
