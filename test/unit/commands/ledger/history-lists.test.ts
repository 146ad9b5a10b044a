import { expect, test } from 'vitest'
import { fillLedger } from '../../../../bench/made-ledger.ts'
import { HistoryLists } from '../../../../src/commands/ledger/history-lists.ts'
import { openMemoryLedger } from '../../../../src/node/ledger/open-ledger.ts'
import { openLedgerRig } from '../../../support/ledger-rig.ts'
import { ledgerWith } from '../../../support/memory-ledgers.ts'

/** A ledger that counts how often its trades are scanned. */
async function counted(trades: number) {
  const { ledger } = openMemoryLedger()
  await fillLedger(ledger, trades)
  let scans = 0
  const counting = ledgerWith(ledger, {
    scan(...args) {
      scans += 1
      return ledger.scan(...args)
    },
  })
  return { ledger: counting, scans: () => scans }
}

test('reads a list once for all of its pages, and never takes that of another ledger', async () => {
  const [one, other] = [await counted(30), await counted(7)]
  const lists = new HistoryLists()
  expect((await lists.read(one.ledger)).listed).toHaveLength(30)
  expect((await lists.read(other.ledger)).listed).toHaveLength(7)
  expect((await lists.read(one.ledger)).listed).toHaveLength(30)
  expect([one.scans(), other.scans()]).toEqual([1, 1])
  lists.forget(one.ledger)
  await lists.read(one.ledger)
  await lists.read(other.ledger)
  expect([one.scans(), other.scans()]).toEqual([2, 1])
})

test('keeps few lists', async () => {
  const ledgers = await Promise.all(Array.from({ length: 6 }, () => counted(1)))
  const lists = new HistoryLists()
  for (const { ledger } of ledgers) await lists.read(ledger)
  for (const { ledger } of ledgers.slice(2)) await lists.read(ledger)
  expect(ledgers.map(({ scans }) => scans())).toEqual([1, 1, 1, 1, 1, 1])
  for (const { ledger } of ledgers.slice(0, 2)) await lists.read(ledger)
  expect(ledgers.map(({ scans }) => scans())).toEqual([2, 2, 1, 1, 1, 1])
})

test('reads a list again once a trade or a fill is stored', async () => {
  const { ledger, sync, drive, knob, clock } = openLedgerRig()
  const lists = new HistoryLists()
  const read = async () => {
    await clock.advance(5_000)
    await drive(sync.settle())
    return (await lists.read(ledger)).listed
  }
  const before = await read()
  await knob({ do: 'close' })
  const closed = await read()
  expect(closed).toHaveLength(before.length + 1)
  await knob({ do: 'open', mode: 'cross', side: 'sell', quantity: 5 })
  const filled = await read()
  expect(filled).toHaveLength(before.length + 2)
  expect(filled[0]).toHaveProperty('fill')
})
