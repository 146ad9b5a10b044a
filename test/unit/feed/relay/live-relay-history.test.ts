import { expect, onTestFinished, test } from 'vitest'
import { fillLedger } from '../../../../bench/made-ledger.ts'
import { AxisorError } from '../../../../src/domain/error.ts'
import { LiveRelayHistory } from '../../../../src/feed/relay/live-relay-history.ts'
import type { RelayDocuments } from '../../../../src/feed/relay/relay-documents.ts'
import { routeState } from '../../../../src/ledger/coverage.ts'
import { openMemoryLedger } from '../../../../src/node/ledger/open-ledger.ts'
import { documentsOf } from '../../../support/document-history.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const REPLY_MS = 500

type Read = RelayDocuments['read']

/** A history over a relay whose replies take half a second. */
async function openRig({ trades = 450 } = {}) {
  const clock = openFakeClock(Date.UTC(2022, 1, 9))
  const { ledger } = openMemoryLedger()
  await fillLedger(ledger, trades)
  const documents = documentsOf(ledger, clock.nowMs())
  const requests: string[] = []
  let inFlight = 0
  let most = 0
  let isOnline = true
  let reply: (read: Read) => Read = read => read
  let onProgress: (progress: { readonly rows: number; readonly waits: boolean }) => void = () => {}
  let isWanted = () => true
  const history = new LiveRelayHistory({
    clock,
    openDocuments(options) {
      onProgress = options.onProgress
      isWanted = options.isWanted
      return {
        async read(name, query) {
          requests.push(name)
          inFlight += 1
          most = Math.max(most, inFlight)
          await new Promise<void>(resolve => clock.after(REPLY_MS, resolve))
          inFlight -= 1
          return reply(documents.read)(name, query)
        },
      }
    },
    mayRead: () => isOnline,
  })
  onTestFinished(() => history.close())
  const passed = async (ms: number, isShown: boolean, first = 0): Promise<void> => {
    for (let time = 0; time < ms; time += SECOND_MS) {
      if (isShown) history.shown.showRows(first, 20)
      await clock.advance(SECOND_MS)
    }
  }
  return {
    ...{ clock, ledger, history, requests },
    summaries: () => requests.filter(name => name === 'history-summary').length,
    mostInFlight: () => most,
    progress: (rows: number) => onProgress({ rows, waits: false }),
    isWanted: () => isWanted(),
    shown: (ms: number, first = 0) => passed(ms, true, first),
    hidden: (ms: number) => passed(ms, false),
    online(value: boolean) {
      isOnline = value
    },
    replies(change: typeof reply) {
      reply = change
    },
  }
}

test('requests nothing before the first snapshot, and nothing for an account that is not shown', async () => {
  const { history, requests, shown, hidden, summaries } = await openRig()
  history.accountChanged()
  await shown(10 * SECOND_MS)
  expect(requests).toEqual([])
  await hidden(MINUTE_MS)
  history.start()
  history.accountChanged()
  await hidden(10 * MINUTE_MS)
  expect(requests).toEqual([])
  await shown(2 * SECOND_MS)
  expect(requests).toEqual(['history-summary', 'history-rows'])
  await hidden(30 * MINUTE_MS)
  expect(summaries()).toBe(1)
  await shown(2 * SECOND_MS)
  expect(summaries()).toBe(2)
})

test('requests every 5 minutes, soon after a change, and seldom while the account changes all the time', async () => {
  const { history, shown, summaries } = await openRig()
  history.start()
  await shown(4 * MINUTE_MS)
  expect(summaries()).toBe(1)
  await shown(61 * SECOND_MS)
  expect(summaries()).toBe(2)
  await shown(MINUTE_MS)
  history.accountChanged()
  await shown(7 * SECOND_MS)
  expect(summaries()).toBe(2)
  await shown(2 * SECOND_MS)
  expect(summaries()).toBe(3)
  for (let second = 0; second < 300; second += 1) {
    history.accountChanged()
    await shown(SECOND_MS)
  }
  expect(summaries()).toBeGreaterThan(10)
  expect(summaries()).toBeLessThan(15)
})

test('requests nothing while the feed is not connected', async () => {
  const { history, requests, shown, online } = await openRig()
  online(false)
  history.start()
  await shown(MINUTE_MS)
  expect(requests).toEqual([])
  online(true)
  await shown(16 * SECOND_MS)
  expect(history.shown.view()?.summary?.count).toBe(450)
})

test('sends one request at a time, also for rows, a story and an export', async () => {
  const { history, shown, mostInFlight, requests } = await openRig({ trades: 1_200 })
  history.start()
  await shown(3 * SECOND_MS)
  const id = history.shown.view()?.rows.at(3)?.id ?? ''
  history.accountChanged()
  history.shown.showStory(id)
  history.shown.showRows(900, 100)
  const rows = history.shown.allRows()
  await shown(MINUTE_MS, 900)
  expect((await rows).length).toBe(1_200)
  expect(history.shown.view()?.story?.events?.length).toBeGreaterThan(2)
  expect(history.shown.view()?.rows.at(950)?.kind).toBe('trade')
  expect(new Set(requests)).toEqual(new Set(['history-summary', 'history-rows', 'story']))
  expect(mostInFlight()).toBe(1)
})

test('shows no row of a list that has changed since its sums, and reads both again', async () => {
  const { history, ledger, shown, summaries } = await openRig()
  history.start()
  await shown(40 * SECOND_MS)
  const newest = (await ledger.read('trades', { newest: 1 }))[0]
  if (newest === undefined) throw new Error('no trade')
  await ledger.lease('me', 0, 1e12)
  const trade = { ...newest, id: 'added', closedAt: (newest.closedAt ?? 0) + 1 }
  const route = routeState(await ledger.routes(), 'isolatedClosed')
  await ledger.commit({ rows: { trades: [trade] }, route: { ...route, to: trade.closedAt }, writer: 'me' })
  history.shown.showRows(200, 100)
  await shown(2 * SECOND_MS, 200)
  const { rows } = history.shown.view() ?? {}
  expect([rows?.count, rows?.at(210)]).toEqual([450, null])
  await shown(10 * SECOND_MS, 200)
  expect(summaries()).toBe(2)
  expect(history.shown.view()?.rows.count).toBe(451)
  expect(history.shown.view()?.rows.at(210)?.kind).toBe('trade')
})

test('names what the relay could not read, since when, until it can, and requests it less and less often', async () => {
  const { history, clock, shown, replies, summaries } = await openRig()
  const failure = { part: 'GET /v3/swaps', message: 'answered 500' }
  replies(read => async (name, query) => ({ ...(await read(name, query)), failures: [failure] }))
  history.start()
  await shown(3 * SECOND_MS)
  const [problem] = history.shown.view()?.problems ?? []
  expect(problem).toMatchObject(failure)
  await shown(6 * MINUTE_MS)
  expect(history.shown.view()?.problems).toEqual([problem])
  expect(problem?.since).toBeLessThan(clock.nowMs() - 6 * MINUTE_MS)
  // After 1, 2 and 4 minutes.
  expect(summaries()).toBe(3)
  replies(read => read)
  await shown(2 * MINUTE_MS)
  expect(summaries()).toBe(4)
  expect(history.shown.view()?.problems).toEqual([])
})

test('says why a story can not be read, and that there is none', async () => {
  const { history, shown, replies } = await openRig()
  history.start()
  await shown(3 * SECOND_MS)
  const id = history.shown.view()?.rows.at(0)?.id ?? ''
  replies(() => () => Promise.reject(new AxisorError('unavailable', 'relay.test answered 503')))
  history.shown.showStory(id)
  await shown(2 * SECOND_MS)
  expect(history.shown.view()?.story).toEqual({ id, failure: 'relay.test answered 503' })
  replies(() => () => Promise.reject(new AxisorError('usage', 'no trade and no cross fill')))
  history.shown.showStory(id)
  await shown(2 * SECOND_MS)
  expect(history.shown.view()?.story).toEqual({ id, events: null })
})

test('counts the rows that the relay reads, and repeats nothing once it is closed', async () => {
  const { history, clock, shown, progress, isWanted, requests } = await openRig()
  history.start()
  history.shown.showRows(0, 20)
  await clock.advance(100)
  progress(1_200)
  expect(history.shown.view()).toMatchObject({ summary: null, rowsRead: 1_200 })
  expect(isWanted()).toBe(true)
  history.close()
  expect(isWanted()).toBe(false)
  const { length } = requests
  await shown(10 * MINUTE_MS)
  expect(requests).toHaveLength(length)
  expect(clock.pendingTimers()).toBe(0)
})

test.each([[0], [300]])('exports no list of which the relay sends %j rows and no others', async sent => {
  const { history, replies, clock } = await openRig()
  replies(read => async (name, query) => {
    const document = await read(name, query)
    if (name !== 'history-rows') return document
    const rows = (document.rows as readonly unknown[]).slice(0, Math.max(0, sent - query.first))
    return { ...document, rows }
  })
  const exported = expect(history.shown.allRows()).rejects.toMatchObject({
    code: 'unreadable',
    message: 'GET /v1/history-rows: rows of the list are missing',
  })
  await clock.advance(10 * REPLY_MS)
  await exported
})
