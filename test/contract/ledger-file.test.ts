import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openLedgerFile } from '../../src/node/ledger/open-ledger.ts'
import { LEDGER_MIGRATIONS } from '../../src/node/ledger/tables.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import { openTempFolder } from '../support/temp-folder.ts'
import { deposit, describeLedgerLaws } from './ledger-laws.ts'

const MINUTE = 60_000

const folders: { remove(): void }[] = []

afterAll(() => {
  for (const folder of folders) folder.remove()
})

function temporaryFolder(): string {
  const folder = openTempFolder()
  folders.push(folder)
  return folder.path
}

async function opened(path: string): Promise<Ledger> {
  const { ledger, damagedPath } = await openLedgerFile(path)
  expect(damagedPath).toBeNull()
  await ledger.lease('me', 0, MINUTE)
  return ledger
}

test('keeps a damaged file aside and begins a new one', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  const ledger = await opened(path)
  await ledger.commit({ rows: { deposits: [deposit('a')] }, writer: 'me' })
  await ledger.close()
  const bytes = readFileSync(path)
  bytes.fill(0xaa, 3_000)
  writeFileSync(path, bytes)
  const { ledger: fresh, damagedPath } = await openLedgerFile(path)
  expect(damagedPath).toMatch(/ledger\.db\.damaged-/)
  expect(existsSync(damagedPath ?? '')).toBe(true)
  expect(await fresh.read('deposits')).toEqual([])
  await fresh.close()
})

test('refuses a ledger of a newer axisor and changes nothing', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'ledger.db')
  const { ledger } = await openLedgerFile(path, {
    migrations: [...LEDGER_MIGRATIONS, ['CREATE TABLE later (x)']],
  })
  await ledger.close()
  copyFileSync(path, `${path}.before`)
  await expect(openLedgerFile(path)).rejects.toThrow(/has schema version 4; this axisor supports up to 3/)
  expect(readFileSync(path)).toEqual(readFileSync(`${path}.before`))
  expect(readdirSync(folder).filter(name => name.includes('damaged'))).toEqual([])
})

test('reports a full disk in one line', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  const { ledger } = await openLedgerFile(path, { maxPages: 64 })
  await ledger.lease('me', 0, MINUTE)
  const rows = { deposits: Array.from({ length: 5_000 }, (_, n) => deposit(`row-${n}`)) }
  await expect(ledger.commit({ rows, writer: 'me' })).rejects.toThrow(/: the disk is full$/)
  expect(await ledger.read('deposits')).toEqual([])
  await ledger.close()
})

describeLedgerLaws('in a file', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  return { open: async () => (await openLedgerFile(path)).ledger, close: async () => {} }
})

test('is readable by its owner only', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  await (await opened(path)).close()
  expect(statSync(path).mode & 0o077).toBe(0)
})
