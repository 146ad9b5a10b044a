import { describe, expect, it } from 'vitest'
import { AxisorError } from '../../../src/domain/error.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { usd } from '../../../src/domain/units.ts'
import { RestClient } from '../../../src/feed/exchange/rest-client.ts'
import { LedgerSync } from '../../../src/feed/ledger/ledger-sync.ts'
import { coverageOf } from '../../../src/ledger/coverage.ts'
import { canceledOrderOf } from '../../../src/ledger/seen-orders.ts'
import type { Http } from '../../../src/ports/net.ts'
import { auditOf } from '../../support/audit-of.ts'
import { type LedgerRig, openLedgerRig } from '../../support/ledger-rig.ts'
import { shortPage } from '../../support/short-pages.ts'

/** A rig with pages of a few rows, whose network ends after some requests. */
function shortRig() {
  const requested: string[] = []
  let left = Number.POSITIVE_INFINITY
  const wrapped = (http: Http): Http => ({
    ...http,
    async get(origin, target, headers, timeoutMs) {
      if (left <= 0) throw new AxisorError('unreachable', 'killed')
      left -= 1
      requested.push(target)
      return shortPage(target, await http.get(origin, target, headers, timeoutMs), 7)
    },
  })
  const rig = openLedgerRig({ seed: 11 }, wrapped)
  rig.knob({ do: 'tick', ms: 3_600_000 })
  return {
    ...rig,
    requested,
    endAfter: (requests: number) => {
      left = requests
    },
  }
}

/** Another process with the same ledger. */
function nextProcess(
  rig: LedgerRig & { readonly requested: string[] },
  onGet: (target: string) => void,
): LedgerSync {
  const { key, secret, passphrase } = rig.exchange.credentials
  const http: Http = {
    ...rig.transport.http,
    async get(origin, target, headers, timeoutMs) {
      onGet(target)
      return shortPage(target, await rig.transport.http.get(origin, target, headers, timeoutMs), 7)
    },
  }
  const credentials = { key, secret: new Secret(secret), passphrase: new Secret(passphrase) }
  const rest = new RestClient(
    { http, clock: rig.clock },
    { apiUrl: rig.transport.apiUrl, credentials, requestMs: 10_000 },
  )
  return new LedgerSync({ rest, ledger: rig.ledger, clock: rig.clock, writer: 'next' })
}

describe('a sync that is killed', () => {
  it.each([8, 9, 12, 15, 20, 25, 30])('after %i requests is continued at its cursor', async requests => {
    const rig = shortRig()
    rig.endAfter(requests)
    await expect(rig.drive(rig.sync.settle())).rejects.toThrow('killed')
    // A killed process releases nothing.
    await rig.ledger.lease('test', rig.clock.nowMs(), 10_000)
    const before = await rig.ledger.routes()
    const targets: string[] = []
    const state = await rig.drive(nextProcess(rig, target => targets.push(target)).settle())
    const { restSats, findings } = await auditOf(rig.ledger, state)
    expect({ restSats, findings }).toEqual({ restSats: 0n, findings: [] })
    const stopped = before.find(({ pass }) => pass?.cursor != null)
    const first = targets.find(target => target.includes('cursor='))
    if (stopped !== undefined) expect(first).toContain('cursor=')
    // What was read to its first row is not read from the newest row to the first again.
    for (const { route, isWhole } of before)
      if (isWhole && route === 'depositsLightning')
        expect(targets.find(target => target.startsWith('/v3/account/deposits/lightning'))).toContain('from=')
  })

  it('is complete from its cursor on, and says why not before', async () => {
    const rig = shortRig()
    rig.endAfter(18)
    await rig.drive(rig.sync.settle()).catch(() => {})
    const unfinished = (await rig.ledger.routes()).find(({ pass }) => pass !== null)
    expect(unfinished).toBeDefined()
    if (unfinished === undefined) return
    const { from, to, reason } = coverageOf(unfinished)
    expect(from).toBeLessThan(to ?? 0)
    expect(reason).toBe('it was not read to its first row yet')
  })
})

describe('a sync', () => {
  it('reads only what is new, with an overlap', async () => {
    const rig = shortRig()
    await rig.drive(rig.sync.settle())
    rig.requested.length = 0
    await rig.clock.advance(60_000)
    await rig.drive(rig.sync.settle())
    const pages = rig.requested.filter(target => target.includes('limit='))
    expect(pages.every(target => target.includes('from='))).toBe(true)
    expect(pages.length).toBeLessThan(40)
  })

  it('replaces a deposit that is confirmed later', async () => {
    const rig = openLedgerRig({ seed: 2 })
    rig.knob({ do: 'tick', ms: 3_600_000 })
    rig.exchange.state.books.chainDeposits.push({
      id: '11111111-2222-4333-8444-555555555555',
      createdAt: rig.clock.nowMs(),
      amountSats: 70_000,
      txId: 'ab',
      status: 'MEMPOOL',
      confirmations: 0,
      blockHeight: null,
    })
    expect((await rig.audit()).restSats).toBe(0n)
    await rig.clock.advance(2 * 86_400_000)
    const pending = rig.exchange.state.books.chainDeposits.at(-1)
    // Blocks were mined meanwhile; the balance has the deposit since the first.
    expect(pending?.status).toBe('CONFIRMED')
    expect((await rig.audit()).restSats).toBe(0n)
    expect((await rig.ledger.read('deposits')).at(-1)?.status).toBe('confirmed')
  })

  it('waits for another writer, and takes over from one that was killed', async () => {
    const rig = openLedgerRig({ seed: 2 })
    rig.knob({ do: 'tick', ms: 3_600_000 })
    await rig.ledger.lease('killed', rig.clock.nowMs(), 10_000)
    const startedAt = rig.clock.nowMs()
    await rig.drive(rig.sync.settle())
    expect(rig.clock.nowMs() - startedAt).toBeGreaterThanOrEqual(10_000)
  })

  it('fails on a cursor that stands still, and stores no completeness', async () => {
    const rig = shortRig()
    rig.knob({ do: 'cursor', mode: 'stuck' })
    await expect(rig.drive(rig.sync.settle())).rejects.toThrow(/cursor of the pages does not advance/)
    expect(
      (await rig.ledger.routes()).some(({ route, isWhole }) => route === 'isolatedClosed' && isWhole),
    ).toBe(false)
  })

  it('records a listing that the key may not read, and has no sum over it', async () => {
    const rig = openLedgerRig({ seed: 2 })
    rig.knob({ do: 'route', answer: 'status', code: 403, route: '/synthetic-usd/swaps' })
    const { restSats, unknownReason } = await rig.audit()
    expect(restSats).toBeNull()
    expect(unknownReason).toMatch(/^swaps: /)
  })

  it('observes added margin, a cash-in and a moved stop between two readings', async () => {
    const rig = openLedgerRig({ seed: 2 })
    rig.knob({ do: 'tick', ms: 3_600_000 })
    await rig.audit()
    const [trade] = [...rig.exchange.state.books.trades.values()].filter(({ state }) => state === 'running')
    const id = trade?.id ?? ''
    await rig.clock.advance(1_000)
    rig.knob({ do: 'addMargin', id, sats: 4_000 })
    rig.knob({ do: 'stops', id, stoploss: 60_000.5 })
    rig.knob({ do: 'funding' })
    await rig.clock.advance(60_000)
    await rig.audit()
    const seen = await rig.ledger.read('observations')
    expect(
      seen
        .filter(({ tradeId }) => tradeId === id)
        .map(({ what, before, after }) => [what, (after ?? 0) - (before ?? 0)]),
    ).toEqual([
      ['margin', 4_000],
      ['stop-loss', 60_000.5],
    ])
  })

  it('keeps canceled cross orders as the stream showed them', async () => {
    const rig = openLedgerRig({ seed: 2 })
    const order = { id: 'o', side: 'short', quantityUsd: 700, priceUsd: usd(71_000), endedAt: null } as const
    const canceled = canceledOrderOf({ kind: 'cross-order-ended', why: 'canceled', ...order }, 5)
    expect(canceledOrderOf({ kind: 'cross-order-ended', why: 'filled', ...order }, 5)).toBeNull()
    const { endedAt: _, ...row } = order
    expect(canceled).toEqual({ ...row, canceledAt: 5 })
    if (canceled !== null) await rig.sync.keep({ canceledOrders: [canceled] })
    expect(await rig.ledger.read('canceledOrders')).toEqual([canceled])
  })

  it('reads an unreadable row again until it is readable', async () => {
    const rig = shortRig()
    rig.knob({ do: 'row', route: '/account/deposits/lightning', row: 1, field: 'amount', action: 'drop' })
    await rig.drive(rig.sync.settle())
    const unread = async () => (await rig.ledger.routes()).flatMap(state => state.unread)
    expect(await unread()).toMatchObject([{ field: 'amount' }])
    rig.knob({ do: 'row', action: 'off' })
    await rig.drive(rig.sync.settle())
    expect(await unread()).toEqual([])
  })
})
