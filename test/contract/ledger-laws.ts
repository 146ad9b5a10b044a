import { describe, expect, test } from 'vitest'
import { fillLedger } from '../../bench/made-ledger.ts'
import type { RouteState } from '../../src/ledger/coverage.ts'
import type { DepositRow, SampleRow, TradeRow } from '../../src/ledger/rows.ts'
import { openMemoryLedger } from '../../src/node/ledger/open-ledger.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import { documentHistory } from '../support/document-history.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const UUID = '0f8b9a4c-1d2e-4f50-8a61-7b8c9d0e1f20'

/** The place of one ledger, which is opened again and again. */
export interface StoredLedgerRig {
  open(): Promise<Ledger>
  close(): Promise<void>
}

export function deposit(id: string, status: DepositRow['status'] = 'settled'): DepositRow {
  return { id, network: 'lightning', status, amountSats: 1_000, createdAt: 1_000, settledAt: null }
}

function sample(at: number): SampleRow {
  return {
    ...{ at, balanceSats: 1, isolatedSats: 2, crossMarginSats: 3, crossQuantityUsd: -4 },
    ...{ openCashInSats: 0, syntheticUsd: 0.1, equitySats: null },
  }
}

function trade(id: string, over: Partial<TradeRow> = {}): TradeRow {
  return {
    ...{ id, state: 'closed', type: 'market', side: 'short', quantityUsd: 5, priceUsd: 68_420.5 },
    ...{
      entryPriceUsd: 68_420.5,
      exitPriceUsd: null,
      marginSats: 9_007_199_254_740_991,
      liquidationUsd: 0.1,
    },
    ...{ stopLossUsd: null, takeProfitUsd: null, plSats: -12, openingFeeSats: 1, closingFeeSats: 2 },
    ...{ fundingSats: null, cashInPlSats: 0, cashInMarginSats: null, createdAt: 1, filledAt: 2, closedAt: 3 },
    ...over,
  }
}

/** Tests of a stored ledger, for each engine. */
export function describeLedgerLaws(name: string, openRig: () => Promise<StoredLedgerRig>): void {
  const law = (title: string, body: (rig: StoredLedgerRig) => Promise<void>): void => {
    test(title, async () => {
      const rig = await openRig()
      try {
        await body(rig)
      } finally {
        await rig.close()
      }
    })
  }
  const opened = async (rig: StoredLedgerRig): Promise<Ledger> => {
    const ledger = await rig.open()
    expect(await ledger.lease('me', Date.now(), MINUTE)).toBe(true)
    return ledger
  }

  describe(`a ledger ${name}`, () => {
    law('keeps rows over a restart, and replaces one of a known id', async rig => {
      const first = await opened(rig)
      const rows = { deposits: [deposit(UUID, 'unsettled'), deposit('not-a-uuid')] }
      await first.commit({ rows, writer: 'me' })
      await first.commit({ rows: { deposits: [deposit(UUID)] }, writer: 'me' })
      await first.close()
      const second = await opened(rig)
      expect(await second.read('deposits')).toEqual([deposit(UUID), deposit('not-a-uuid')])
      await second.close()
    })

    law('returns each id as it was stored', async rig => {
      const ledger = await opened(rig)
      const ids = [UUID, UUID.toUpperCase(), UUID.replaceAll('-', ''), `=${UUID}`, '=', 'é', '']
      await ledger.commit({ rows: { deposits: ids.map(id => deposit(id)) }, writer: 'me' })
      expect((await ledger.read('deposits')).map(({ id }) => id)).toEqual(ids)
      await ledger.close()
    })

    law('keeps every value as it is', async rig => {
      const ledger = await opened(rig)
      const rows = {
        trades: [trade(UUID), trade('t2', { state: 'running', closedAt: null, fundingSats: -3 })],
        samples: [sample(-5), { ...sample(7), equitySats: 8 }],
        canceledOrders: [{ id: 'c', side: null, quantityUsd: null, priceUsd: null, canceledAt: 4 }],
        notices: [
          {
            id: 'n',
            positionId: 'cross',
            at: 1,
            level: 'warn',
            message: `a 'b' "c" {d} \\ ₿`,
            channels: 'x, y',
          },
        ],
      } as const
      await ledger.commit({ rows, writer: 'me' })
      expect((await ledger.read('trades')).toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(rows.trades)
      expect(await ledger.read('samples')).toEqual(rows.samples)
      expect(await ledger.read('canceledOrders')).toEqual(rows.canceledOrders)
      expect(await ledger.read('notices')).toEqual(rows.notices)
      await ledger.close()
    })

    law('reads by time, and rows of one time in the order of their arrival', async rig => {
      const ledger = await opened(rig)
      const rows = ['b', 'a', 'c'].map(id => deposit(id))
      await ledger.commit({ rows: { deposits: [{ ...deposit('z'), createdAt: 500 }] }, writer: 'me' })
      await ledger.commit({ rows: { deposits: [...rows, { ...deposit('b'), amountSats: 7 }] }, writer: 'me' })
      await ledger.commit({ rows: { deposits: [deposit('b'), deposit('d')] }, writer: 'me' })
      expect((await ledger.read('deposits')).map(({ id }) => id)).toEqual(['z', 'b', 'a', 'c', 'd'])
      const newest = await ledger.read('deposits', { newest: 2 })
      expect(newest.map(({ id }) => id)).toEqual(['c', 'd'])
      expect(await ledger.read('deposits', { to: 999 })).toHaveLength(1)
      expect(await ledger.read('deposits', { from: 1_000, to: 1_000 })).toHaveLength(4)
      await ledger.close()
    })

    law('scans more rows than one fetch, with the fields that are wanted', async rig => {
      const ledger = await opened(rig)
      const rows = { trades: Array.from({ length: 4_100 }, (_, n) => trade(`t${n}`, { plSats: n })) }
      await ledger.commit({ rows, writer: 'me' })
      let sum = 0
      let fields: readonly string[] = []
      await ledger.scan(
        'trades',
        row => {
          sum += row.plSats
          fields = Object.keys(row)
        },
        ['plSats', 'state'],
      )
      expect([sum, [...fields].sort()]).toEqual([(4_100 * 4_099) / 2, ['plSats', 'state']])
      await ledger.close()
    })

    law('has the sums, rows and stories of a dashboard that a ledger in memory has', async rig => {
      const [ledger, memory] = [await rig.open(), openMemoryLedger()]
      await fillLedger(ledger, 1_100)
      await memory.ledger.lease('me', Date.now(), MINUTE)
      for (const table of ['trades', 'funding', 'settlements'] as const)
        await memory.ledger.commit({ rows: { [table]: await ledger.read(table) }, writer: 'me' })
      for (const route of await ledger.routes()) await memory.ledger.commit({ rows: {}, route, writer: 'me' })
      const now = Date.UTC(2022, 0, 8)
      const relayed = documentHistory(ledger, now)
      expect(await relayed.summary()).toEqual(await memory.history.summary(now))
      const page = await memory.history.rows(150, 700)
      expect(await relayed.rows(150, 700)).toEqual(page)
      const id = page.rows[0]?.id ?? ''
      expect(await relayed.story(id)).toEqual(await memory.history.story(id))
      await ledger.close()
    })

    law('removes unfinished trades that are replaced, and keeps marks', async rig => {
      const ledger = await opened(rig)
      expect(await ledger.marks()).toEqual({ tradesReadAt: null, keyVersion: null })
      const before = [trade('done'), trade('gone', { state: 'running' }), trade('open', { state: 'open' })]
      await ledger.commit({ rows: { trades: before }, writer: 'me', marks: { keyVersion: 4 } })
      const rows = { trades: [trade('new', { state: 'running' })] }
      await ledger.commit({ rows, replaces: 'unfinished-trades', marks: { tradesReadAt: 9 }, writer: 'me' })
      expect((await ledger.read('trades')).map(({ id }) => id).sort()).toEqual(['done', 'new'])
      expect((await ledger.unfinishedTrades()).map(({ id }) => id)).toEqual(['new'])
      expect(await ledger.marks()).toEqual({ tradesReadAt: 9, keyVersion: 4 })
      await ledger.close()
    })

    law('stores the rows of a page and the state of its listing together or not at all', async rig => {
      const ledger = await opened(rig)
      const route: RouteState = { route: 'swaps', isWhole: false, to: 5, pass: null, unread: [], error: null }
      const broken = deposit('b')
      Object.defineProperty(broken, 'createdAt', {
        get: () => {
          throw new Error('killed')
        },
        enumerable: true,
      })
      const rows = { swaps: [], trades: [trade('a')], deposits: [deposit('a'), broken] }
      await expect(ledger.commit({ rows, route, writer: 'me' })).rejects.toThrow('killed')
      expect([await ledger.read('trades'), await ledger.read('deposits'), await ledger.routes()]).toEqual([
        [],
        [],
        [],
      ])
      await ledger.commit({ rows: { deposits: [deposit('a')] }, route, writer: 'me' })
      await ledger.commit({ rows: {}, route: { ...route, isWhole: true }, writer: 'me' })
      expect(await ledger.routes()).toEqual([{ ...route, isWhole: true }])
      await ledger.close()
    })

    law('has one writer among several processes', async rig => {
      const mine = await rig.open()
      const theirs = await rig.open()
      const now = Date.now()
      expect(await mine.lease('me', now, 400)).toBe(true)
      expect(await theirs.lease('other', now, 400)).toBe(false)
      await expect(theirs.commit({ rows: {}, writer: 'other' })).rejects.toThrow(/taken over/)
      // The lease of a writer that was killed ends, and that writer can't go on if it was only slow.
      await expect.poll(() => theirs.lease('other', Date.now(), MINUTE), { timeout: 5_000 }).toBe(true)
      await theirs.commit({ rows: { deposits: [deposit('a')] }, writer: 'other' })
      await expect(mine.commit({ rows: {}, writer: 'me' })).rejects.toThrow(/taken over/)
      expect(await mine.read('deposits')).toHaveLength(1)
      await theirs.release('me')
      expect(await mine.lease('me', Date.now(), MINUTE)).toBe(false)
      await theirs.release('other')
      expect(await mine.lease('me', Date.now(), MINUTE)).toBe(true)
      await mine.close()
      await theirs.close()
    })

    law('thins samples: a minute for 7 days, an hour for a year, a day for all times', async rig => {
      const ledger = await opened(rig)
      const now = Date.UTC(2026, 10, 28, 12)
      const times = [
        ...[400 * DAY, 400 * DAY - HOUR, 399 * DAY],
        ...[30 * DAY, 30 * DAY - 5 * MINUTE, 30 * DAY - HOUR],
        ...[DAY, DAY - 20_000, DAY - MINUTE],
      ].map(ago => now - ago)
      await ledger.commit({ rows: { samples: times.map(sample) }, writer: 'me' })
      await ledger.thinSamples(now)
      expect((await ledger.read('samples')).map(({ at }) => now - at)).toEqual([
        ...[400 * DAY - HOUR, 399 * DAY, 30 * DAY - 5 * MINUTE],
        ...[30 * DAY - HOUR, DAY - 20_000, DAY - MINUTE],
      ])
      await ledger.close()
    })
  })
}
