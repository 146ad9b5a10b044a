import http from 'node:http'
import https from 'node:https'
import { createHttpClient } from '@ln-markets/sdk/rest/v3'
import { createStreamClient } from '@ln-markets/sdk/stream/v1'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { TOPICS } from '../../src/simulator/protocol/topics.ts'
import { openTestServer, type TestServer } from '../support/simulator-server.ts'

/**
 * The official client of LN Markets has no option for its addresses. Its requests and its socket are sent to the simulator instead, byte
 * for byte.
 */
function redirectTo(server: TestServer): () => void {
  const { fetch } = globalThis
  const { host, hostname, port } = new URL(server.apiUrl)
  const fetched = vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    const request = new Request(input, init)
    return fetch(
      new Request(request.url.replace('https://api.signet.lnmarkets.com', `http://${host}`), request),
    )
  })
  const dialed = vi.spyOn(https, 'request').mockImplementation(((options: https.RequestOptions) => {
    const { createConnection: _, ...rest } = options
    return http.request({ ...rest, host: hostname, port, defaultPort: 80 })
  }) as typeof https.request)
  return () => {
    fetched.mockRestore()
    dialed.mockRestore()
  }
}

/** Follows the cursors of a list to its end, as the SDK's documentation does. */
async function allRows<T>(
  list: (page: { cursor?: string; limit: number }) => Promise<{ data: T[]; nextCursor: string | null }>,
): Promise<T[]> {
  const rows: T[] = []
  let cursor: string | null = null
  do {
    const page: { data: T[]; nextCursor: string | null } = await list(
      cursor === null ? { limit: 500 } : { limit: 500, cursor },
    )
    rows.push(...page.data)
    cursor = page.nextCursor
  } while (cursor !== null)
  return rows
}

type Methods = Readonly<Record<string, unknown>>

/** The names of all methods of a client, such as `futures.cross.getPosition`. */
function methodNames(client: Methods, prefix = ''): string[] {
  return Object.entries(client).flatMap(([name, value]) =>
    typeof value === 'function' ? [`${prefix}${name}`] : methodNames(value as Methods, `${prefix}${name}.`),
  )
}

const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const NUMBER = expect.any(Number)
const TEXT = expect.any(String)

const TRADE = {
  id: TEXT,
  side: expect.stringMatching(/^(buy|sell)$/),
  margin: NUMBER,
  stoplossTrailingDistance: 0,
}
const FEE = { settlementId: TEXT, time: ISO, fee: NUMBER }

describe('the official SDK against the simulator', () => {
  let server: TestServer
  let restore: () => void
  let client: ReturnType<typeof createHttpClient>

  beforeAll(async () => {
    server = await openTestServer({ tickMs: 50 })
    await server.knob({ do: 'limit', perSecond: 1_000, burst: 1_000 })
    await server.knob({ do: 'oracle', answer: 'on' })
    restore = redirectTo(server)
    client = createHttpClient({ network: 'signet', ...server.credentials })
  })
  afterAll(async () => {
    restore()
    await server.close()
  })

  /** Every reading method, and what it resolves to. Lists resolve to all their rows. */
  const reads: Readonly<Record<string, () => Promise<unknown>>> = {
    'account.get': () => client.account.get(),
    'account.getBitcoinAddress': () => client.account.getBitcoinAddress(),
    'account.getLightningDeposits': () => allRows(client.account.getLightningDeposits),
    'account.getLightningWithdrawals': () => allRows(client.account.getLightningWithdrawals),
    'account.getNotifications': () => allRows(client.account.getNotifications),
    'account.getOnChainDeposits': () => allRows(client.account.getOnChainDeposits),
    'account.getOnChainWithdrawals': () => allRows(client.account.getOnChainWithdrawals),
    'futures.cross.getFilledOrders': () => allRows(client.futures.cross.getFilledOrders),
    'futures.cross.getFundingFees': () => allRows(client.futures.cross.getFundingFees),
    'futures.cross.getOpenOrders': () => client.futures.cross.getOpenOrders(),
    'futures.cross.getPosition': () => client.futures.cross.getPosition(),
    'futures.cross.getTransfers': () => allRows(client.futures.cross.getTransfers),
    'futures.getCandles': () =>
      allRows(page =>
        client.futures.getCandles({
          from: new Date(Date.now() - 86_400_000).toISOString(),
          range: '1h',
          ...page,
        }),
      ),
    'futures.getFundingSettlements': () => allRows(client.futures.getFundingSettlements),
    'futures.getLeaderboard': () => client.futures.getLeaderboard(),
    'futures.getTicker': () => client.futures.getTicker(),
    'futures.isolated.getClosedTrades': () => allRows(client.futures.isolated.getClosedTrades),
    'futures.isolated.getFundingFees': () => allRows(client.futures.isolated.getFundingFees),
    'futures.isolated.getOpenTrades': () => client.futures.isolated.getOpenTrades(),
    'futures.isolated.getRunningTrades': () => client.futures.isolated.getRunningTrades(),
    'oracle.getIndex': () => client.oracle.getIndex({ limit: 3 }),
    'oracle.getLastPrice': () => client.oracle.getLastPrice({ limit: 3 }),
    ping: () => client.ping(),
    'syntheticUsd.getBestPrice': () => client.syntheticUsd.getBestPrice(),
    'syntheticUsd.getSwaps': () => allRows(client.syntheticUsd.getSwaps),
    time: () => client.time(),
  }

  /** The result of a method, or a row of it. */
  const results: Readonly<Record<keyof typeof reads, unknown>> = {
    'account.get': { balance: NUMBER, email: null, feeTier: 0, syntheticUsdBalance: NUMBER, username: TEXT },
    'account.getBitcoinAddress': { address: TEXT },
    'account.getLightningDeposits': [{ amount: NUMBER, createdAt: ISO, settledAt: ISO, paymentHash: TEXT }],
    'account.getLightningWithdrawals': [{ amount: NUMBER, fee: NUMBER, status: 'processed', createdAt: ISO }],
    'account.getNotifications': [{ id: TEXT, createdAt: ISO, event: TEXT }],
    'account.getOnChainDeposits': [{ status: 'IRREVERSIBLE', confirmations: NUMBER, blockHeight: NUMBER }],
    'account.getOnChainWithdrawals': [{ status: 'canceled', fee: null, txId: null, address: TEXT }],
    'futures.cross.getFilledOrders': [{ filled: true, filledAt: ISO, tradingFee: NUMBER }],
    'futures.cross.getFundingFees': [FEE],
    'futures.cross.getOpenOrders': [{ open: true, filledAt: null, type: 'limit' }],
    'futures.cross.getPosition': {
      quantity: NUMBER,
      margin: NUMBER,
      maintenanceMargin: NUMBER,
      updatedAt: ISO,
    },
    'futures.cross.getTransfers': [{ amount: NUMBER, time: ISO }],
    'futures.getCandles': [
      { time: ISO, open: NUMBER, high: NUMBER, low: NUMBER, close: NUMBER, volume: NUMBER },
    ],
    'futures.getFundingSettlements': [{ id: TEXT, time: ISO, fundingRate: NUMBER, fixingPrice: NUMBER }],
    'futures.getLeaderboard': { daily: expect.any(Array), 'all-time': expect.any(Array) },
    'futures.getTicker': { index: NUMBER, lastPrice: NUMBER, fundingRate: NUMBER, fundingTime: ISO },
    'futures.isolated.getClosedTrades': [
      { ...TRADE, closed: true, pl: NUMBER, closedAt: ISO, exitPrice: NUMBER },
    ],
    'futures.isolated.getFundingFees': [{ ...FEE, tradeId: TEXT }],
    'futures.isolated.getOpenTrades': [{ ...TRADE, open: true, running: false, openingFee: 0 }],
    'futures.isolated.getRunningTrades': [
      { ...TRADE, running: true, open: false, maintenanceMargin: NUMBER },
    ],
    'oracle.getIndex': [{ time: ISO, index: NUMBER }],
    'oracle.getLastPrice': [{ time: ISO, lastPrice: NUMBER }],
    ping: 'pong',
    'syntheticUsd.getBestPrice': { askPrice: NUMBER, bidPrice: NUMBER },
    'syntheticUsd.getSwaps': [{ inAsset: 'BTC', outAsset: 'USD', inAmount: NUMBER, outAmount: NUMBER }],
    time: { time: ISO },
  }

  it.each(Object.keys(reads))('reads with %s', async name => {
    const value = await reads[name]?.()
    const expected = results[name]
    if (!Array.isArray(expected)) {
      if (typeof expected === 'string') expect(value).toBe(expected)
      else expect(value).toMatchObject(expected as object)
      return
    }
    expect(value).toEqual(expect.any(Array))
    const rows = value as readonly object[]
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(row).toMatchObject(expected[0])
  })

  it('has no other method than these and those that write', async () => {
    const others = methodNames(client).filter(name => reads[name] === undefined)
    expect(others.sort()).toEqual([
      'account.addBitcoinAddress',
      'account.depositLightning',
      'account.readNotifications',
      'account.withdrawLightning',
      'account.withdrawOnChain',
      ...['cancel', 'cancelAll', 'close', 'deposit', 'newOrder', 'setLeverage', 'withdraw'].map(
        name => `futures.cross.${name}`,
      ),
      ...['addMargin', 'cancel', 'cancelAll', 'cashIn', 'close', 'newTrade', 'removeStoploss'].map(
        name => `futures.isolated.${name}`,
      ),
      ...['removeTakeprofit', 'updateStoploss', 'updateTakeprofit'].map(name => `futures.isolated.${name}`),
      'syntheticUsd.newSwap',
    ])
    await expect(client.futures.isolated.cancelAll()).rejects.toMatchObject({ response: { status: 403 } })
  })

  it('authenticates on the stream and receives every topic', async () => {
    const stream = createStreamClient({ network: 'signet', reconnectEnabled: false })
    await stream.connect()
    expect(await stream.hello({ clientName: 'test', clientVersion: '1' })).toMatchObject({ version: '1.0.0' })
    expect(await stream.ping()).toBe('pong')
    expect((await stream.time()).time).toBeGreaterThan(1_700_000_000_000)
    const { authenticated, permissions } = await stream.authenticate(server.credentials)
    expect(authenticated).toBe(true)
    expect(await stream.whoami()).toMatchObject({ apiKey: server.credentials.key, permissions })

    const topics = [...TOPICS] as Parameters<typeof stream.subscribe>[0]['topics']
    const silent = new Set<string>(topics)
    const all = Promise.withResolvers<void>()
    for (const topic of topics) {
      stream.on(topic, () => {
        silent.delete(topic)
        if (silent.size === 0) all.resolve()
      })
    }
    expect(await stream.subscribe({ topics })).toEqual({ subscribed: topics })
    for (const command of ['announce', 'deposit', 'open', 'funding']) await server.knob({ do: command })
    await server.knob({ do: 'open', mode: 'cross' })
    await server.knob({ do: 'withdraw' })
    await all.promise
    expect(await stream.unsubscribe({ topics: topics.slice(0, 2) })).toEqual({
      unsubscribed: topics.slice(0, 2),
    })
    expect((await stream.unsubscribeAll()).unsubscribed).toHaveLength(topics.length - 2)
    stream.close()
  })
})
