import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { Secret } from '../../src/domain/secret.ts'
import { openMemoryRelayStore } from '../../src/relay/auth/memory-store.ts'
import type { Grant } from '../../src/relay/auth/token-grant.ts'
import { RelayLedgers } from '../../src/relay/ledger/ledger-service.ts'
import { ForwardedLedgers } from '../../src/relay/upstreams/forwarded-ledgers.ts'
import { openStore } from '../../src/store/store.ts'
import { LEDGER_DOCUMENT_NAMES } from '../../src/wire/relay/ledger-documents.ts'
import { openFakeClock } from '../support/fake-clock.ts'
import { type LedgerRelay, openLedgerRelay } from '../support/ledger-relay.ts'
import { resetEvent, statusEvent, T0 } from '../support/samples.ts'

const UNTIL = 'to=2026-11-23T17:00:00Z'

describe('the ledger over HTTP', () => {
  test.each(LEDGER_DOCUMENT_NAMES)('requires a token for /v1/%s', async name => {
    const { get, reads } = await openLedgerRelay()
    expect((await get(`/v1/${name}`, 'axr_wrong')).status).toBe(401)
    expect(reads).toEqual([])
  })

  test('answers 202 with its progress while the history is read, and the document after that', async () => {
    const { get, document, reads } = await openLedgerRelay()
    const first = await get('/v1/audit')
    expect([first.status, first.headers['retry-after']]).toEqual([202, '1'])
    expect(JSON.parse(first.body)).toEqual({ type: 'progress', rows: expect.any(Number) })
    const { status, body } = await document('/v1/audit')
    expect(status).toBe(200)
    expect(JSON.parse(body)).toMatchObject({ source: 'relay', balances: true, restSats: 0 })
    // Repeated requests wait for the same reading.
    expect(reads.filter(target => target.includes('/deposits/lightning')).length).toBeLessThanOrEqual(3)
  })

  test('reads the exchange once for documents within 5 s', async () => {
    const { document, reads } = await openLedgerRelay()
    await document('/v1/deposits')
    const { length } = reads
    await document('/v1/deposits?newest=1')
    expect(reads).toHaveLength(length)
  })

  test('has an entity tag that stays until a row changes', async () => {
    const { document, get, world } = await openLedgerRelay()
    const { headers } = await document(`/v1/deposits`)
    const tag = { 'if-none-match': headers.etag ?? '' }
    expect(tag['if-none-match']).toMatch(/^W\/"[0-9a-f]{32}"$/)
    await world.clock.advance(6_000)
    await document('/v1/deposits')
    const again = await get('/v1/deposits', undefined, tag)
    expect([again.status, again.body]).toEqual([304, ''])
    world.exchange.control('{"do":"deposit","sats":1000}')
    await world.clock.advance(6_000)
    await document('/v1/deposits')
    expect((await get('/v1/deposits', undefined, tag)).status).toBe(200)
  })

  test('divides a list into pages that fit together', async () => {
    const { document } = await openLedgerRelay()
    const whole = JSON.parse((await document(`/v1/tax-events?${UNTIL}`)).body)
    expect(whole.nextCursor).toBeNull()
    const rows: unknown[] = []
    let cursor = ''
    do {
      const page = JSON.parse((await document(`/v1/tax-events?${UNTIL}&limit=25${cursor}`)).body)
      expect(page.rows.length).toBeLessThanOrEqual(25)
      rows.push(...page.rows)
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`
    } while (cursor !== '')
    expect(rows.length).toBeGreaterThan(50)
    expect(rows).toEqual(whole.rows)
  })

  test('refuses the cursor of a list that has changed with 409', async () => {
    const { document } = await openLedgerRelay()
    const { nextCursor } = JSON.parse((await document('/v1/deposits?limit=1')).body)
    const changed = nextCursor.replace(/.{16}$/, 'f'.repeat(16))
    expect((await document(`/v1/deposits?limit=1&cursor=${changed}`)).status).toBe(409)
    const beyond = nextCursor.replace(/\.1\./, '.999.')
    expect((await document(`/v1/deposits?limit=1&cursor=${beyond}`)).status).toBe(409)
  })

  const BAD: readonly (readonly [string, string])[] = [
    ['deposits?limit=0', 'query: limit is not a whole number from 1 to 5000'],
    ['deposits?limit=1e3', 'query: limit is not a whole number from 1 to 5000'],
    ['deposits?limit=5001', 'query: limit is not a whole number from 1 to 5000'],
    ['deposits?newest=-1', 'query: newest is not a whole number from 1 to 1000000'],
    ['deposits?from=2026-11-01', 'query: from is neither an ISO time'],
    ['deposits?from=99999999999999999', 'query: from is neither an ISO time'],
    ['deposits?from=5&to=4', 'query: from is after to'],
    ['deposits?to=1&to=2', 'query: to is not a string'],
    ['deposits?cursor=1.2.3', 'query: cursor is not a cursor of this relay'],
    ['deposits?x=1', 'query: a parameter is unknown; known are: from, to, newest, limit, cursor'],
    ['deposits?__proto__=1', 'query: a parameter is unknown'],
    ['report?by=hour', 'query: by has an unknown value'],
    ['report?zone=Mars', 'query: zone is not a time zone'],
    ['report?limit=1', 'query: a parameter is unknown'],
    ['story', 'query: id is missing'],
    ['audit?from=1', 'query: a parameter is unknown; known are: none'],
  ]
  test.each(BAD)('answers 400 in one line to %s', async (target, message) => {
    const { get, reads } = await openLedgerRelay()
    const { status, body } = await get(`/v1/${target}`)
    expect(status).toBe(400)
    const error = JSON.parse(body)
    expect(error).toMatchObject({ type: 'error', code: 'refused', retryable: false })
    expect(error.message.startsWith(message)).toBe(true)
    expect(error.message).not.toContain('\n')
    expect(reads).toEqual([])
  })

  test('never shows a document of another user', async () => {
    const { get, document, tokens, world } = await openLedgerRelay()
    const target = `/v1/deposits?${UNTIL}&limit=1`
    expect((await get(target)).status).toBe(202)
    // The document of ann is made now, and waits for her.
    await world.clock.advance(10_000)
    const other = await get(target, tokens.bob)
    expect([other.status, JSON.parse(other.body)]).toEqual([202, { type: 'progress', rows: 0 }])
    const own = await get(target)
    expect(own.status).toBe(200)
    expect(JSON.parse((await document(target, tokens.bob)).body).rows).toEqual(JSON.parse(own.body).rows)
  })

  test('limits the requests of a token, and the documents of a user', async () => {
    const { get, relay } = await openLedgerRelay()
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, n) => get(`/v1/deposits?newest=${n + 1}`)),
    )
    const limited = replies.filter(({ status }) => status === 429)
    expect(limited.length).toBeGreaterThan(40)
    expect(limited.map(({ body }) => JSON.parse(body).message)).toEqual(
      expect.arrayContaining(['too many requests', 'too many documents are requested at once']),
    )
    expect(relay.load().ledgers?.jobs).toBeLessThanOrEqual(8)
  })

  test('sends no request while the exchange refuses the key', async () => {
    const { get, document, reads, world } = await openLedgerRelay()
    await document('/v1/deposits')
    world.exchange.control('{"do":"revoke"}')
    await world.clock.advance(20_000)
    const { length } = reads
    const { status, body } = await get('/v1/audit')
    expect([status, JSON.parse(body).code]).toEqual([502, 'key-refused'])
    expect(reads).toHaveLength(length)
  })

  test('ends the reading of a removed user', async () => {
    const { get, removeUser, world, relay, reads } = await openLedgerRelay()
    expect((await get('/v1/audit')).status).toBe(202)
    await removeUser('ann')
    // Requests that were queued may still be sent.
    await world.clock.advance(10_000)
    const { length } = reads
    await world.clock.advance(10_000)
    expect(reads).toHaveLength(length)
    expect(relay.load().ledgers?.jobs).toBe(0)
  })
})

describe('a relay that follows another one', () => {
  const follow = ({ get, world, tokens }: LedgerRelay, token = tokens.ann, oneUser = async () => {}) =>
    new ForwardedLedgers(
      { http: { get: (_origin, target) => get(target, token), close() {} }, clock: world.clock },
      { url: 'wss://relay.test', token: new Secret(token), user: null },
      oneUser,
    )
  const asked = (name: string, parameters: readonly (readonly [string, string])[] = []) => ({
    ...{ name, request: null },
    key: JSON.stringify(parameters),
  })
  const grant = {} as Grant

  test('passes documents, pages and progress on', async () => {
    const rig = await openLedgerRelay()
    const ledgers = follow(rig)
    expect(await ledgers.answer(grant, asked('audit'))).toEqual({ kind: 'progress', rows: 0 })
    await rig.document('/v1/audit')
    const own = await rig.document('/v1/deposits?limit=1')
    const passed = await ledgers.answer(grant, asked('deposits', [['limit', '1']]))
    const first = JSON.parse(own.body)
    expect(passed).toMatchObject({ kind: 'document', etag: own.headers.etag })
    expect(JSON.parse('body' in passed ? passed.body : '').rows).toEqual(first.rows)
    const changed = first.nextCursor.replace(/.{16}$/, 'f'.repeat(16))
    await expect(
      ledgers.answer(
        grant,
        asked('deposits', [
          ['limit', '1'],
          ['cursor', changed],
        ]),
      ),
    ).rejects.toMatchObject({ code: 'refused', httpStatus: 409 })
    expect(ledgers.load()).toMatchObject({ jobs: 0, documents: 1, errors: 1 })
  })

  test.each([
    ['story', [['id', 'zzzz']], { code: 'usage' }],
    ['report', [['zone', 'Mars']], { code: 'usage', message: 'query: zone is not a time zone' }],
  ] as const)('passes the error of %s on', async (name, parameters, error) => {
    const rig = await openLedgerRelay()
    await rig.document('/v1/audit')
    await expect(follow(rig).answer(grant, asked(name, parameters))).rejects.toMatchObject(error)
  })

  test('serves nothing once a second user was added', async () => {
    const rig = await openLedgerRelay()
    const following = follow(rig, rig.tokens.ann, () =>
      Promise.reject(new AxisorError('config', 'this relay has 2 users')),
    )
    const grant = { userId: 'u', userName: 'second' } as never
    await expect(following.answer(grant, asked('audit'))).rejects.toMatchObject({ code: 'config' })
  })

  test('reports that the other relay refuses its token', async () => {
    const rig = await openLedgerRelay()
    await expect(follow(rig, 'axr_wrong').answer(grant, asked('audit'))).rejects.toMatchObject({
      code: 'key-refused',
    })
  })
})

test('does not repeat a refused key for a minute', async () => {
  let runs = 0
  const { document, world } = await openLedgerRelay({
    worker: () => ({
      async run() {
        runs += 1
        throw new AxisorError('key-refused', 'answered 401')
      },
      ...{ keep: async () => [], retain: async () => {}, crashes: 0, close: async () => {} },
    }),
  })
  for (const name of ['deposits', 'swaps', 'audit']) expect((await document(`/v1/${name}`)).status).toBe(502)
  expect(runs).toBe(1)
  await world.clock.advance(61_000)
  await document('/v1/swaps')
  expect(runs).toBe(2)
})

test('a relay of a cluster that does not hold the account requests nothing', async () => {
  const clock = openFakeClock(T0)
  const account = openStore()
  account.dispatch(statusEvent(T0))
  account.dispatch(resetEvent(T0))
  const refuse = async () => Promise.reject(new TypeError('must not be called'))
  let released = 0
  const ledgers = new RelayLedgers(
    {
      ...{ clock, log: { info() {}, warn() {}, error() {} }, store: openMemoryRelayStore() },
      worker: { run: refuse, keep: refuse, retain: refuse, crashes: 0, close: refuse },
      openReader: refuse,
    },
    {
      hold: async () => ({
        store: account,
        ownership: { isOwner: () => false, onChange: () => () => {} },
        refresh() {},
        release() {
          released += 1
        },
      }),
    },
  )
  const user = { userId: 'ann', userName: 'ann' }
  const grant = { ...user, account: user } as Grant
  await expect(ledgers.answer(grant, { name: 'audit', request: null, key: '' })).rejects.toMatchObject({
    code: 'unavailable',
    message: 'another relay of the cluster holds this account: retry on a new connection',
  })
  expect(released).toBe(1)
})
