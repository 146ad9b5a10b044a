import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import type { Hop } from '../../src/domain/status.ts'
import { EventLog } from '../../src/output/event-log.ts'
import { prometheusText } from '../../src/output/prometheus.ts'
import { snapshotOf } from '../../src/output/snapshot.ts'
import { headLines } from '../../src/output/text.ts'
import { statusLine } from '../../src/store/status-line.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { resetEvent, statusEvent, T0 } from '../support/samples.ts'
import { madeHop } from '../support/scripted-relay.ts'
import { contextOf, LOST, read, sampleStore, withUi } from './sample-screens.ts'

const LIVE_HOP = madeHop({ since: T0 - 60_000 })
const LOST_ERROR = { code: 'connection-lost', message: 'the exchange closed the connection' } as const
const LOST_HOP = madeHop({
  link: 'waiting',
  since: T0 - 12_000,
  attempt: 2,
  retryAt: T0 + 3_000,
  lastError: LOST_ERROR,
})

/** The sample account received from a relay with a live link to the exchange, which then changes to `hop`. */
function relayed(hop = LIVE_HOP): Store {
  const store = sampleStore()
  store.dispatch(statusEvent(T0 - 60_000, { kind: 'relay', upstream: LIVE_HOP }))
  if (hop !== LIVE_HOP) store.dispatch(statusEvent(T0 - 11_900, { kind: 'relay', upstream: hop }))
  return store
}

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const

function headerOf(store: Store, size: { columns: number; rows: number }, now = T0): string {
  return read(contextOf(store, size, now)).split('\n')[0] ?? ''
}

describe.each(SIZES)('a relay source at %i×%i', (columns, rows) => {
  const size = { columns, rows }

  test('is LIVE while both hops are live', () => {
    const header = headerOf(relayed(), size)
    expect(header).toContain('● LIVE  ws relay')
    if (columns >= 160) expect(header).toContain('ws relay → LNM')
    expect(header).toContain('rtt 38ms')
  })

  test('shows the loss of the exchange at once, with both ages', () => {
    const header = headerOf(relayed(LOST_HOP), size)
    expect(header).toContain('◐ RELAY ok, LNM lost 12s')
    expect(header).toContain('age 0.4s')
    expect(header).not.toContain('LIVE')
  })

  test('is STALE by the age of its data and names the broken hop', () => {
    const header = headerOf(relayed(LOST_HOP), size, T0 + 41_600)
    expect(header).toContain('✗ STALE 42s')
    if (columns > 80) expect(header).toContain('RELAY ok, LNM lost 53s')
  })

  test('shows nothing about the hops behind a lost relay', () => {
    const store = relayed(LOST_HOP)
    store.dispatch(
      statusEvent(T0, {
        kind: 'relay',
        upstream: LOST_HOP,
        link: 'waiting',
        attempt: 1,
        retryAt: T0 + 900,
        lastError: LOST,
      }),
    )
    const header = headerOf(store, size)
    expect(header).toContain('◐ RECONNECTING')
    expect(header).not.toContain('RELAY ok')
  })

  test('shows why there is no data yet', () => {
    const store = openStore()
    store.dispatch(statusEvent(T0, { kind: 'relay', link: 'preparing', upstream: LOST_HOP }))
    const header = headerOf(store, size)
    expect(header).toContain('◌ WAITING first data')
    expect(header).toContain('RELAY ok, LNM lost 12s')
  })
})

test('counts the loss from its start, regardless of attempts to reconnect', () => {
  const store = relayed(LOST_HOP)
  const dialing = { ...LOST_HOP, link: 'dialing', since: T0 - 500, retryAt: null } as const
  store.dispatch(statusEvent(T0 - 500, { kind: 'relay', upstream: dialing }))
  expect(headerOf(store, { columns: 80, rows: 24 })).toContain('LNM lost 12s')
})

test('reports no loss while a relay is starting', () => {
  const store = openStore()
  const upstream = madeHop({ link: 'preparing', since: T0 - 300 })
  store.dispatch(statusEvent(T0, { kind: 'relay', link: 'preparing', upstream }))
  expect(headerOf(store, { columns: 80, rows: 24 })).toContain('RELAY ok, LNM syncing')
  expect(new EventLog().report(store.state(), T0, [])).toEqual([])
})

test('names the relay of a chain that has lost its source', () => {
  const middle = madeHop({ kind: 'relay', since: T0 - 60_000, upstream: LOST_HOP })
  expect(headerOf(relayed(middle), { columns: 120, rows: 40 })).toContain('2 RELAYS ok, LNM lost 12s')
  const near = madeHop({ kind: 'relay', link: 'waiting', since: T0 - 12_000, upstream: LIVE_HOP })
  expect(headerOf(relayed(near), { columns: 120, rows: 40 })).toContain('RELAY ok, RELAY 2 lost 12s')
})

test('lists each hop with its error in the diagnostics', () => {
  const size = { columns: 120, rows: 40 }
  const text = read(withUi(contextOf(relayed(LOST_HOP), size), { view: 'diagnostics', focus: 'connection' }))
  expect(text).toMatch(/relay\s+live for/)
  expect(text).toContain('→ LNM      waiting for 12s, retry 2 in 3s')
  expect(text).toContain('the exchange closed the connection')
})

test('reports both hops in the status line, the text, the document and the metrics', () => {
  const state = relayed(LOST_HOP).state()
  expect(statusLine(state, T0)).toMatch(/\| RELAY ok, LNM lost 12s, data 0\.4s$/)
  expect(statusLine(relayed().state(), T0)).toMatch(/\| live 0\.4s$/)
  const document = snapshotOf(state, T0)
  expect(document.source).toMatchObject({
    kind: 'relay',
    state: 'live',
    upstream: [
      {
        kind: 'direct',
        link: 'waiting',
        transport: 'stream',
        since: '2026-11-23T18:47:28.000Z',
        attempt: 2,
        lastError: LOST_ERROR,
        rttMs: 20,
      },
    ],
  })
  expect(headLines(document, 80)).toContain('NOT LIVE behind the relay: the exchange closed the connection')
  expect(prometheusText(document)).toMatch(/axisor_source_upstream_live\{.*hop="1",kind="direct"\} 0/)
  const direct = snapshotOf(sampleStore().state(), T0)
  expect(direct.source.upstream).toBeNull()
  expect(prometheusText(direct)).not.toContain('upstream')
})

test('logs the loss of the exchange once, and its return once', () => {
  const store = openStore()
  const log = new EventLog()
  store.dispatch(statusEvent(T0 - 60_000, { kind: 'relay', upstream: LIVE_HOP }))
  store.dispatch(resetEvent(T0 - 60_000))
  log.report(store.state(), T0 - 60_000, [])
  const report = (at: number, upstream: typeof LIVE_HOP): readonly string[] => {
    store.dispatch(statusEvent(at, { kind: 'relay', upstream }))
    return log.report(store.state(), at, [])
  }
  expect(report(T0 - 50_000, { ...LOST_HOP, since: T0 - 50_100 })).toContain(
    'the relay lost its connection to the exchange: the exchange closed the connection',
  )
  expect(report(T0 - 45_000, { ...LOST_HOP, link: 'dialing', since: T0 - 45_000 })).toEqual([])
  expect(report(T0 - 40_000, LIVE_HOP)).toContain('the relay reconnected to the exchange after 10 seconds')
  expect(report(T0 - 39_000, { ...LIVE_HOP, rttMs: 21 })).toEqual([])
})

test('names the rejected credential: the token, or the key of the relay', () => {
  const lastError = new AxisorError('key-refused', 'refused')
  const ended = (upstream: Hop): Store => {
    const store = relayed()
    store.dispatch(statusEvent(T0, { kind: 'relay', link: 'stopped', lastError, upstream }))
    return store
  }
  const size = { columns: 80, rows: 24 }
  const ofToken = ended(LIVE_HOP)
  expect(headerOf(ofToken, size)).toContain('✗ AUTH token refused')
  expect(statusLine(ofToken.state(), T0)).toContain('AUTH token refused')
  const ofKey = ended(madeHop({ link: 'stopped' }))
  expect(headerOf(ofKey, size)).toContain('✗ AUTH relay key refused')
  expect(statusLine(ofKey.state(), T0)).toContain('AUTH relay key refused')
})
