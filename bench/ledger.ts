import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { openLedgerFile } from '../src/node/ledger/open-ledger.ts'
import { fillLedger } from './made-ledger.ts'
import { median, type Result } from './result.ts'

const TRADES = 100_000
const RUNS = 3
const MEGABYTE = 1_000_000

interface Measured {
  readonly reportMs: number
  readonly openMs: number
  readonly maxRssBytes: number
}

/** Bundles the child as the program is bundled: to strip types costs memory. */
function bundledChild(folder: string): string {
  const outfile = join(folder, 'child.mjs')
  const entryPoints = [fileURLToPath(new URL('ledger-child.ts', import.meta.url))]
  buildSync({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })
  return outfile
}

/** The CPU time of an empty process, as a reference of the same run. */
function emptyMs(): number {
  const script = 'const { user, system } = process.cpuUsage(); console.log((user + system) / 1000)'
  return Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }))
}

/** Cost of a report of 100,000 trades, and the size of their file. */
export async function ledgerBench(): Promise<readonly Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'axisor-bench-ledger-'))
  try {
    const path = join(folder, 'ledger.db')
    const { ledger } = await openLedgerFile(path)
    const before = process.cpuUsage()
    await fillLedger(ledger, TRADES)
    const { user, system } = process.cpuUsage(before)
    const pageMs = (user + system) / 1_000 / (TRADES / 1_000)
    await ledger.close()
    const child = bundledChild(folder)
    const runs = Array.from({ length: RUNS }, () => {
      return JSON.parse(execFileSync(process.execPath, [child, path], { encoding: 'utf8' })) as Measured
    })
    const reportMs = median(runs.map(each => each.reportMs))
    const empty = median(Array.from({ length: RUNS }, emptyMs))
    const rss = median(runs.map(each => each.maxRssBytes))
    return [
      { name: 'report of 100,000 trades, CPU time', value: reportMs / 1_000, unit: 's', target: 1 },
      { name: 'the same, against node -e 0', value: reportMs / empty, unit: '×', target: null },
      {
        name: 'of that: opening and checking the file',
        value: median(runs.map(each => each.openMs)),
        unit: 'ms',
        target: null,
      },
      {
        name: 'storing a page of 1,000 trades, one transaction, CPU time',
        value: pageMs,
        unit: 'ms',
        target: null,
      },
      { name: 'memory of the process', value: rss / MEGABYTE, unit: 'MB', target: 150 },
      { name: 'file, a trade', value: statSync(path).size / TRADES, unit: 'B', target: 200 },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
