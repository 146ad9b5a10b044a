import { describe, expect, it } from 'vitest'
import { Secret } from '../../../../src/domain/secret.ts'
import { RestClient } from '../../../../src/feed/exchange/rest-client.ts'
import { type UnitMemory, UnitReader } from '../../../../src/feed/exchange/unit-reader.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { sampleSnapshot } from '../../../support/samples.ts'
import { scriptedHttp } from '../scripted-http.ts'

const credentials = { key: 'k', secret: new Secret('s'), passphrase: new Secret('p') }

/** A BTC->USD swap at about 68,400 USD, in dollars. */
const SWAPS = {
  data: [
    {
      id: 'a',
      createdAt: '2026-11-23T10:00:00.000Z',
      inAsset: 'BTC',
      inAmount: 100_000,
      outAsset: 'USD',
      outAmount: 68.4,
    },
  ],
  nextCursor: null,
}

function openRig(memory: Partial<UnitMemory> = {}) {
  const clock = openFakeClock()
  const http = scriptedHttp(clock, () => ({ body: JSON.stringify(SWAPS) }))
  const rest = new RestClient(
    { http, clock },
    { apiUrl: 'https://api.host/v3', credentials, requestMs: 10_000 },
  )
  const remembered: string[] = []
  const units = new UnitReader(rest, clock, {
    unit: null,
    isWanted: false,
    remember: unit => remembered.push(unit),
    want: () => remembered.push('wanted'),
    ...memory,
  })
  const snapshot = sampleSnapshot(clock.nowMs())
  const { account } = snapshot
  if (account === null) throw new Error('no account')
  const value = { ...account.value, syntheticUsdBalance: 50, syntheticUsdUnit: null }
  const complete = async (maxWaitMs: number) =>
    (await units.complete({ ...snapshot, account: { ...account, value } }, maxWaitMs)).account?.value
      .syntheticUsdUnit
  /** Uses up the limit of signed requests. */
  const useUp = async () => {
    for (let each = 0; each < 5; each += 1)
      void rest.read('account', () => ({ ok: true, value: null }), { query: { limit: each } })
    await clock.settle()
  }
  return { clock, http, units, remembered, complete, useUp }
}

describe('UnitReader', () => {
  it('waits for a read that is in flight, and reads once', async () => {
    const { clock, http, remembered, complete } = openRig()
    const both = Promise.all([complete(300), complete(Number.POSITIVE_INFINITY)])
    await clock.advance(1_000)
    expect(await both).toEqual(['dollars', 'dollars'])
    expect(http.requests).toHaveLength(1)
    expect(new Set(remembered)).toEqual(new Set(['dollars']))
  })

  it('does not wait at all if the rate limit leaves no request in time, and remembers that', async () => {
    const { clock, complete, useUp, remembered } = openRig()
    await useUp()
    const before = clock.nowMs()
    expect(await complete(300)).toBeNull()
    expect(clock.nowMs()).toBe(before)
    expect(remembered).toEqual(['wanted'])
  })

  it('waits for at most 300 ms', async () => {
    const { clock, complete, useUp } = openRig()
    await useUp()
    let unit: unknown = 'pending'
    void complete(Number.POSITIVE_INFINITY)
    void complete(300).then(found => {
      unit = found
    })
    await clock.advance(299)
    expect(unit).toBe('pending')
    await clock.advance(1)
    expect(unit).toBeNull()
  })

  it('reads the unit after a caller that the rate limit left no time', async () => {
    const { clock, complete, useUp, remembered } = openRig()
    await useUp()
    const both = Promise.all([complete(300), complete(Number.POSITIVE_INFINITY)])
    await clock.advance(3_000)
    expect(await both).toEqual([null, 'dollars'])
    expect(remembered).toContain('dollars')
  })

  it('sends nothing for a unit that is remembered', async () => {
    const { complete, http, units } = openRig({ unit: 'cents', isWanted: true })
    units.start()
    expect(await complete(300)).toBe('cents')
    expect(http.requests).toHaveLength(0)
  })

  it('reads the unit with the first requests if an earlier run could not', async () => {
    const { clock, complete, http, units } = openRig({ isWanted: true })
    units.start()
    await clock.advance(200)
    expect(http.requests).toHaveLength(1)
    expect(await complete(300)).toBe('dollars')
  })
})
