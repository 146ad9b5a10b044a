import { expect, test } from 'vitest'
import { fillLedger } from '../../../../bench/made-ledger.ts'
import { openMemoryLedger } from '../../../../src/node/ledger/open-ledger.ts'
import type { LedgerHistory, OpenedHistory } from '../../../../src/ports/ledger-history.ts'
import { documentHistory } from '../../../support/document-history.ts'
import { openLedgerRig } from '../../../support/ledger-rig.ts'

const NOW = Date.UTC(2022, 1, 9, 17, 30)

/** Every figure, row and story of a closed trade or fill must be the same over a relay. */
async function expectSame(direct: LedgerHistory, relayed: LedgerHistory, now: number): Promise<void> {
  const summary = await direct.summary(now)
  expect(await relayed.summary(now)).toEqual(summary)
  const { rows, total } = await direct.rows(0, Number.MAX_SAFE_INTEGER)
  expect(total).toBe(summary.count)
  expect(await relayed.rows(0, Number.MAX_SAFE_INTEGER)).toEqual({ rows, total })
  for (const { id } of rows.slice(0, 30)) expect(await relayed.story(id)).toEqual(await direct.story(id))
  expect(await relayed.story('0f8b9a4c-1d2e-4f50-8a61-7b8c9d0e1f20')).toBeNull()
}

async function filled(trades: number): Promise<OpenedHistory> {
  const opened = openMemoryLedger()
  await fillLedger(opened.ledger, trades)
  return opened
}

test('sums, lists and tells of a ledger what the ledger itself does', async () => {
  const { ledger, history } = await filled(1_200)
  await expectSame(history, documentHistory(ledger, NOW), NOW)
})

test('the same of a simulated account with cross fills, deposits, withdrawals and samples', async () => {
  const { ledger, history, sync, drive, clock } = openLedgerRig()
  for (let minute = 0; minute < 5; minute += 1) {
    await drive(sync.settle())
    await clock.advance(60_000)
  }
  const now = clock.nowMs()
  const summary = await history.summary(now)
  expect(summary.curves['24h'].values.some(value => value !== null)).toBe(true)
  expect(Object.values(summary.curves).some(({ marks }) => marks.length > 0)).toBe(true)
  const { rows } = await history.rows(0, 1_000)
  expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(['trade', 'fill']))
  await expectSame(history, documentHistory(ledger, now), now)
})

test('the same of an empty ledger', async () => {
  const { ledger, history } = openMemoryLedger()
  await expectSame(history, documentHistory(ledger, NOW), NOW)
})

test.each([
  [0, 1],
  [199, 2],
  [400, 200],
  [449, 200],
  [450, 5],
  [9_000, 5],
])('cuts the rows from %i on, %i of them, as the ledger does', async (first, count) => {
  const { ledger, history } = await filled(450)
  expect(await documentHistory(ledger, NOW).rows(first, count)).toEqual(await history.rows(first, count))
})
