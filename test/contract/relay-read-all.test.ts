import { describe, expect, test, vi } from 'vitest'
import { encodeEngineState } from '../../src/alerts/stored-engine.ts'
import { sameTime } from '../../src/domain/wall-clock.ts'
import { addAlertRoutes } from '../../src/relay/alerts/alert-routes.ts'
import { longAt, openAlertRig } from '../support/alert-rig.ts'
import { openRelayForTest as open, positionOf } from '../support/relay-fixture.ts'
import { bearer, connect, type TestRelayOptions } from '../support/relay-server.ts'
import { T0 } from '../support/samples.ts'

const NAMES = ['ann', 'bob', 'cleo'] as const

/** A relay with three users, whose routes include those of alerts. */
async function openUsers(options: TestRelayOptions = {}) {
  const relay = await open({
    snapshot: positionOf,
    limits: { revisionCheckMs: 5 },
    alerts: parts => ({
      openAlerts: () => ({
        deliveryOf: () => null,
        reload: async () => {},
        acknowledge: async () => false,
        load: () => ({ accounts: 0, blind: 0, firing: {}, attempts: {} }),
        close: async () => {},
      }),
      addRoutes: (app, routes) => addAlertRoutes(app, parts, routes),
    }),
    ...options,
  })
  const tokens = { ann: '', bob: '', cleo: '' }
  for (const name of NAMES) tokens[name] = await relay.token(name)
  const desk = await relay.token('desk', ['read-all'])
  const get = async (path: string, token: string, headers: Readonly<Record<string, string>> = {}) => {
    const response = await fetch(`${relay.base}${path}`, { headers: { ...bearer(token), ...headers } })
    return { status: response.status, headers: response.headers, body: await response.text() }
  }
  return { ...relay, tokens, desk, get }
}

/** The users whose positions a text shows. */
function shownIn(text: string): readonly string[] {
  return [...new Set(Array.from(text.matchAll(/position-of-(\w+)/g), ([, name = '']) => name))]
}

describe('the isolation of users', () => {
  test('gives a snapshot to its own user and to read-all, whatever is asked', async () => {
    const { tokens, desk, get } = await openUsers()
    const all = [...NAMES.map(name => [name, tokens[name]] as const), ['desk', desk] as const]
    for (const [owner, token] of all)
      for (const named of [...NAMES, 'dora']) {
        const { status, headers, body } = await get(`/v1/snapshot?user=${named}`, token)
        const mayRead = owner === 'desk' || owner === named
        const expected = mayRead ? (named === 'dora' ? 404 : 200) : 403
        expect([owner, named, status]).toEqual([owner, named, expected])
        expect(shownIn(body)).toEqual(expected === 200 ? [named] : [])
        expect(headers.get('axisor-user')).toBe(expected === 200 ? named : expected === 404 ? '-' : null)
      }
  })

  test('gives a stream to its own user and to read-all, one user per connection', async () => {
    const { tokens, desk, stream, account } = await openUsers()
    for (const [owner, token] of [['ann', tokens.ann] as const, ['desk', desk] as const])
      for (const named of NAMES) {
        const opened = connect(`${stream}?user=${named}`, { headers: bearer(token) })
        if (owner !== 'desk' && owner !== named) {
          await expect(opened).rejects.toThrow('403')
          continue
        }
        const client = await opened
        expect(await client.receives(/"type":"connection"/)).toContain(`"user":"${named}"`)
        await client.receives(/"kind":"snapshot"/)
        client.socket.send('{"type":"refresh_data","user":"cleo"}')
        client.socket.send('{"type":"ping","t":1}')
        await client.receives(/"pong"/)
        expect(shownIn(client.received.join(''))).toEqual([named])
        client.socket.terminate()
      }
    expect(account('bob')).toBeDefined()
  })

  test('refuses in the same words whether the user exists or not', async () => {
    const { tokens, get, stream } = await openUsers()
    const answers = await Promise.all(
      ['bob', 'dora', 'BOB', 'a%00b', '%F0%9F%92%A9'].map(async name => {
        const { status, headers, body } = await get(`/v1/snapshot?user=${name}`, tokens.ann)
        const { message } = JSON.parse(body)
        return JSON.stringify([status, headers.get('axisor-user'), headers.get('etag'), message])
      }),
    )
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('others need the scope read-all')
    for (const name of ['bob', 'dora']) {
      const protocols = ['axisor.v1', `bearer.${tokens.ann}`]
      const client = await connect(`${stream}?user=${name}`, { protocols })
      expect(await client.closed).toBe(4403)
      expect(client.received.join('')).toContain('others need the scope read-all')
    }
  })

  test('never takes the entity tag of one user for the document of another', async () => {
    const { tokens, desk, get } = await openUsers()
    const tags = await Promise.all(
      NAMES.map(async name => (await get('/v1/snapshot', tokens[name])).headers.get('etag') ?? ''),
    )
    for (const [index, name] of NAMES.entries())
      for (const [other, etag] of tags.entries()) {
        const { status, headers } = await get(`/v1/snapshot?user=${name}`, desk, { 'if-none-match': etag })
        expect(status).toBe(index === other ? 304 : 200)
        expect(headers.get('cache-control')).toBe('private, no-cache')
        expect(headers.get('vary')).toBe('Authorization')
      }
  })

  test('closes a page that names an unknown user with 4404', async () => {
    const { desk, stream } = await openUsers()
    const client = await connect(`${stream}?user=dora`, { protocols: ['axisor.v1', `bearer.${desk}`] })
    expect(await client.closed).toBe(4404)
    expect(client.received.join('')).toContain('the relay has no such user')
    await expect(connect(`${stream}?user=dora`, { headers: bearer(desk) })).rejects.toThrow('404')
  })

  test.each(['user=', 'user=ann&user=bob', 'user'])('answers 400 to %s', async query => {
    const { desk, get, stream } = await openUsers()
    const { status, body } = await get(`/v1/snapshot?${query}`, desk)
    expect([status, JSON.parse(body).message]).toEqual([400, 'query: user is empty or repeated'])
    await expect(connect(`${stream}?${query}`, { headers: bearer(desk) })).rejects.toThrow('400')
  })

  test('leaves the protocol of the old system to the account of the token', async () => {
    const { base, tokens, desk } = await openUsers()
    const old = `${base.replace('http', 'ws')}/ws?user=bob&userId=id-bob`
    const client = await connect(old, { headers: bearer(tokens.ann) })
    expect(await client.receives(/"type":"connection"/)).toContain('id-ann')
    await expect(connect(old, { headers: bearer(desk) })).rejects.toThrow('403')
  })
})

describe('read-all', () => {
  test('lists the users; another token lists its own', async () => {
    const { tokens, desk, get, token, store } = await openUsers({ needsKeys: true })
    const listed = async (text: string) => JSON.parse((await get('/v1/users', text)).body)
    const all = ['ann', 'bob', 'cleo', 'desk']
    expect(await listed(desk)).toEqual({ users: all.map(name => ({ name, account: false })) })
    expect(await listed(tokens.bob)).toEqual({ users: [{ name: 'bob', account: false }] })
    const times = { apiUrl: null, streamUrl: null, sealed: 's', masterKeyId: 'k', updatedAt: T0 }
    for (const name of NAMES) await store.putAccount({ userId: `id-${name}`, network: 'mainnet', ...times })
    expect(await listed(desk)).toEqual({ users: all.map(name => ({ name, account: name !== 'desk' })) })
    expect(await listed(tokens.bob)).toEqual({ users: [{ name: 'bob', account: true }] })
    expect((await get('/v1/users', await token('root', ['admin', 'alerts']))).status).toBe(403)
    expect((await get('/v1/users', 'axr_wrong')).status).toBe(401)
    expect((await get('/v1/users?user=ann', tokens.bob)).status).toBe(403)
  })

  test('lists all as readable on a relay whose source needs no key', async () => {
    const { tokens, desk, get } = await openUsers()
    const listed = async (text: string) => JSON.parse((await get('/v1/users', text)).body)
    const users = ['ann', 'bob', 'cleo', 'desk'].map(name => ({ name, account: true }))
    expect(await listed(desk)).toEqual({ users })
    expect(await listed(tokens.bob)).toEqual({ users: [{ name: 'bob', account: true }] })
  })

  test('finds a user without reading the others', async () => {
    const { tokens, desk, get, stream, store } = await openUsers({ needsKeys: true })
    const [users, accounts] = [vi.spyOn(store, 'users'), vi.spyOn(store, 'accounts')]
    await get('/v1/snapshot?user=bob', desk)
    await get('/v1/snapshot?user=dora', desk)
    await (await connect(`${stream}?user=bob`, { headers: bearer(desk) })).receives(/"kind":"snapshot"/)
    await get('/v1/users', tokens.bob)
    expect([users.mock.calls.length, accounts.mock.calls.length]).toEqual([0, 0])
  })

  test('reads a user whose name begins as a token does, and refuses a token in the URL', async () => {
    const { desk, get, stream, token } = await openUsers()
    const name = `axr_${'a'.repeat(60)}`
    await token(name)
    expect((await get(`/v1/snapshot?user=${name}`, desk)).status).toBe(200)
    expect((await get(`/v1/snapshot?user=${desk}`, desk)).status).toBe(400)
    await expect(connect(`${stream}?x=${desk}`, { headers: bearer(desk) })).rejects.toThrow('400')
  })

  test('is closed at once when its token is revoked, whichever users it reads', async () => {
    const { desk, stream, store } = await openUsers()
    const clients = await Promise.all(
      NAMES.map(name => connect(`${stream}?user=${name}`, { headers: bearer(desk) })),
    )
    const [kept] = await store.tokens('id-desk')
    await store.revokeToken(kept?.id ?? '', T0)
    expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual([4401, 4401, 4401])
  })

  test('is closed at once for a user who is removed, and stays open for the others', async () => {
    const { desk, stream, store, get } = await openUsers()
    const [ann, bob] = await Promise.all(
      ['ann', 'bob'].map(name => connect(`${stream}?user=${name}`, { headers: bearer(desk) })),
    )
    await store.removeUser('id-ann')
    expect(await ann?.closed).toBe(4404)
    expect((await get('/v1/snapshot?user=ann', desk)).status).toBe(404)
    bob?.socket.send('{"type":"ping","t":7}')
    await bob?.receives(/"pong"/)
  })

  test('counts the connections for the token, not for the users who are read', async () => {
    const { tokens, desk, stream } = await openUsers({ limits: { perToken: 2, perUser: 2 } })
    const opened = await Promise.all(
      ['ann', 'bob'].map(name => connect(`${stream}?user=${name}`, { headers: bearer(desk) })),
    )
    expect(opened).toHaveLength(2)
    const third = await connect(`${stream}?user=cleo`, { headers: bearer(desk) })
    expect(await third.closed).toBe(4429)
    const own = await connect(stream, { headers: bearer(tokens.cleo) })
    await own.receives(/"kind":"snapshot"/)
  })

  test('is logged with whose account it reads, once for many requests', async () => {
    const { desk, get, log, tokens, stream, store } = await openUsers()
    for (let n = 0; n < 3; n += 1) await get('/v1/snapshot?user=bob', desk)
    await (await connect(`${stream}?user=bob`, { headers: bearer(desk) })).receives(/"kind":"snapshot"/)
    await get('/v1/snapshot?user=bob', tokens.bob)
    const [kept] = await store.tokens('id-desk')
    const lines = log()
      .split('\n')
      .filter(line => line.includes('account read by another user'))
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ user: 'id-bob', by: 'id-desk', tokenId: kept?.id })
  })

  test('gives no right to change or to administer anything', async () => {
    const { base, desk, tokens, token, stream, store, get } = await openUsers()
    const rig = openAlertRig({}, Date.now())
    rig.dispatch(longAt(Date.now(), 0.02))
    rig.evaluate(Date.now())
    await store.outbox('id-bob').commit({ engine: encodeEngineState(rig.state(), sameTime), notices: [] })
    const { alerts } = JSON.parse((await get('/v1/alerts?user=bob', desk)).body)
    expect(alerts).toHaveLength(1)
    expect(JSON.parse((await get('/v1/alerts?user=ann', desk)).body).alerts).toEqual([])
    expect((await get('/v1/alerts?user=bob', tokens.ann)).status).toBe(403)
    const both = await token('desk', ['read', 'read-all'])
    const post = async (path: string, text: string) => {
      const response = await fetch(`${base}${path}`, { method: 'POST', headers: bearer(text) })
      return [response.status, ((await response.json()) as { message?: string }).message]
    }
    const words = expect.stringContaining('read-all changes nothing')
    expect(await post('/v1/alerts/ack?user=bob', both)).toEqual([403, words])
    expect(await post(`/v1/alerts/${alerts[0].id}/ack?user=bob`, both)).toEqual([403, words])
    expect(await post('/v1/alerts/ack', desk)).toEqual([403, 'the token does not have the required scope'])
    expect((await post('/v1/alerts/ack?user=bob', tokens.bob))[0]).toBe(202)
    expect((await get('/metrics', both)).status).toBe(403)
    const client = await connect(`${stream}?user=bob`, { headers: bearer(both) })
    await client.receives(/"kind":"snapshot"/)
    client.socket.send('{"type":"acknowledge","alert":null}')
    expect(await client.receives(/"type":"error"/)).toContain('it acknowledges no alert')
    client.socket.send('{"type":"ping","t":7}')
    await client.receives(/"pong"/)
  })

  test('is issued over HTTP only by name, and only by a token that has it', async () => {
    const { base, token, log } = await openUsers()
    const issue = async (text: string, body: object, query = '') => {
      const response = await fetch(`${base}/v1/tokens${query}`, {
        method: 'POST',
        headers: { ...bearer(text), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const { scopes, message } = (await response.json()) as { scopes?: unknown; message?: string }
      return [response.status, scopes ?? message]
    }
    const admin = await token('root', ['admin', 'read', 'alerts'])
    const both = await token('root', ['admin', 'read-all'])
    const body = { user: 'ann', name: 'x' }
    expect(await issue(admin, body)).toEqual([201, ['read']])
    const otherUser =
      'this request concerns the user of the token only: the scope read-all changes nothing of other users'
    expect(await issue(both, body, '?user=ann')).toEqual([403, otherUser])
    expect(await issue(both, body, '?user=root')).toEqual([201, ['read']])
    expect(await issue(both, body)).toEqual([201, ['read']])
    expect(await issue(admin, { ...body, scopes: ['read', 'read-all'] })).toEqual([
      403,
      'only a token with the scope read-all issues one',
    ])
    expect(await issue(both, { ...body, scopes: ['read-all'] })).toEqual([201, ['read-all']])
    expect(log()).toMatch(/"token issued".*"scopes":"read-all"|"scopes":"read-all".*"token issued"/)
  })
})
