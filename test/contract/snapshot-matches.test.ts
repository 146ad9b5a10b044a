import { createHmac } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../src/commands/run.ts'
import { unitPath } from '../../src/commands/unit-memory.ts'
import { openCrypto } from '../../src/node/crypto.ts'
import { hmacSha256 } from '../../src/node/hmac.ts'
import { openSimulatorServer, type SimulatorServer } from '../../src/node/simulator/http-server.ts'
import { openWorld } from '../../src/node/world.ts'
import { openExchange } from '../../src/simulator/exchange.ts'
import type { SnapshotDocument } from '../../src/wire/snapshot.ts'
import { environmentOf } from '../support/simulator-server.ts'
import { openTempFolder } from '../support/temp-folder.ts'

/** Raw replies of the exchange, read without code of axisor. */
interface Raw {
  readonly account: Readonly<Record<string, unknown>>
  readonly running: readonly Readonly<Record<string, number & string>>[]
  readonly open: readonly Readonly<Record<string, number & string>>[]
  readonly cross: Readonly<Record<string, number & string>>
  readonly crossOpen: readonly Readonly<Record<string, number & string>>[]
  readonly ticker: {
    readonly index: number
    readonly lastPrice: number
    readonly fundingRate: number
    readonly fundingTime: string
    readonly prices: readonly {
      readonly maxSize: number
      readonly askPrice: number
      readonly bidPrice: number
    }[]
  }
}

const S = 100_000_000n

/** q * S * (1/entry - 1/mark), rounded half away from zero, in exact arithmetic. Prices are multiples of 0.5 USD. */
function longPl(quantity: number, entry: number, mark: number): number {
  const e = BigInt(entry * 2)
  const x = BigInt(mark * 2)
  const numerator = BigInt(quantity) * S * 2n * (x - e)
  const denominator = e * x
  const magnitude = numerator < 0n ? -numerator : numerator
  const rounded = (2n * magnitude + denominator) / (2n * denominator)
  return Number(numerator < 0n ? -rounded : rounded)
}

async function get(server: SimulatorServer, path: string): Promise<unknown> {
  const { key, secret, passphrase } = server.writeCredentials
  for (;;) {
    const timestamp = String(Date.now())
    const signature = createHmac('sha256', secret).update(`${timestamp}get/v3${path}`).digest('base64')
    const reply = await fetch(server.apiUrl + path, {
      headers: {
        'lnm-access-key': key,
        'lnm-access-passphrase': passphrase,
        'lnm-access-timestamp': timestamp,
        'lnm-access-signature': signature,
      },
    })
    if (reply.status === 200) return reply.json()
    if (reply.status !== 429) throw new Error(`${path}: status ${reply.status}`)
    await new Promise(resolve => setTimeout(resolve, 1000 * Number(reply.headers.get('retry-after') ?? 1)))
  }
}

/** Writes down the unit of the synthetic dollars, as an earlier run would: a snapshot does not wait for it. */
function rememberUnit(server: SimulatorServer, stateHome: string): void {
  const { host } = new URL(server.apiUrl)
  const path = unitPath(`${stateHome}/axisor`, host, server.credentials.key, openCrypto())
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '{"syntheticUsdUnit":"dollars"}\n')
}

/** Runs `axisor snapshot --json` in this process, over real sockets. */
async function snapshot(server: SimulatorServer, stateHome: string): Promise<SnapshotDocument> {
  let out = ''
  const real = openWorld('1.2.3')
  const code = await run(['snapshot', '--json'], {
    ...real,
    env: {
      XDG_STATE_HOME: stateHome,
      ...environmentOf(server),
    },
    terminal: {
      ...real.terminal,
      async print(text) {
        out += text
        return true
      },
    },
  })
  expect(code).toBe(0)
  return JSON.parse(out) as SnapshotDocument
}

describe.each(['net', 'gross'])(
  'axisor snapshot --json matches the REST API of the exchange, field by field, with reserves reported %s',
  report => {
    const folder = openTempFolder()
    let server: SimulatorServer
    let document: SnapshotDocument
    let raw: Raw

    beforeAll(async () => {
      const clock = openWorld('').clock
      // A tick of one hour keeps the market constant between both reads.
      const exchange = openExchange({ clock, hmac: hmacSha256, seed: 11, tickMs: 3_600_000 })
      exchange.control(JSON.stringify({ do: 'maintenance', report }))
      server = await openSimulatorServer(exchange, { port: 0, clock })
      rememberUnit(server, folder.path)
      document = await snapshot(server, folder.path)
      raw = {
        account: await get(server, '/account'),
        running: await get(server, '/futures/isolated/trades/running'),
        open: await get(server, '/futures/isolated/trades/open'),
        cross: await get(server, '/futures/cross/position'),
        crossOpen: await get(server, '/futures/cross/orders/open'),
        ticker: await get(server, '/futures/ticker'),
      } as Raw
    }, 30_000)
    afterAll(async () => {
      await server.close()
      folder.remove()
    })

    /** Closing price of a position of this size. */
    function mark(isLong: boolean, quantity: number): number {
      const bucket = raw.ticker.prices.find(({ maxSize }) => quantity <= maxSize) ?? raw.ticker.prices.at(-1)
      return (isLong ? bucket?.bidPrice : bucket?.askPrice) ?? Number.NaN
    }

    test('market', () => {
      const { index, lastPrice, fundingRate, fundingTime, prices } = raw.ticker
      const { ageMs, ...market } = document.market
      expect(market).toEqual({
        lastPriceUsd: lastPrice,
        indexUsd: index,
        bidUsd: prices[0]?.bidPrice,
        askUsd: prices[0]?.askPrice,
        fundingRate,
        nextFundingAt: fundingTime,
        stale: false,
      })
      expect(ageMs).toBeLessThan(10_000)
    })

    test('account', () => {
      const { username, balance, syntheticUsdBalance, feeTier } = raw.account
      expect(document.account).toMatchObject({ username, balanceSats: balance, feeTier, stale: false })
      // The exchange reports synthetic dollars in dollars or cents; the document always in dollars.
      expect([1, 100]).toContain(Number(syntheticUsdBalance) / Number(document.account.syntheticUsdBalance))
    })

    test('isolated positions', () => {
      const isolated = document.positions?.filter(({ mode }) => mode === 'isolated') ?? []
      expect(isolated).toHaveLength(raw.running.length)
      expect(raw.running.length).toBeGreaterThan(0)
      for (const trade of raw.running) {
        const isLong = String(trade.side) === 'buy'
        const { quantity = 0, entryPrice = 0, margin = 0, liquidation = 0 } = trade
        const price = mark(isLong, quantity)
        const pl = (isLong ? 1 : -1) * longPl(quantity, entryPrice, price)
        const away = isLong ? price - liquidation : liquidation - price
        expect(isolated.find(({ id }) => id === String(trade.id))).toMatchObject({
          side: isLong ? 'long' : 'short',
          quantityUsd: quantity,
          entryPriceUsd: entryPrice,
          markPriceUsd: price,
          marginSats: margin,
          maintenanceMarginSats: trade.maintenanceMargin,
          leverage: trade.leverage,
          liquidationPriceUsd: liquidation,
          liquidationDistance: Number((away / price).toFixed(6)),
          liquidationDistanceUsd: away,
          unrealizedPlSats: pl,
          unrealizedPlUsd: Number(((pl / 1e8) * raw.ticker.index).toFixed(2)),
          exchangePlSats: trade.pl,
          returnOnMargin: Number((pl / margin).toFixed(6)),
          stopLossUsd: Number(trade.stoploss) === 0 ? null : trade.stoploss,
          takeProfitUsd: Number(trade.takeprofit) === 0 ? null : trade.takeprofit,
          fundingPaidSats: trade.sumFundingFees,
          openingFeeSats: trade.openingFee,
          openedAt: trade.filledAt,
          stale: false,
        })
      }
    })

    test('cross position', () => {
      const { quantity = 0, entryPrice = 0, margin, liquidation, maintenanceMargin, leverage } = raw.cross
      const isLong = quantity > 0
      const price = mark(isLong, Math.abs(quantity))
      expect(document.positions?.find(({ mode }) => mode === 'cross')).toMatchObject({
        id: 'cross',
        side: isLong ? 'long' : 'short',
        quantityUsd: Math.abs(quantity),
        entryPriceUsd: entryPrice,
        markPriceUsd: price,
        marginSats: margin,
        maintenanceMarginSats: maintenanceMargin,
        leverage,
        liquidationPriceUsd: liquidation,
        unrealizedPlSats: (isLong ? 1 : -1) * longPl(Math.abs(quantity), entryPrice, price),
        exchangePlSats: null,
        openedAt: null,
      })
    })

    test('orders', () => {
      const orders = [
        ...raw.open.map(order => ({ order, mode: 'isolated' })),
        ...raw.crossOpen.map(order => ({ order, mode: 'cross' })),
      ]
      expect(document.orders).toHaveLength(orders.length)
      for (const { order, mode } of orders) {
        const isLong = String(order.side) === 'buy'
        const price = mark(isLong, Number(order.quantity))
        expect(document.orders).toContainEqual({
          id: order.id,
          mode,
          side: isLong ? 'long' : 'short',
          type: 'limit',
          quantityUsd: order.quantity,
          priceUsd: order.price,
          distanceFromMark: Number(((Number(order.price) - price) / price).toFixed(6)),
          createdAt: order.createdAt,
          otherMarket: null,
        })
      }
    })

    test('totals', () => {
      const crossQuantity = Number(raw.cross.quantity)
      const pls = [
        ...raw.running.map(trade => {
          const isLong = String(trade.side) === 'buy'
          const quantity = Number(trade.quantity)
          return (isLong ? 1 : -1) * longPl(quantity, Number(trade.entryPrice), mark(isLong, quantity))
        }),
        Math.sign(crossQuantity) *
          longPl(
            Math.abs(crossQuantity),
            Number(raw.cross.entryPrice),
            mark(crossQuantity > 0, Math.abs(crossQuantity)),
          ),
      ]
      const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
      const pl = sum(pls)
      const margin = sum(raw.running.map(trade => Number(trade.margin))) + Number(raw.cross.margin)
      const spent = (trade: Raw['running'][number]) => (report === 'net' ? 0 : Number(trade.openingFee))
      const reserves = sum(raw.running.map(trade => Number(trade.maintenanceMargin) - spent(trade)))
      const held = sum(raw.open.map(order => Number(order.margin) + Number(order.maintenanceMargin)))
      const synthetic = Math.round((Number(document.account.syntheticUsdBalance) * 1e8) / raw.ticker.index)
      const equity = Number(raw.account.balance) + synthetic + held + margin + reserves + pl
      const exposure =
        crossQuantity +
        sum(raw.running.map(trade => (String(trade.side) === 'buy' ? 1 : -1) * Number(trade.quantity)))
      expect(document.totals).toMatchObject({
        equitySats: equity,
        equityUsd: Number(((equity / 1e8) * raw.ticker.index).toFixed(2)),
        marginSats: margin,
        unrealizedPlSats: pl,
        netExposureUsd: exposure,
        positionCount: raw.running.length + 1,
        worstLiquidationDistance: Math.min(
          ...(document.positions ?? []).map(({ liquidationDistance }) => liquidationDistance ?? 1),
        ),
      })
    })

    test('origin and key', () => {
      expect(document).toMatchObject({
        origin: 'simulated',
        network: 'simulator',
        source: { kind: 'direct', transport: 'stream', state: 'live', stale: false },
        key: { canWrite: false },
      })
      expect(document.key.permissions?.every(permission => permission.endsWith(':read'))).toBe(true)
    })
  },
)
