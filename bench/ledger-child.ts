// Makes a report of the ledger at the given path, and prints its CPU time and the memory of the process.
import { readReport } from '../src/commands/ledger/read-report.ts'
import { Zone } from '../src/ledger/periods.ts'
import { openLedgerFile } from '../src/node/ledger/open-ledger.ts'
import { reportDocument } from '../src/output/ledger/report.ts'

const [, , path = ''] = process.argv
const { user, system } = process.cpuUsage()
const startedAt = performance.now()
const { ledger } = await openLedgerFile(path)
const openedAt = performance.now()
const range = { from: null, to: Date.UTC(2027, 0) - 1, by: 'day', zone: new Zone('UTC') } as const
const report = await readReport(ledger, range)
const facts = {
  now: Date.now(),
  origin: 'exchange',
  network: 'mainnet',
  source: 'exchange',
  routes: [],
  key: null,
} as const
const text = JSON.stringify(reportDocument(report, { by: 'day', zone: 'UTC' }, facts))
const used = process.cpuUsage({ user, system })
const reportMs = (used.user + used.system) / 1_000
const { maxRSS } = process.resourceUsage()
console.log(
  JSON.stringify({ reportMs, openMs: openedAt - startedAt, maxRssBytes: maxRSS * 1024, bytes: text.length }),
)
