import { describe, expect, it } from 'vitest'
import { Secret } from '../../../src/domain/secret.ts'
import { RestClient } from '../../../src/feed/exchange/rest-client.ts'
import { LedgerSync } from '../../../src/feed/ledger/ledger-sync.ts'
import type { HttpReply } from '../../../src/ports/net.ts'
import { type LedgerRig, openLedgerRig } from '../../support/ledger-rig.ts'
import { shortPage } from '../../support/short-pages.ts'

const BALANCED = { restSats: 0n, findings: [] }

/** A rig whose replies are changed. */
function changedRig(change: (target: string, reply: HttpReply) => HttpReply): LedgerRig {
  const rig = openLedgerRig({ seed: 11 }, http => ({
    ...http,
    get: async (origin, target, headers, timeoutMs) =>
      change(target, await http.get(origin, target, headers, timeoutMs)),
  }))
  rig.knob({ do: 'tick', ms: 3_600_000 })
  return rig
}

interface RawPage {
  readonly data: readonly object[]
  readonly nextCursor: string | null
}

/** Changes the rows of pages. */
function withRows(reply: HttpReply, change: (rows: readonly object[]) => readonly object[]): HttpReply {
  const page = JSON.parse(reply.body) as RawPage
  return Array.isArray(page.data) && page.nextCursor !== undefined
    ? { ...reply, body: JSON.stringify({ ...page, data: change(page.data) }) }
    : reply
}

describe('pages', () => {
  it('that repeat their rows are stored once', async () => {
    const rig = changedRig((_, reply) => withRows(reply, rows => [...rows, ...rows]))
    expect(await rig.audit()).toMatchObject(BALANCED)
  })

  it('that overlap by half are stored once', async () => {
    const overlapping = changedRig((target, reply) => {
      const page = shortPage(target, reply, 30)
      const full = JSON.parse(reply.body) as RawPage
      return page === reply ? reply : withRows(page, () => full.data.slice(0, 60))
    })
    expect(await overlapping.audit()).toMatchObject(BALANCED)
    const plain = changedRig((_, reply) => reply)
    await plain.audit()
    expect(await overlapping.ledger.read('trades')).toEqual(await plain.ledger.read('trades'))
    expect(await overlapping.ledger.read('funding')).toEqual(await plain.ledger.read('funding'))
  })

  it('in the reverse order are stored all the same', async () => {
    const rig = changedRig((_, reply) => withRows(reply, rows => rows.toReversed()))
    expect(await rig.audit()).toMatchObject(BALANCED)
  })
})

describe('rows that change later', () => {
  it('replace those of before: a withdrawal that is processed, with its fee', async () => {
    const rig = openLedgerRig({ seed: 2 })
    rig.knob({ do: 'tick', ms: 3_600_000 })
    const { books } = rig.exchange.state
    books.balanceSats -= 50_000 + 321
    const pending = {
      id: '11111111-2222-4333-8444-555555555556',
      createdAt: rig.clock.nowMs(),
      amountSats: 50_000,
      feeSats: 321,
      address: 'bc1q',
      txId: null,
      status: 'processing',
    } as const
    books.chainWithdrawals.push({ ...pending })
    expect(await rig.audit()).toMatchObject(BALANCED)
    await rig.clock.advance(3 * 86_400_000)
    books.chainWithdrawals.splice(-1, 1, { ...pending, status: 'processed' })
    expect(await rig.audit()).toMatchObject(BALANCED)
    const withdrawals = await rig.ledger.read('withdrawals')
    expect(withdrawals.find(({ id }) => id === pending.id)).toMatchObject({
      status: 'processed',
      feeSats: 321,
    })
  })
})

describe('two processes', () => {
  it('fill one ledger at the same time', async () => {
    const rig = openLedgerRig({ seed: 3 })
    rig.knob({ do: 'tick', ms: 3_600_000 })
    const { key, secret, passphrase } = rig.exchange.credentials
    const credentials = { key, secret: new Secret(secret), passphrase: new Secret(passphrase) }
    const rest = new RestClient(
      { http: rig.transport.http, clock: rig.clock },
      { apiUrl: rig.transport.apiUrl, credentials, requestMs: 10_000 },
    )
    let waited = false
    const other = new LedgerSync({
      rest,
      ledger: rig.ledger,
      clock: rig.clock,
      writer: 'other',
      onProgress: ({ waits }) => {
        waited ||= waits
      },
    })
    await rig.drive(Promise.all([rig.sync.settle(), other.settle()]))
    expect(waited).toBe(true)
    expect(await rig.audit()).toMatchObject(BALANCED)
  })
})

describe('a step of the clock', () => {
  it.each([
    ['of this machine back by 3 h', (rig: LedgerRig) => rig.clock.setBack(3 * 3_600_000)],
    ['of this machine forward by 3 h', (rig: LedgerRig) => rig.clock.jump(3 * 3_600_000)],
  ])('%s loses no row and blocks no writer', async (_, step) => {
    const rig = openLedgerRig({ seed: 4 })
    rig.knob({ do: 'tick', ms: 3_600_000 })
    await rig.audit()
    // A process that was killed right before the step has left its lease.
    await rig.ledger.lease('killed', rig.clock.toWall(rig.clock.nowMs()), 10_000)
    await step(rig)
    rig.knob({ do: 'deposit', sats: 12_345 })
    const startedAt = rig.clock.nowMs()
    expect(await rig.audit()).toMatchObject(BALANCED)
    expect(rig.clock.nowMs() - startedAt).toBeLessThan(60_000)
    expect((await rig.ledger.read('deposits')).at(-1)?.amountSats).toBe(12_345)
  })
})
