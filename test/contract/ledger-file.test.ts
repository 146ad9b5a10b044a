import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { RouteState } from '../../src/ledger/coverage.ts'
import type { DepositRow, SampleRow } from '../../src/ledger/rows.ts'
import { openLedgerFile } from '../../src/node/ledger/open-ledger.ts'
import { LEDGER_MIGRATIONS } from '../../src/node/ledger/tables.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import { openTempFolder } from '../support/temp-folder.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const folders: { remove(): void }[] = []

afterAll(() => {
  for (const folder of folders) folder.remove()
})

function temporaryFolder(): string {
  const folder = openTempFolder()
  folders.push(folder)
  return folder.path
}

function deposit(id: string, status: DepositRow['status'] = 'settled'): DepositRow {
  return { id, network: 'lightning', status, amountSats: 1_000, createdAt: 1_000, settledAt: null }
}

function sample(at: number): SampleRow {
  return {
    at,
    balanceSats: 1,
    isolatedSats: 2,
    crossMarginSats: 3,
    crossQuantityUsd: -4,
    openCashInSats: 0,
    syntheticUsd: 0.5,
    equitySats: null,
  }
}

async function opened(path: string): Promise<Ledger> {
  const { ledger, damagedPath } = await openLedgerFile(path)
  expect(damagedPath).toBeNull()
  await ledger.lease('me', 0, MINUTE)
  return ledger
}

test('keeps rows over a restart, and replaces one of a known id', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  const first = await opened(path)
  const uuid = '0f8b9a4c-1d2e-4f50-8a61-7b8c9d0e1f20'
  await first.commit({
    rows: { deposits: [deposit(uuid, 'unsettled'), deposit('not-a-uuid')] },
    writer: 'me',
  })
  await first.commit({ rows: { deposits: [deposit(uuid)] }, writer: 'me' })
  await first.close()
  const second = await opened(path)
  expect(await second.read('deposits')).toEqual([deposit(uuid), deposit('not-a-uuid')])
  await second.close()
  expect(statSync(path).mode & 0o077).toBe(0)
})

test('stores the rows of a page and the state of its listing together or not at all', async () => {
  const ledger = await opened(join(temporaryFolder(), 'ledger.db'))
  const route: RouteState = { route: 'swaps', isWhole: false, to: 5, pass: null, unread: [], error: null }
  const broken = deposit('b')
  Object.defineProperty(broken, 'createdAt', {
    get: () => {
      throw new Error('killed')
    },
    enumerable: true,
  })
  const rows = { deposits: [deposit('a'), broken] }
  await expect(ledger.commit({ rows, route, writer: 'me' })).rejects.toThrow('killed')
  expect(await ledger.read('deposits')).toEqual([])
  expect(await ledger.routes()).toEqual([])
  await ledger.close()
})

test('has one writer among several processes', async () => {
  const path = join(temporaryFolder(), 'ledger.db')
  const mine = await opened(path)
  const { ledger: theirs } = await openLedgerFile(path)
  expect(await theirs.lease('other', 10_000, MINUTE)).toBe(false)
  await expect(theirs.commit({ rows: {}, writer: 'other' })).rejects.toThrow(/taken over/)
  // The lease of a writer that was killed ends, and that writer can't go on if it was only slow.
  expect(await theirs.lease('other', MINUTE + 1, MINUTE)).toBe(true)
  await theirs.commit({ rows: { deposits: [deposit('a')] }, writer: 'other' })
  await expect(mine.commit({ rows: {}, writer: 'me' })).rejects.toThrow(/taken over/)
  expect(await mine.read('deposits')).toHaveLength(1)
  await mine.close()
  await theirs.close()
})

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

test('thins samples: a minute for 7 days, an hour for a year, a day for all times', async () => {
  const ledger = await opened(join(temporaryFolder(), 'ledger.db'))
  const now = Date.UTC(2026, 10, 28, 12)
  const times = [
    ...[400 * DAY, 400 * DAY - HOUR, 399 * DAY],
    ...[30 * DAY, 30 * DAY - 5 * MINUTE, 30 * DAY - HOUR],
    ...[DAY, DAY - 20_000, DAY - MINUTE],
  ].map(ago => now - ago)
  await ledger.commit({ rows: { samples: times.map(sample) }, writer: 'me' })
  await ledger.thinSamples(now)
  const kept = (await ledger.read('samples')).map(({ at }) => now - at)
  expect(kept).toEqual([
    400 * DAY - HOUR,
    399 * DAY,
    30 * DAY - 5 * MINUTE,
    30 * DAY - HOUR,
    DAY - 20_000,
    DAY - MINUTE,
  ])
  await ledger.close()
})
