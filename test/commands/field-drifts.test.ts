import { describe, expect, test } from 'vitest'
import { PART_NAMES, type PartName } from '../../src/domain/parts.ts'
import type { SnapshotDocument } from '../../src/wire/snapshot.ts'
import { PART_PATHS } from '../support/broken-route.ts'
import { changedReply } from '../support/changed-reply.ts'
import { openFakeWorld } from '../support/fake-world.ts'

type Json = Record<string, unknown>

const ABSENT = Symbol('absent')

/** Ways in which a field can change. */
const DRIFTS: Readonly<Record<string, (value: unknown) => unknown>> = {
  absent: () => ABSENT,
  null: () => null,
  text: () => 'sideways',
  'a number in a string': value => (typeof value === 'number' ? String(value) : '12'),
  'a fraction': value => (typeof value === 'number' ? value + 0.4 : 0.4),
  'a number beyond any range': () => 1e300,
  'an object': () => ({ value: 1 }),
}

function drifted(row: unknown, field: string, drift: (value: unknown) => unknown): unknown {
  const { [field]: value, ...rest } = row as Json
  const next = drift(value)
  return next === ABSENT ? rest : { ...rest, [field]: next }
}

/** Runs a snapshot with one reply changed. */
async function snapshotWith(part: PartName, change: (value: unknown) => unknown) {
  const path = PART_PATHS[part].replace('/v3', '')
  // Prices that the ticker lacks come from the stream.
  const exchange = part === 'market' ? {} : { tickMs: 60_000 }
  const world = openFakeWorld({ exchange, net: changedReply(path, change) })
  const code = await world.run('snapshot', '--json')
  return { code, err: world.err(), document: JSON.parse(world.out()) as SnapshotDocument }
}

/** The replies of the simulated exchange. */
async function replies(): Promise<Readonly<Record<PartName, unknown>>> {
  const found: Partial<Record<PartName, unknown>> = {}
  for (const part of PART_NAMES)
    await snapshotWith(part, value => {
      found[part] = value
      return value
    })
  return found as Record<PartName, unknown>
}

const REPLIES = await replies()

/** Every field of every row of a list, or of the one object. */
const FIELDS = PART_NAMES.flatMap(part => {
  const reply = REPLIES[part]
  const rows: readonly unknown[] = Array.isArray(reply) ? reply : [reply]
  return rows.flatMap((row, index) => Object.keys(row as Json).map(field => ({ part, index, field })))
})

function changeOf({ index, field }: (typeof FIELDS)[number], drift: (value: unknown) => unknown) {
  return (reply: unknown): unknown =>
    Array.isArray(reply)
      ? reply.map((row, n) => (n === index ? drifted(row, field, drift) : row))
      : drifted(reply, field, drift)
}

/** Asserts that nothing else was lost by a drift in one part. */
function expectRest(part: PartName, { code, err, document }: Awaited<ReturnType<typeof snapshotWith>>): void {
  expect(err).toBe('')
  expect(code).toBe(0)
  const { parts, market, account, positions, orders } = document
  for (const each of PART_NAMES) if (each !== part) expect([each, parts[each].state]).toEqual([each, 'live'])
  expect(['live', 'partial', 'unreadable']).toContain(parts[part].state)
  expect(market.stale).toBe(false)
  expect(market.indexUsd ?? market.lastPriceUsd).toBeGreaterThan(0)
  if (parts.account.state === 'live') expect(account.balanceSats).toBeGreaterThan(0)
  // A row is shown, or named as unreadable: it is never just gone.
  const unreadPositions =
    parts.isolatedPositions.unreadable.length + Number(parts.crossPosition.state !== 'live')
  expect((positions?.length ?? 0) + unreadPositions).toBe(3)
  const unreadOrders = parts.isolatedOrders.unreadable.length + parts.crossOrders.unreadable.length
  expect((orders?.length ?? 0) + unreadOrders).toBe(2)
  if (unreadPositions > 0) {
    expect(document.totals).toMatchObject({
      positionCount: null,
      unrealizedPlSats: null,
      marginSats: null,
      equitySats: null,
      worstLiquidationDistance: null,
    })
    expect(document.alerts).toContainEqual(
      expect.objectContaining({ kind: 'unreadable-position', level: 'critical' }),
    )
  }
}

describe('one changed field', () => {
  test.each(FIELDS)('of $part ($field, row $index) leaves the rest as it was', async each => {
    for (const drift of Object.values(DRIFTS))
      expectRest(each.part, await snapshotWith(each.part, changeOf(each, drift)))
  })

  test.each(FIELDS.filter(({ part }) => part === 'market'))(
    'is a fault of the market data ($field)',
    async each => {
      const { document } = await snapshotWith('market', changeOf(each, DRIFTS['an object'] ?? (() => null)))
      expect(document.parts.market.faults.map(({ field }) => field)).toEqual([each.field])
    },
  )
})

describe('a strange reply', () => {
  test.each([
    ['duplicate keys', (text: string) => text.replace('"balance":', '"balance":1,"balance":'), ['balance']],
    ['a key __proto__', (text: string) => text.replace('{', '{"__proto__":{"balance":5},'), []],
    ['a number beyond a double', (text: string) => text.replace(/"balance":\d+/, '"balance":1e400'), []],
  ])('with %s costs at most its part', async (_name, change, faults) => {
    const path = PART_PATHS.account
    const world = openFakeWorld({
      net: net => ({
        ...net,
        http: {
          ...net.http,
          async get(origin, target, headers, timeoutMs) {
            const reply = await net.http.get(origin, target, headers, timeoutMs)
            return target === path ? { ...reply, body: change(reply.body) } : reply
          },
        },
      }),
    })
    const code = await world.run('snapshot', '--json')
    const document = JSON.parse(world.out()) as SnapshotDocument
    expectRest('account', { code, err: world.err(), document })
    expect(document.parts.account.faults.map(({ field }) => field)).toEqual(faults)
    expect(Reflect.get({}, 'balance')).toBeUndefined()
  })
})
