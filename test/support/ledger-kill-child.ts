// Reads the history of a large simulated account into the ledger at the given path, and prints it with its audit. Every run has the same
// account, at the same time: the test kills it, and starts it again.
import { Secret } from '../../src/domain/secret.ts'
import { RestClient } from '../../src/feed/exchange/rest-client.ts'
import { LedgerSync } from '../../src/feed/ledger/ledger-sync.ts'
import { openLedgerFile } from '../../src/node/ledger/open-ledger.ts'
import { encodeLedgerExport } from '../../src/wire/ledger/export-file.ts'
import { auditOf } from './audit-of.ts'
import { busyAccount } from './busy-account.ts'
import { driven } from './fake-clock.ts'
import { shortPages } from './short-pages.ts'

const ROWS_PER_PAGE = 25

const [, , path = ''] = process.argv
const { clock, transport, exchange } = await busyAccount(250)
const { ledger, damagedPath } = await openLedgerFile(path)
const { key, secret, passphrase } = exchange.credentials
const credentials = { key, secret: new Secret(secret), passphrase: new Secret(passphrase) }
const http = shortPages(transport.http, ROWS_PER_PAGE)
const rest = new RestClient({ http, clock }, { apiUrl: transport.apiUrl, credentials, requestMs: 10_000 })
const sync = new LedgerSync({
  rest,
  ledger,
  clock,
  writer: String(process.pid),
  onProgress: ({ rows }) => process.stdout.write(`${JSON.stringify({ rows })}\n`),
})
const state = await driven(clock, sync.settle())
const { restSats, findings } = await auditOf(ledger, state)
const text = await encodeLedgerExport(ledger, { network: 'mainnet', accountId: 'a' })
// States and samples have the times of the reading.
const rows = text
  .split('\n')
  .filter(line => line.startsWith('{"table"') && !line.startsWith('{"table":"samples"'))
process.stdout.write(`${JSON.stringify({ damagedPath, restSats: String(restSats), findings, rows })}\n`)
await ledger.close()
