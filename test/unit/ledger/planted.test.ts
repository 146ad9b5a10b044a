import { describe, expect, it } from 'vitest'
import type { HttpReply } from '../../../src/ports/net.ts'
import { openLedgerRig } from '../../support/ledger-rig.ts'

interface RawPage {
  readonly data: readonly Record<string, unknown>[]
}

/** What the listing of a route shows in place of its rows. */
type Plant = (rows: RawPage['data']) => RawPage['data']

/** A rig whose listings hide or repeat rows from the moment at which a plant is set. */
function plantedRig() {
  const plants = new Map<string, Plant>()
  const changed = (target: string, reply: HttpReply): HttpReply => {
    const plant = [...plants].find(([route]) => target.includes(route))?.[1]
    if (plant === undefined) return reply
    const page = JSON.parse(reply.body) as RawPage
    return { ...reply, body: JSON.stringify({ ...page, data: plant(page.data) }) }
  }
  const rig = openLedgerRig({ seed: 5 }, http => ({
    ...http,
    get: async (origin, target, headers, timeoutMs) =>
      changed(target, await http.get(origin, target, headers, timeoutMs)),
  }))
  rig.knob({ do: 'tick', ms: 3_600_000 })
  return { ...rig, plants }
}

const DAY = 86_400_000

describe('audit of wrong records', () => {
  it('names a lost cross fill, its size, its fee and its day', async () => {
    const rig = plantedRig()
    expect((await rig.audit()).restSats).toBe(0n)
    await rig.clock.advance(DAY)
    rig.knob({ do: 'open', mode: 'cross', side: 'sell', quantity: 900 })
    const lost = rig.exchange.state.books.crossFilled.at(-1)
    rig.plants.set('/cross/orders/filled', rows => rows.filter(({ id }) => id !== lost?.id))
    const { restSats, findings, firstWrongDay } = await rig.audit()
    expect(restSats).not.toBe(0n)
    expect(findings).toEqual([
      expect.objectContaining({
        kind: 'fill-missing',
        text: `fills of -900 USD of the cross position are not listed; their trading fees are ${lost?.feeSats} sat`,
      }),
    ])
    expect(firstWrongDay).toBe('2026-11-24')
  })

  it('names a doubled funding fee, its trade and its day', async () => {
    const rig = plantedRig()
    rig.knob({ do: 'funding' })
    const fee = rig.exchange.state.books.isolatedFunding.find(({ feeSats }) => feeSats !== 0)
    rig.plants.set('/isolated/funding-fees', rows => {
      const row = rows.find(each => each.settlementId === fee?.settlementId && each.tradeId === fee?.tradeId)
      return row === undefined ? rows : [...rows, { ...row, settlementId: 'a-second-settlement' }]
    })
    const { restSats, findings, firstWrongDay } = await rig.audit()
    expect(restSats).toBe(BigInt(fee?.feeSats ?? 0))
    expect(findings).toEqual([
      expect.objectContaining({
        kind: 'funding-doubled',
        text: `the funding fee of ${fee?.feeSats} sat of trade ${fee?.tradeId} is listed twice`,
        window: { from: fee?.time, to: fee?.time },
      }),
    ])
    expect(findings[0]?.records[0]).toContain(fee?.tradeId)
    expect(firstWrongDay).toBe(new Date(fee?.time ?? 0).toISOString().slice(0, 10))
  })

  it('names a missing deposit, its amount and when it came in', async () => {
    const rig = plantedRig()
    await rig.audit()
    await rig.clock.advance(DAY)
    const { at: before = 0 } = (await rig.ledger.read('samples')).at(-1) ?? {}
    rig.knob({ do: 'deposit', sats: 123_456 })
    const hidden = rig.exchange.state.books.lightningDeposits.at(-1)
    rig.plants.set('/deposits/lightning', rows => rows.filter(({ id }) => id !== hidden?.id))
    await rig.audit()
    await rig.clock.advance(2 * DAY)
    const { restSats, findings, firstWrongDay } = await rig.audit()
    expect(restSats).toBe(123_456n)
    expect(findings).toEqual([
      expect.objectContaining({
        kind: 'deposit-missing',
        sats: 123_456n,
        text: '123456 sat came in without a record: a deposit of 123456 sat is missing',
      }),
    ])
    const [{ window }] = findings as [(typeof findings)[number]]
    expect(window?.from).toBe(before)
    expect(firstWrongDay).toBe('2026-11-24')
  })

  it('tells all three apart', async () => {
    const rig = plantedRig()
    await rig.audit()
    await rig.clock.advance(DAY)
    rig.knob({ do: 'open', mode: 'cross', side: 'sell', quantity: 700 })
    rig.knob({ do: 'deposit', sats: 50_000 })
    const { crossFilled, lightningDeposits, isolatedFunding } = rig.exchange.state.books
    const fill = crossFilled.at(-1)
    const deposit = lightningDeposits.at(-1)
    const fee = isolatedFunding.findLast(({ feeSats }) => feeSats !== 0)
    rig.plants.set('/cross/orders/filled', rows => rows.filter(({ id }) => id !== fill?.id))
    rig.plants.set('/deposits/lightning', rows => rows.filter(({ id }) => id !== deposit?.id))
    rig.plants.set('/isolated/funding-fees', rows => {
      const row = rows.find(each => each.settlementId === fee?.settlementId && each.tradeId === fee?.tradeId)
      return row === undefined ? rows : [...rows, { ...row, settlementId: 'a-second-settlement' }]
    })
    const { findings } = await rig.audit()
    expect(findings.map(({ kind, sats }) => [kind, sats])).toEqual([
      ['funding-doubled', BigInt(fee?.feeSats ?? 0)],
      ['fill-missing', expect.any(BigInt)],
      ['deposit-missing', 50_000n],
    ])
  })

  it('has no rest while a listing is incomplete, and says which', async () => {
    const rig = plantedRig()
    rig.knob({ do: 'row', route: '/account/deposits/lightning', row: 0, field: 'amount', action: 'drop' })
    const { restSats, unknownReason } = await rig.audit()
    expect(restSats).toBeNull()
    expect(unknownReason).toMatch(/^depositsLightning: row .*: amount is missing \(1 unreadable\)$/)
  })
})
