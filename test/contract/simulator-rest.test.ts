import { describe, expect, it } from 'vitest'
import { CANDLE_RANGES } from '../../src/simulator/protocol/candle-ranges.ts'
import { ROUTES } from '../../src/simulator/rest/routes.ts'
import { allRows } from '../support/books-law.ts'
import { openSimulatorWorld, send, signedBy } from '../support/simulator.ts'

const TRADE =
  'id uid type side quantity margin leverage price entryPrice entryMargin exitPrice liquidation stoploss takeprofit ' +
  'stoplossTrailingDistance pl openingFee closingFee maintenanceMargin sumFundingFees sumCashInPl sumCashInMargin ' +
  'createdAt filledAt closedAt open running canceled closed clientId'
const ORDER =
  'id uid type side quantity price tradingFee createdAt filledAt canceledAt open filled canceled clientId'

/** The members of every reply: of the object, or of each row of the array or page. */
const SHAPES: Record<string, string> = {
  '/v3/time': 'time',
  '/v3/futures/ticker': 'index lastPrice fundingRate fundingTime prices',
  '/v3/futures/candles': 'time open high low close volume',
  '/v3/futures/funding-settlements': 'id time fundingRate fixingPrice',
  '/v3/futures/leaderboard': 'daily weekly monthly all-time',
  '/v3/synthetic-usd/best-price': 'askPrice bidPrice',
  '/v3/account': 'id username email balance syntheticUsdBalance feeTier linkingPublicKey',
  '/v3/account/address/bitcoin': 'address',
  '/v3/account/deposits/lightning': 'id createdAt amount paymentHash settledAt comment',
  '/v3/account/deposits/on-chain': 'id createdAt amount status txId confirmations blockHeight',
  '/v3/account/withdrawals/lightning': 'id createdAt amount fee status paymentHash destination',
  '/v3/account/withdrawals/on-chain': 'id createdAt amount fee address status txId',
  '/v3/account/notifications': 'id createdAt event data',
  '/v3/futures/isolated/trades/open': TRADE,
  '/v3/futures/isolated/trades/running': TRADE,
  '/v3/futures/isolated/trades/closed': TRADE,
  '/v3/futures/isolated/trades/canceled': TRADE,
  '/v3/futures/isolated/funding-fees': 'settlementId time fee tradeId',
  '/v3/futures/cross/position':
    'id uid quantity margin leverage entryPrice liquidation initialMargin runningMargin maintenanceMargin totalPl deltaPl ' +
    'tradingFees fundingFees updatedAt',
  '/v3/futures/cross/orders/open': ORDER,
  '/v3/futures/cross/orders/filled': ORDER,
  '/v3/futures/cross/funding-fees': 'settlementId time fee tradeId',
  '/v3/futures/cross/transfers': 'id uid amount time',
  '/v3/synthetic-usd/swaps': 'id createdAt inAmount inAsset outAmount outAsset',
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

function rowsOf(reply: unknown): Record<string, unknown>[] {
  if (Array.isArray(reply)) return reply
  const { data, nextCursor } = reply as { data?: Record<string, unknown>[]; nextCursor?: unknown }
  return data !== undefined && nextCursor !== undefined ? data : [reply as Record<string, unknown>]
}

describe('REST API of the simulator', () => {
  it.each(Object.entries(SHAPES))('answers %s with exactly the documented members', async (path, members) => {
    const world = openSimulatorWorld()
    const rows = rowsOf(await world.read(`${path}?limit=1000`))
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) {
      expect(Object.keys(row).sort()).toEqual(members.split(' ').sort())
      for (const [name, value] of Object.entries(row)) {
        if (/^time$|At$|Time$/.test(name) && value !== null) expect(value, name).toMatch(ISO)
        if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
      }
    }
  })

  it('answers ping and has no route that this file does not check', async () => {
    const world = openSimulatorWorld()
    expect(await world.read('/v3/ping')).toBe('pong')
    expect([...ROUTES.keys()].sort()).toEqual([...Object.keys(SHAPES), '/v3/ping'].sort())
  })

  it('marks every reply as simulated, errors included', () => {
    const world = openSimulatorWorld()
    for (const target of ['/v3/ping', '/v3/account', '/v3/nothing', '/elsewhere']) {
      expect(send(world, 'GET', target).headers['x-axisor-simulated']).toBe('1')
    }
  })

  it('returns a flat cross position as an object with nulls', async () => {
    const world = openSimulatorWorld()
    world.knob({ do: 'liquidate', mode: 'cross' })
    expect(await world.read('/v3/futures/cross/position')).toMatchObject({
      quantity: 0,
      entryPrice: null,
      liquidation: null,
    })
  })

  it('sets exactly one state flag per trade and sends unset stops as 0', async () => {
    const world = openSimulatorWorld()
    for (const state of ['open', 'running', 'closed', 'canceled']) {
      const trades = rowsOf(await world.read(`/v3/futures/isolated/trades/${state}`))
      for (const trade of trades) {
        const flags = ['open', 'running', 'closed', 'canceled'].filter(flag => trade[flag] === true)
        expect(flags).toEqual([state])
        expect(typeof trade.stoploss).toBe('number')
      }
    }
  })

  it('computes pl of running trades per request, at the closing side of the matching bucket', async () => {
    const world = openSimulatorWorld()
    const read = async () => rowsOf(await world.read('/v3/futures/isolated/trades/running'))[0]
    const first = await read()
    world.knob({ do: 'price', usd: 69_000 })
    const second = await read()
    const prices = rowsOf(await world.read('/v3/futures/ticker'))[0]?.prices as {
      maxSize: number
      bidPrice: number
    }[]
    const bid = prices.find(({ maxSize }) => maxSize >= 10_000)?.bidPrice ?? 0
    expect(second?.pl).not.toBe(first?.pl)
    world.knob({ do: 'tick', ms: 3_600_000 })
    const now = (await read())?.pl
    expect(now).toBe(Math.round(10_000 * 1e8 * (1 / 70_150 - 1 / bid)))
  })

  it('serves candles of all ranges and applies filters', async () => {
    const world = openSimulatorWorld()
    for (const range of CANDLE_RANGES) {
      expect(rowsOf(await world.read(`/v3/futures/candles?range=${range}&limit=5`)).length).toBe(5)
    }
    expect(rowsOf(await world.read('/v3/account/deposits/lightning?settled=false'))).toEqual([])
    expect(rowsOf(await world.read('/v3/account/deposits/on-chain?status=IRREVERSIBLE')).length).toBe(1)
    expect(rowsOf(await world.read('/v3/account/deposits/on-chain?status=MEMPOOL'))).toEqual([])
    expect(rowsOf(await world.read('/v3/account/notifications?read=true'))).toEqual([])
    const [trade] = rowsOf(await world.read('/v3/futures/isolated/trades/running'))
    const fees = rowsOf(await world.read(`/v3/futures/isolated/funding-fees?tradeId=${trade?.id}`))
    expect(fees.length).toBeGreaterThan(3)
    expect(fees.reduce((sum, fee) => sum + Number(fee.fee), 0)).toBe(trade?.sumFundingFees)
  })

  it.each([
    '/v3/futures/candles?range=7m',
    '/v3/futures/candles?limit=0',
    '/v3/futures/isolated/trades/closed?limit=1001',
    '/v3/futures/isolated/trades/closed?from=now',
    '/v3/futures/isolated/funding-fees?tradeId=7',
    '/v3/account/deposits/lightning?settled=maybe',
    '/v3/account/deposits/on-chain?status=confirmed',
    '/v3/account/notifications?read=1',
  ])('rejects %s with 400', async target => {
    const { status, body } = await openSimulatorWorld().get(target)
    expect(status).toBe(400)
    expect(JSON.parse(body)).toEqual({ code: 'BAD_REQUEST', message: expect.stringMatching(/must be/) })
  })

  it.each(['inclusive', 'exclusive'])('returns a history page by page (%s cursor)', async mode => {
    const world = openSimulatorWorld()
    const whole = await allRows(world, '/futures/isolated/trades/closed')
    world.knob({ do: 'cursor', mode })
    for (const limit of [1, 7]) {
      const rows: unknown[] = []
      let cursor: string | null = null
      do {
        const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const page = (await world.read(`/v3/futures/isolated/trades/closed?limit=${limit}${query}`)) as {
          data: unknown[]
          nextCursor: string | null
        }
        rows.push(...page.data)
        cursor = page.nextCursor
      } while (cursor !== null)
      expect(rows).toEqual(whole)
    }
  })

  it.each([
    ['index', 'index'],
    ['last-price', 'lastPrice'],
  ])('serves the removed /oracle/%s with the knob oracle', async (name, field) => {
    const world = openSimulatorWorld()
    world.knob({ do: 'oracle', answer: 'on' })
    const rows = await world.read(`/v3/oracle/${name}?limit=2`)
    expect(rows).toEqual([
      { time: expect.stringMatching(/:00\.000Z$/), [field]: expect.any(Number) },
      { time: expect.stringMatching(/:00\.000Z$/), [field]: expect.any(Number) },
    ])
    world.knob({ do: 'oracle', answer: 'off' })
    await expect(world.read(`/v3/oracle/${name}`)).rejects.toThrow('404')
  })

  it.each([
    '/v3/oracle/index',
    '/v3/oracle/last-price',
    '/v2/futures/ticker',
    '/v3/futures/isolated/trades/running/',
    '/v3',
    '/',
    '//v3/ping',
  ])('answers 404 for %s', target => {
    expect(send(openSimulatorWorld(), 'GET', target)).toMatchObject({
      status: 404,
      json: { message: 'Not found' },
    })
  })

  it.each([
    ['POST', '/v3/futures/isolated/trade'],
    ['POST', '/v3/futures/cross/orders/cancel-all'],
    ['POST', '/v3/account/withdraw/lightning'],
    ['PUT', '/v3/futures/cross/leverage'],
    ['DELETE', '/v3/futures/isolated/trade/stoploss?id=1'],
  ])('rejects the write %s %s with 403 even for a key with write scopes', (method, target) => {
    const world = openSimulatorWorld()
    const headers = signedBy(world, world.exchange.writeCredentials, target)
    expect(send(world, method, target, headers)).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } })
    expect(send(world, method, target)).toMatchObject({ status: 403 })
  })

  it('answers 404 for other methods on read routes', () => {
    const world = openSimulatorWorld()
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'HEAD']) {
      expect(send(world, method, '/v3/account').status).toBe(404)
    }
  })
})
