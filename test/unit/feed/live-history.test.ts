import { expect, onTestFinished, test } from 'vitest'
import { AxisorError } from '../../../src/domain/error.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { RestClient } from '../../../src/feed/exchange/rest-client.ts'
import { LiveHistory, type LiveHistoryDeps } from '../../../src/feed/ledger/live-history.ts'
import { openMemoryLedger } from '../../../src/node/ledger/open-ledger.ts'
import type { OpenedHistory } from '../../../src/ports/ledger-history.ts'
import type { Http } from '../../../src/ports/net.ts'
import { ledgerWith } from '../../support/memory-ledgers.ts'
import { openSimulatorWorld } from '../../support/simulator.ts'

const MINUTE_MS = 60_000

/** A live history of a simulated exchange on a fake clock. */
function openRig({
  open = async () => openMemoryLedger(),
  http = each => each,
  readNotices = async () => [],
}: {
  readNotices?: LiveHistoryDeps['readNotices']
  open?: () => Promise<OpenedHistory>
  http?: (http: Http) => Http
} = {}) {
  const { clock, transport, exchange, knob } = openSimulatorWorld()
  const { key, secret, passphrase } = exchange.credentials
  const rest = new RestClient(
    { http: http(transport.http), clock },
    {
      apiUrl: transport.apiUrl,
      credentials: { key, secret: new Secret(secret), passphrase: new Secret(passphrase) },
      requestMs: 10_000,
    },
  )
  const opened: OpenedHistory[] = []
  let isLive = true
  const history = new LiveHistory({
    rest,
    clock,
    writer: 'screen',
    mayRead: () => isLive,
    readNotices,
    async open() {
      const each = await open()
      opened.push(each)
      return each
    },
  })
  onTestFinished(() => history.close())
  return {
    clock,
    rest,
    knob,
    history,
    opened,
    live(value: boolean) {
      isLive = value
    },
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 100) await clock.advance(100)
    },
  }
}

function problems(history: LiveHistory): readonly string[] {
  return history.shown.view().problems.map(({ part, message }) => `${part}: ${message}`)
}

const FULL = () => new AxisorError('config', 'cannot use the database /x.db: the disk is full')

test('fills the ledger, and shows sums, rows and a sample a minute', async () => {
  const { history, opened, pass } = openRig()
  expect(history.shown.view().summary).toBeNull()
  history.start()
  await pass(40_000)
  const { summary, rows, problems: failed } = history.shown.view()
  expect(failed).toEqual([])
  expect(summary?.coverage.reason).toBeNull()
  expect(summary?.count).toBeGreaterThan(20)
  expect(rows.at(0)?.at).toBeGreaterThan(rows.at(1)?.at ?? Number.POSITIVE_INFINITY)
  expect(summary?.sums['30d'].netSats).not.toBeNull()
  await pass(10 * MINUTE_MS)
  const samples = (await opened[0]?.ledger.read('samples')) ?? []
  expect(samples.length).toBeGreaterThanOrEqual(10)
  expect(samples.length).toBeLessThanOrEqual(13)
  expect(samples.every(({ equitySats }) => equitySats !== null)).toBe(true)
  expect(history.shown.view().summary?.curves['24h'].values.at(-1)).not.toBeNull()
})

test('leaves the budget to live reads while they use all of it, and reads the history afterwards', async () => {
  const sent: string[] = []
  const { history, rest, clock, pass } = openRig({ http: inner => recorded(inner, sent) })
  history.start()
  await pass(2_000)
  sent.length = 0
  const waits: number[] = []
  const reading = async (): Promise<void> => {
    const since = clock.nowMs()
    await rest.read('isolatedOpen', () => ({ ok: true, value: null }), { query: { limit: waits.length } })
    waits.push(clock.nowMs() - since)
  }
  // Five signed requests in a second and a half are all there are.
  for (let round = 0; round < 60; round += 1) {
    void reading()
    await pass(400)
  }
  expect(waits.length).toBeGreaterThan(55)
  expect(Math.max(...waits)).toBeLessThanOrEqual(1_600)
  // A background request that has waited for ten seconds takes its turn.
  const inBackground = sent.filter(target => !/open\?limit|settlements|ticker/.test(target))
  expect(inBackground.length).toBeLessThan(8)
  await pass(60_000)
  expect(history.shown.view().summary?.coverage.reason).toBeNull()
})

/** Records the targets of all requests. */
function recorded(inner: Http, sent: string[]): Http {
  return {
    ...inner,
    get(origin, target, headers, timeoutMs) {
      sent.push(target)
      return inner.get(origin, target, headers, timeoutMs)
    },
  }
}

test('requests nothing while the feed is not live', async () => {
  const requests: string[] = []
  const { history, live, pass } = openRig({
    http: inner => recorded(inner, requests),
  })
  live(false)
  history.start()
  await pass(2 * MINUTE_MS)
  expect(requests).toEqual([])
  live(true)
  await pass(MINUTE_MS)
  expect(requests.length).toBeGreaterThan(5)
})

test('names a ledger that is full and since when, goes on, and forgets it once a write succeeds', async () => {
  let isFull = true
  const { history, clock, pass } = openRig({
    open: async () => {
      const opened = openMemoryLedger()
      const { ledger } = opened
      const commit: typeof ledger.commit = async each => {
        if (isFull) throw FULL()
        return ledger.commit(each)
      }
      return { ...opened, ledger: ledgerWith(ledger, { commit }) }
    },
  })
  history.start()
  await pass(5_000)
  const [problem] = history.shown.view().problems
  expect(problem).toMatchObject({ part: 'ledger', message: expect.stringContaining('the disk is full') })
  const since = problem?.since
  await pass(3 * MINUTE_MS)
  expect(history.shown.view().problems[0]?.since).toBe(since)
  expect(since).toBeLessThan(clock.nowMs() - 2 * MINUTE_MS)
  isFull = false
  await pass(MINUTE_MS)
  expect(problems(history)).toEqual([])
  expect(history.shown.view().summary?.coverage.reason).toBeNull()
})

test('opens a locked ledger again, and says that a damaged one was kept aside', async () => {
  let attempts = 0
  const { history, pass } = openRig({
    open: async () => {
      attempts += 1
      if (attempts < 3)
        throw new AxisorError('config', 'cannot use the database /x.db: another program has locked it')
      return { ...openMemoryLedger(), damagedPath: '/state/x.db.damaged-1' }
    },
  })
  history.start()
  await pass(1_000)
  expect(problems(history)).toEqual(['ledger: cannot use the database /x.db: another program has locked it'])
  await pass(MINUTE_MS)
  expect(problems(history)).toEqual([])
  expect(history.shown.view().notice).toBe(
    'the ledger was damaged: it is read again, and kept aside as x.db.damaged-1',
  )
})

test('reads the other listings when one fails, and names the one', async () => {
  const { history, pass } = openRig({
    http: inner => ({
      ...inner,
      async get(origin, target, headers, timeoutMs) {
        const reply = await inner.get(origin, target, headers, timeoutMs)
        return target.includes('cross/transfers') ? { ...reply, status: 500, body: '{}' } : reply
      },
    }),
  })
  history.start()
  await pass(MINUTE_MS)
  expect(history.shown.view().problems).toMatchObject([{ part: expect.stringContaining('cross/transfers') }])
  expect(history.shown.view().summary?.coverage.reason).toMatch(/^crossTransfers/)
  expect(history.shown.view().summary?.count).toBeGreaterThan(20)
})

test('shows a closed trade soon after the account has changed', async () => {
  const { history, knob, pass } = openRig()
  history.start()
  await pass(MINUTE_MS)
  const before = history.shown.view().summary?.count ?? 0
  knob({ do: 'liquidate' })
  history.accountChanged()
  await pass(20_000)
  expect(history.shown.view().summary?.count).toBe(before + 1)
  expect(history.shown.view().rows.at(0)?.cause).toBe('liquidated')
})

test('stores canceled cross orders, also one that was seen before the ledger was open', async () => {
  const { history, opened, clock, pass } = openRig()
  const order = (id: string) =>
    ({ id, side: 'long', quantityUsd: 5, priceUsd: 60_000, canceledAt: clock.nowMs() }) as const
  history.keepCanceledOrder(order('before'))
  history.start()
  await pass(20_000)
  history.keepCanceledOrder(order('after'))
  await pass(10_000)
  const kept = (await opened[0]?.ledger.read('canceledOrders')) ?? []
  expect(kept.map(({ id }) => id).toSorted()).toEqual(['after', 'before'])
})

test('reads the page that is shown, and the story that is asked for', async () => {
  const { history, pass } = openRig()
  history.start()
  await pass(MINUTE_MS)
  const { rows } = history.shown.view()
  const trade = rows.at(0)
  history.shown.showStory(trade?.id ?? '')
  expect(history.shown.view().story).toEqual({ id: trade?.id })
  await pass(100)
  expect(history.shown.view().story?.events?.at(-1)?.kind).toBe('closed')
  expect(await history.shown.allRows()).toHaveLength(rows.count)
})

test('gives the lease back when it is closed in the middle of the first reading', async () => {
  const shared = openMemoryLedger()
  const { history, clock, pass } = openRig({
    open: async () => ({ ...shared, ledger: ledgerWith(shared.ledger, { close: async () => {} }) }),
  })
  history.start()
  const isFree = async (): Promise<boolean> => {
    const got = await shared.ledger.lease('another', clock.nowMs(), 10_000)
    if (got) await shared.ledger.release('another')
    return got
  }
  while (await isFree()) await pass(100)
  await history.close()
  expect(await isFree()).toBe(true)
  await pass(MINUTE_MS)
})

test('stores the alerts that were delivered, and names them as a part if they cannot be read', async () => {
  const id = '7f3a0000-0000-4000-8000-000000000001'
  const notice = {
    id: 'n1',
    positionId: id,
    at: 5,
    level: 'critical',
    message: 'close',
    channels: 'bell',
  } as const
  const rig = openRig({ readNotices: async () => [notice] })
  rig.history.start()
  await rig.pass(20_000)
  expect(await rig.opened[0]?.ledger.read('notices')).toEqual([notice])
  const broken = openRig({
    readNotices: () => Promise.reject(new AxisorError('config', 'the outbox is damaged')),
  })
  broken.history.start()
  await broken.pass(20_000)
  expect(broken.history.shown.view().problems).toMatchObject([
    { part: 'delivered alerts', message: 'the outbox is damaged' },
  ])
  expect(broken.history.shown.view().summary).not.toBeNull()
})
