import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Secret } from '../../src/domain/secret.ts'
import { RestClient } from '../../src/feed/exchange/rest-client.ts'
import { LedgerSync } from '../../src/feed/ledger/ledger-sync.ts'
import { openLedgerFile } from '../../src/node/ledger/open-ledger.ts'
import { auditOf } from '../support/audit-of.ts'
import { busyAccount } from '../support/busy-account.ts'
import { driven } from '../support/fake-clock.ts'
import { openTempFolder } from '../support/temp-folder.ts'

/** An account with a ledger on the disk. */
async function openRig() {
  const folder = openTempFolder()
  onTestFinished(() => folder.remove())
  const path = join(folder.path, 'ledger.db')
  const { clock, transport, exchange } = await busyAccount(60)
  const { key, secret, passphrase } = exchange.credentials
  const credentials = { key, secret: new Secret(secret), passphrase: new Secret(passphrase) }
  const rest = new RestClient(
    { http: transport.http, clock },
    { apiUrl: transport.apiUrl, credentials, requestMs: 10_000 },
  )
  return {
    path,
    /** Opens the ledger, reads what is new and audits it. */
    async sync(maxPages?: number) {
      const { ledger, damagedPath } = await openLedgerFile(path, maxPages === undefined ? {} : { maxPages })
      try {
        const sync = new LedgerSync({ rest, ledger, clock, writer: 'test' })
        const state = await driven(clock, sync.settle())
        const { restSats, findings } = await auditOf(ledger, state)
        return { restSats, findings, damagedPath, trades: (await ledger.read('trades')).length }
      } finally {
        await ledger.close()
      }
    },
  }
}

describe('a sync to a file', () => {
  test('fails in one line while the disk is full, keeps what was stored, and goes on with space', async () => {
    const rig = await openRig()
    await expect(rig.sync(40)).rejects.toThrow(/: the disk is full$/)
    expect(await rig.sync()).toMatchObject({ restSats: 0n, findings: [], damagedPath: null })
  })

  test('reads the history again if the file is damaged, and keeps that', async () => {
    const rig = await openRig()
    const first = await rig.sync()
    const bytes = readFileSync(rig.path)
    bytes.fill(0xaa, 4_000, 40_000)
    writeFileSync(rig.path, bytes)
    const { damagedPath, ...rest } = await rig.sync()
    expect(existsSync(damagedPath ?? '')).toBe(true)
    expect({ ...rest, damagedPath: null }).toEqual(first)
  })
})
