import { describe, expect, it } from 'vitest'
import { Secret } from '../../../../src/domain/secret.ts'
import { PartReader } from '../../../../src/feed/exchange/part-reader.ts'
import { RestClient } from '../../../../src/feed/exchange/rest-client.ts'
import type { HttpReply } from '../../../../src/ports/net.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { scriptedHttp } from '../scripted-http.ts'

const ID = '0d0d0000-0000-4000-8000-000000000001'
const credentials = { key: 'k', secret: new Secret('s'), passphrase: new Secret('p') }

const trade = {
  id: ID,
  side: 'buy',
  type: 'market',
  quantity: 1000,
  leverage: 10,
  price: 65_000,
  entryPrice: 65_000,
  liquidation: 60_000,
  margin: 150_000,
  maintenanceMargin: 2_000,
  openingFee: 1_500,
  closingFee: 1_600,
  pl: 100,
  stoploss: 0,
  takeprofit: 0,
  sumFundingFees: 0,
  createdAt: '2026-11-23T17:00:00.000Z',
  filledAt: '2026-11-23T17:00:00.000Z',
  running: true,
  open: false,
  closed: false,
  canceled: false,
}
const ONE = JSON.stringify([trade])

/** A reader whose requests get the replies in order, the last one from then on. */
function setUp(...replies: readonly Partial<HttpReply>[]) {
  const clock = openFakeClock()
  let next = 0
  const http = scriptedHttp(clock, () => replies[Math.min(next++, replies.length - 1)] ?? {})
  const rest = new RestClient(
    { http, clock },
    { apiUrl: 'https://api.host/v3', credentials, requestMs: 10_000 },
  )
  const reader = new PartReader(rest, clock)
  const rows = async (): Promise<number | undefined> => {
    const read = reader.read('isolatedPositions')
    await clock.advance(5_000)
    const { values, unreadable } = await read
    expect(unreadable).toEqual([])
    return values.isolated?.value.length
  }
  return { clock, http, reader, rows }
}

describe('PartReader', () => {
  it('reads an empty list once more, after a second, and keeps the rows that it then holds', async () => {
    const { http, rows } = setUp({ body: ONE }, { body: '[]' }, { body: ONE })
    expect(await rows()).toBe(1)
    expect(await rows()).toBe(1)
    const [, first = { at: 0 }, second = { at: 0 }] = http.requests
    expect(http.requests).toHaveLength(3)
    expect(second.at - first.at).toBeGreaterThanOrEqual(1_000)
  })

  it('believes an empty list that is read twice', async () => {
    const { http, rows } = setUp({ body: ONE }, { body: '[]' })
    expect(await rows()).toBe(1)
    expect(await rows()).toBe(0)
    expect(await rows()).toBe(0)
    expect(http.requests).toHaveLength(4)
  })

  it('believes an empty list at once if it held nothing before', async () => {
    const { http, rows } = setUp({ body: '[]' })
    expect(await rows()).toBe(0)
    expect(http.requests).toHaveLength(1)
  })

  it.each([0, 500])('believes an empty list that a message explains %i ms later', async delayMs => {
    const { clock, http, reader, rows } = setUp({ body: ONE }, { body: '[]' })
    await rows()
    clock.after(delayMs, () =>
      reader.observe({
        kind: 'trade-ended',
        id: ID,
        why: 'closed',
        plSats: null,
        exitPriceUsd: null,
        closingFeeSats: null,
        endedAt: null,
      }),
    )
    expect(await rows()).toBe(0)
    expect(http.requests).toHaveLength(2)
  })

  it('fails if the second read fails, so that the last rows stay', async () => {
    const { clock, reader, rows } = setUp({ body: ONE }, { body: '[]' }, { status: 503 })
    await rows()
    const failed = expect(reader.read('isolatedPositions')).rejects.toMatchObject({ code: 'unavailable' })
    await clock.advance(5_000)
    await failed
  })

  it('learns nothing from a stored list', async () => {
    const stored = { body: '[]', headers: { age: '900' } }
    const { http, rows } = setUp({ body: ONE }, stored, { body: '[]' }, { body: ONE })
    await rows()
    expect(await rows()).toBe(0)
    expect(http.requests).toHaveLength(2)
    expect(await rows()).toBe(1)
    expect(http.requests).toHaveLength(4)
  })
})
