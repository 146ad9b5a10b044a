import { describe, expect, onTestFinished, test } from 'vitest'
import { Secret } from '../../src/domain/secret.ts'
import { LiveRelayHistory } from '../../src/feed/relay/live-relay-history.ts'
import { RelayDocuments } from '../../src/feed/relay/relay-documents.ts'
import { findScenario } from '../../src/simulator/scenarios/scenarios.ts'
import { type LedgerRelay, type LedgerRelayOptions, openLedgerRelay } from '../support/ledger-relay.ts'

const SUMMARY = '/v1/history-summary'

describe('the documents of a dashboard', () => {
  test('are made after a 202 with progress, and keep their entity tag until a row changes', async () => {
    const scenario = findScenario('default')
    if (scenario === null) throw new Error('no such scenario')
    // Without price moves and the simulated trader, samples of the equity are the same.
    const exchange = { tickMs: 3_600_000, scenario: { ...scenario, activityMs: null } }
    const { get, document, world } = await openLedgerRelay({ world: { exchange } })
    const first = await get(SUMMARY)
    expect([first.status, first.headers['retry-after']]).toEqual([202, '1'])
    expect(JSON.parse(first.body)).toEqual({ type: 'progress', rows: expect.any(Number) })
    const made = await document(SUMMARY)
    const { total, sums, failures, source, coverage } = JSON.parse(made.body)
    expect([made.status, source, failures]).toEqual([200, 'relay', []])
    expect(coverage.every(({ reason }: { readonly reason: string | null }) => reason === null)).toBe(true)
    expect(total).toBeGreaterThan(20)
    expect(sums['30d']).toMatchObject({ netPlSats: expect.any(Number), unknownReason: null })
    const tag = { 'if-none-match': made.headers.etag ?? '' }
    expect(tag['if-none-match']).toMatch(/^W\/"[0-9a-f]{32}"$/)
    await document(SUMMARY)
    await get(SUMMARY)
    // The document that was being made waits for the next request.
    await world.clock.advance(20_000)
    expect((await get(SUMMARY, undefined, tag)).status).toBe(304)
    world.exchange.control('{"do":"close"}')
    await world.clock.advance(10_000)
    const later = JSON.parse((await document(SUMMARY)).body)
    expect(later.total).toBe(total + 1)
    await get(SUMMARY)
    await world.clock.advance(20_000)
    expect((await get(SUMMARY, undefined, tag)).status).toBe(200)
  })

  test('have the rows in pages that fit together, without another reading of the exchange', async () => {
    const { document, reads } = await openLedgerRelay()
    const { total } = JSON.parse((await document(SUMMARY)).body)
    const { length } = reads
    const whole = JSON.parse((await document('/v1/history-rows')).body)
    expect([whole.total, whole.first, whole.rows.length]).toEqual([total, 0, total])
    const rows: unknown[] = []
    for (let first = 0; first < total; first += 7) {
      const page = JSON.parse((await document(`/v1/history-rows?first=${first}&count=7`)).body)
      expect([page.total, page.first]).toEqual([total, first])
      rows.push(...page.rows)
    }
    expect(rows).toEqual(whole.rows)
    const story = JSON.parse((await document(`/v1/story?id=${whole.rows[0].id}&stored=true`)).body)
    expect(story.events.at(-1).at).toBe(whole.rows[0].at)
    expect(reads).toHaveLength(length)
  })

  test('read the listings of the rows if nothing was read before', async () => {
    const { document } = await openLedgerRelay()
    expect(JSON.parse((await document('/v1/history-rows?count=3')).body).rows).toHaveLength(3)
  })

  test.each([
    ['history-rows?count=501', 'query: count is not a whole number from 1 to 500'],
    ['history-rows?count=0', 'query: count is not a whole number from 1 to 500'],
    ['history-rows?first=-1', 'query: first is not a whole number from 0 to 10000000'],
    ['history-rows?first=01', 'query: first is not a whole number from 0 to 10000000'],
    ['history-rows?limit=5', 'query: a parameter is unknown; known are: first, count'],
    ['history-summary?from=5', 'query: a parameter is unknown; known are: none'],
    ['story?id=cross&stored=1', 'query: stored has an unknown value'],
  ])('answer 400 to %s', async (target, message) => {
    const { get, reads } = await openLedgerRelay()
    const { status, body } = await get(`/v1/${target}`)
    expect([status, JSON.parse(body).message]).toEqual([400, message])
    expect(reads).toEqual([])
  })

  test('name a listing that fails, and have the others', async () => {
    const { document, world } = await openLedgerRelay()
    world.exchange.control('{"do":"route","route":"/futures/cross/transfers","answer":"status","code":500}')
    const { failures, coverage, total } = JSON.parse((await document(SUMMARY)).body)
    expect(failures).toEqual([
      { part: 'GET /v3/futures/cross/transfers', message: expect.stringContaining('answered 500') },
    ])
    expect(total).toBeGreaterThan(20)
    expect(coverage).toContainEqual(
      expect.objectContaining({ route: 'crossTransfers', reason: expect.any(String) }),
    )
  })

  test('are errors while the exchange is down and nothing is stored, and else what is stored', async () => {
    const { document, world } = await openLedgerRelay()
    world.exchange.control('{"do":"route","route":"/*","answer":"status","code":503}')
    expect((await document(SUMMARY)).status).toBe(503)
    world.exchange.control('{"do":"route","answer":"off"}')
    await world.clock.advance(10_000)
    const { total, coverage } = JSON.parse((await document(SUMMARY)).body)
    await world.clock.advance(10_000)
    world.exchange.control('{"do":"route","route":"/futures/*","answer":"status","code":503}')
    const stored = JSON.parse((await document(SUMMARY)).body)
    expect([stored.total, stored.coverage]).toEqual([total, coverage])
    expect(stored.failures.length).toBeGreaterThan(5)
  })
})

/** The history of a dashboard that is connected to the relay of a rig, on its clock. */
async function openScreen(options: LedgerRelayOptions = {}, token?: string, user: string | null = null) {
  const rig = await openLedgerRelay(options)
  return { ...rig, ...screenOf(rig, token ?? rig.tokens.ann, user) }
}

function screenOf({ http, world: { clock } }: LedgerRelay, token: string, user: string | null) {
  const history = new LiveRelayHistory({
    clock,
    openDocuments: each =>
      new RelayDocuments(
        { http, clock },
        { url: 'wss://relay.test', token: new Secret(token), user, requestMs: 10_000, ...each },
      ),
    mayRead: () => true,
  })
  onTestFinished(() => history.close())
  history.start()
  return {
    history,
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 250) {
        history.shown.showRows(0, 20)
        await clock.advance(250)
      }
    },
  }
}

describe('a dashboard over a relay', () => {
  test('shows sums, rows and stories, and a closed trade soon after the account has changed', async () => {
    const { history, pass, document, world } = await openScreen()
    expect(history.shown.view()).toMatchObject({ summary: null, problems: [] })
    await pass(40_000)
    const view = history.shown.view()
    const { total, sums } = JSON.parse((await document(SUMMARY)).body)
    expect(view?.summary?.count).toBe(total)
    expect(view?.summary?.sums['30d'].netSats).toBe(sums['30d'].netPlSats)
    expect(view?.problems).toEqual([])
    expect(view?.rows.at(0)?.id).not.toBeUndefined()
    expect((await history.shown.allRows()).length).toBe(total)
    const id = view?.rows.at(0)?.id ?? ''
    history.shown.showStory(id)
    expect(history.shown.view()?.story).toEqual({ id })
    await pass(5_000)
    expect(history.shown.view()?.story?.events?.length).toBeGreaterThan(1)
    world.exchange.control('{"do":"close"}')
    history.accountChanged()
    await pass(25_000)
    expect(history.shown.view()?.summary?.count).toBe(total + 1)
    expect(history.shown.view()?.rows.count).toBe(total + 1)
  })

  test('has no history from a relay without the documents, and has one once it is updated', async () => {
    let isOld = true
    const { history, pass } = await openScreen({
      reply: (target, reply) =>
        isOld && target.startsWith('/v1/history-')
          ? { status: 404, headers: { 'axisor-time': '1' }, body: '' }
          : reply,
    })
    await pass(20_000)
    expect(history.shown.view()).toBeNull()
    isOld = false
    await pass(120_000)
    expect(history.shown.view()?.summary?.count).toBeGreaterThan(20)
    expect(history.shown.view()?.problems).toEqual([])
  })

  test('has no history from a relay that keeps no ledgers', async () => {
    const { history, pass } = await openScreen({ keepsLedgers: false })
    await pass(20_000)
    expect(history.shown.view()).toBeNull()
  })

  test('reads with read-all the account of the user that is named, and of no other', async () => {
    const rig = await openLedgerRelay()
    const { history, pass } = screenOf(rig, rig.desk, 'bob')
    await pass(40_000)
    expect(history.shown.view()?.summary?.count).toBeGreaterThan(20)
    expect(rig.targets.every(target => target.includes('user=bob'))).toBe(true)
    const other = screenOf(rig, rig.tokens.ann, 'bob')
    await other.pass(20_000)
    expect(other.history.shown.view()).toMatchObject({ summary: null, problems: [{ part: 'history' }] })
  })

  test.each([
    ['a reply that is no JSON', { status: 200, body: '<html>' }],
    ['a document of another form', { status: 200, body: '{"schemaVersion":2}' }],
    ['an internal error', { status: 500, body: '' }],
    ['an error of a proxy', { status: 502, body: 'bad gateway' }],
  ])('keeps the sums after %s, says so with since when, and forgets it', async (_name, broken) => {
    let isBroken = false
    const { history, pass, world } = await openScreen({
      reply: (target, reply) => (isBroken && target.startsWith(SUMMARY) ? { ...reply, ...broken } : reply),
    })
    await pass(40_000)
    const count = history.shown.view()?.summary?.count
    expect(count).toBeGreaterThan(20)
    isBroken = true
    const from = world.clock.nowMs()
    history.accountChanged()
    await pass(90_000)
    const [problem] = history.shown.view()?.problems ?? []
    expect(problem).toMatchObject({ part: 'history', message: expect.any(String) })
    expect(problem?.since).toBeGreaterThan(from)
    expect(history.shown.view()?.summary?.count).toBe(count)
    const { since } = problem ?? {}
    await pass(120_000)
    expect(history.shown.view()?.problems).toMatchObject([{ since }])
    isBroken = false
    await pass(300_000)
    expect(history.shown.view()?.problems).toEqual([])
  })
})
