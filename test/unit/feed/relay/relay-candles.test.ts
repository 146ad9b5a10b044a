import { expect, test } from 'vitest'
import type { Fault } from '../../../../src/domain/error.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { ChartReader } from '../../../../src/feed/connection/chart-reader.ts'
import type { ChartRead } from '../../../../src/feed/feed.ts'
import { DocumentRequests } from '../../../../src/feed/relay/document-requests.ts'
import { relayCandles } from '../../../../src/feed/relay/relay-candles.ts'
import type { HttpReply } from '../../../../src/ports/net.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { T0 } from '../../../support/samples.ts'
import { scriptedHttp } from '../scripted-http.ts'

/** The clock of the relay is that much ahead. */
const AHEAD_MS = 300_000

const DAY = 86_400_000

const row = (openedAt: number, priceUsd = 68_400) => ({
  openedAt,
  openUsd: priceUsd,
  highUsd: priceUsd,
  lowUsd: priceUsd,
  closeUsd: priceUsd,
  volumeUsd: 1,
})

type Script = (range: string, sent: number) => Partial<HttpReply>

/** A chart over a relay that replies by range and by how many requests it got. */
function opened(script: Script, { roundTripMs = 10, user = null as string | null } = {}) {
  const clock = openFakeClock(T0)
  const http = scriptedHttp(
    clock,
    ({ target }) => {
      const range = new URL(target, 'https://relay.test').searchParams.get('range') ?? ''
      const reply = script(range, http.requests.length)
      return { ...reply, headers: { 'axisor-time': String(clock.nowMs() + AHEAD_MS), ...reply.headers } }
    },
    roundTripMs,
  )
  const requests = new DocumentRequests(
    { http, clock },
    {
      ...{ origin: 'https://relay.test', basePath: '/base', requestMs: 10_000 },
      ...{ token: new Secret('axr_x'), target: { host: 'relay.test', user } },
    },
  )
  const reads: ChartRead[] = []
  const faults: Fault[] = []
  const reader = new ChartReader(clock, relayCandles(requests, clock), {
    chart: read => void reads.push(read),
    fault: fault => void faults.push(fault),
  })
  const document = (over: object = {}): Partial<HttpReply> => ({
    body: JSON.stringify({
      ...{
        range: '1d',
        asOf: clock.nowMs() + AHEAD_MS,
        unreadableRows: 0,
        candles: [row(T0), row(T0 - DAY)],
      },
      ...over,
    }),
  })
  return {
    ...{ clock, reader, reads, faults, document, requests: http.requests },
    ranges: () => http.requests.map(({ target }) => target.replace(/.*range=/, '')),
  }
}

/** A chart over a relay whose replies need its document. */
function charted(script: (document: (over?: object) => Partial<HttpReply>) => Script, options = {}) {
  const rig: ReturnType<typeof opened> = opened((...asked) => script(rig.document)(...asked), options)
  return rig
}

test('reads the candles of a range with the token, sorted', async () => {
  const { clock, reader, reads, requests, faults } = charted(document => () => document())
  reader.follow('1d')
  await clock.advance(1_000)
  expect(requests).toMatchObject([
    { target: '/base/v1/candles?range=1d', headers: { authorization: 'Bearer axr_x' } },
  ])
  expect(reads).toEqual([{ range: '1d', result: { candles: [row(T0 - DAY), row(T0)] } }])
  expect(faults).toEqual([])
})

test('reads again ten minutes after the relay did, by its own clock', async () => {
  const { clock, reader, ranges } = charted(
    document => () => document({ asOf: clock.nowMs() + AHEAD_MS - 120_000 }),
  )
  reader.follow('1d')
  await clock.advance(478_000)
  expect(ranges()).toHaveLength(1)
  await clock.advance(3_000)
  expect(ranges()).toHaveLength(2)
})

test('does not read candles again at once that are old already, or from the future', async () => {
  for (const asOf of [0, T0 + 10 * DAY]) {
    const { clock, reader, ranges } = charted(document => () => document({ asOf }))
    reader.follow('1d')
    await clock.advance(29_000)
    expect(ranges()).toHaveLength(1)
  }
})

test('repeats the request while the relay reads, and when it is busy', async () => {
  const busy = [202, 202, 429, 503]
  const { clock, reader, reads, requests } = charted(document => (_range, sent) => {
    const status = busy[sent - 1]
    return status === undefined ? document() : { status, headers: { 'retry-after': '1' } }
  })
  reader.follow('1d')
  await clock.advance(10_000)
  expect(requests).toHaveLength(5)
  expect(requests.map(({ headers }) => headers.connection ?? '')).toEqual(['', '', '', 'close', 'close'])
  expect(reads).toMatchObject([{ result: { candles: [{}, {}] } }])
})

test('states after a minute that the relay has not read the candles', async () => {
  const { clock, reader, reads } = charted(() => () => ({ status: 202 }))
  reader.follow('1d')
  await clock.advance(62_000)
  expect(reads).toEqual([{ range: '1d', result: { error: 'relay.test has not made candles in time' } }])
})

const error = (message: string, code = 'unavailable') =>
  JSON.stringify({
    ...{ type: 'error', timestamp: new Date(T0).toISOString(), code, message, retryable: true },
  })

test.each<[string, Partial<HttpReply>, string]>([
  [
    'an older relay',
    { status: 404, body: error('not found', 'refused') },
    'relay.test sends 1m and 1h candles only; update the relay',
  ],
  ['too many requests', { status: 429 }, 'relay.test answered 429'],
  ['a relay without a source', { status: 501, body: error('no source') }, 'relay.test: no source'],
  [
    'an exchange that fails',
    { status: 503, body: error('api.host answered 503 to GET /v3/futures/candles') },
    'api.host answered 503 to GET /v3/futures/candles',
  ],
  ['a revoked token', { status: 401 }, 'relay.test rejected the relay token'],
  ['a removed user', { status: 404, headers: { 'axisor-user': '-' } }, 'relay.test has no user'],
  ['a conflict', { status: 409 }, 'relay.test answered 409 to GET /v1/candles'],
  ['no JSON', { body: '<html>' }, 'GET /v1/candles: is not valid JSON'],
  ['no document', { body: '[]' }, 'GET /v1/candles: the top-level value is not an object'],
  [
    'the candles of another range',
    { body: '{"range":"1w","asOf":1,"unreadableRows":0,"candles":[]}' },
    'GET /v1/candles: range is not the requested one',
  ],
  [
    'too many rows',
    { body: `{"range":"1d","asOf":1,"unreadableRows":0,"candles":[${'0,'.repeat(1_000)}0]}` },
    'GET /v1/candles: candles is out of range',
  ],
  [
    'unreadable rows only',
    { body: '{"range":"1d","asOf":1,"unreadableRows":3,"candles":[]}' },
    "the exchange's 1d candles can't be read",
  ],
  [
    'a server that is no relay',
    { headers: { 'axisor-time': '' }, body: '{}' },
    'relay.test: the header axisor-time is missing',
  ],
])('states what is wrong: %s', async (_case, reply, message) => {
  const { clock, reader, reads } = opened(() => reply)
  reader.follow('1d')
  await clock.advance(12_000)
  expect(reads).toEqual([{ range: '1d', result: { error: message } }])
})

test('asks an older relay rarely', async () => {
  const { clock, reader, ranges } = opened(() => ({ status: 404 }))
  reader.follow('1d')
  await clock.advance(590_000)
  expect(ranges()).toEqual(['1d'])
  // A key asks at once.
  reader.follow('1w')
  await clock.advance(1_000)
  expect(ranges()).toEqual(['1d', '1w'])
})

test('keeps the good rows, and counts those that the relay and it can not read', async () => {
  const rows = [row(T0), { ...row(T0), openUsd: 'high' }, null, row(T0 - DAY), row(T0)]
  const { clock, reader, reads, faults } = charted(
    document => () => document({ unreadableRows: 2, candles: rows }),
  )
  reader.follow('1d')
  await clock.advance(1_000)
  expect(reads).toMatchObject([{ result: { candles: [{ openedAt: T0 - DAY }, { openedAt: T0 }] } }])
  expect(faults).toEqual([{ where: '1d candles', message: "4 of 6 rows can't be read" }])
})

test('gives up a range that is not wanted any more, without a word about it', async () => {
  const { clock, reader, reads, ranges } = charted(
    document => range => (range === '1d' ? { status: 202 } : document({ range })),
  )
  reader.follow('1d')
  await clock.advance(5_000)
  reader.follow('1w')
  await clock.advance(2_000)
  expect(reads.map(({ range }) => range)).toEqual(['1w'])
  const { length } = ranges()
  await clock.advance(30_000)
  expect(ranges()).toHaveLength(length)
})

test('drops a late reply, and ends with its session', async () => {
  const { clock, reader, reads } = charted(document => () => document(), { roundTripMs: 4_000 })
  reader.follow('1d')
  await clock.advance(1_000)
  reader.close()
  await clock.advance(60_000)
  expect(reads).toEqual([])
  expect(clock.pendingTimers()).toBe(0)
})

test('names the user, and refuses the account of another one', async () => {
  const named = (name: string) =>
    charted(document => () => ({ ...document(), headers: { 'axisor-user': name } }), { user: 'bob' })
  const [right, wrong] = [named('bob'), named('ann')]
  for (const { reader, clock } of [right, wrong]) {
    reader.follow('1d')
    await clock.advance(1_000)
  }
  expect(right.requests[0]?.target).toBe('/base/v1/candles?range=1d&user=bob')
  expect(right.reads).toMatchObject([{ result: { candles: [{}, {}] } }])
  expect(wrong.reads).toMatchObject([
    { result: { error: expect.stringContaining('older than this axisor') } },
  ])
})
