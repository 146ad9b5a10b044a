import { describe, expect, it } from 'vitest'
import { READ_SCOPES } from '../../src/simulator/protocol/scopes.ts'
import { ROUTES } from '../../src/simulator/rest/routes.ts'
import { openSimulatorWorld, send, signedBy } from '../support/simulator.ts'

describe('API keys of the simulator', () => {
  it('are required on private routes: 401 with code and message otherwise', () => {
    expect(send(openSimulatorWorld(), 'GET', '/v3/account')).toMatchObject({
      status: 401,
      json: { code: 'UNAUTHORIZED', message: expect.any(String) },
    })
  })

  it('are derived from the seed, and both may read', async () => {
    const world = openSimulatorWorld({ seed: 4 })
    expect(openSimulatorWorld({ seed: 4 }).exchange.credentials).toEqual(world.exchange.credentials)
    expect(openSimulatorWorld({ seed: 5 }).exchange.credentials.secret).not.toBe(
      world.exchange.credentials.secret,
    )
    const headers = signedBy(world, world.exchange.writeCredentials, '/v3/account')
    expect(send(world, 'GET', '/v3/account', headers).status).toBe(200)
  })

  it('sign the raw target: another order or encoding of the query is rejected', () => {
    const world = openSimulatorWorld()
    const target = '/v3/futures/candles?limit=2&range=1h'
    const headers = signedBy(world, world.exchange.credentials, target)
    expect(send(world, 'GET', target, headers).status).toBe(200)
    expect(send(world, 'GET', '/v3/futures/candles?range=1h&limit=2', headers).status).toBe(401)
    expect(send(world, 'GET', '/v3/futures/candles?limit=2&range=%31h', headers).status).toBe(401)
  })

  it('are rejected if the timestamp is more than 30 s off, on public routes too', () => {
    const world = openSimulatorWorld()
    const at = world.clock.nowMs()
    for (const [off, status] of [
      [30_000, 200],
      [-30_000, 200],
      [30_001, 401],
      [-30_001, 401],
    ] as const) {
      const headers = signedBy(world, world.exchange.credentials, '/v3/time', at + off)
      expect(send(world, 'GET', '/v3/time', headers).status).toBe(status)
    }
  })

  it.each(READ_SCOPES)('without the scope %s get 403 on its routes only', lacking => {
    const credentials = { key: 'narrow', secret: 's', passphrase: 'p' }
    const scopes = READ_SCOPES.filter(scope => scope !== lacking)
    const world = openSimulatorWorld({ extraKeys: [{ credentials, scopes }] })
    for (const [path, { scope }] of ROUTES) {
      const at = world.clock.nowMs()
      const reply = send(world, 'GET', path, signedBy(world, credentials, path, at))
      // The rate limit of five requests per second is checked before the scope.
      if (reply.status !== 429) expect([path, reply.status]).toEqual([path, scope === lacking ? 403 : 200])
    }
    const path = [...ROUTES].find(([, { scope }]) => scope === lacking)?.[0] ?? ''
    const fresh = openSimulatorWorld({ extraKeys: [{ credentials, scopes }] })
    expect(send(fresh, 'GET', path, signedBy(fresh, credentials, path))).toMatchObject({
      status: 403,
      json: { code: 'FORBIDDEN', message: expect.stringContaining(lacking) },
    })
  })
})

describe('rate limits of the simulated REST API', () => {
  it('allow five requests per second per key', async () => {
    const world = openSimulatorWorld()
    const burst = async () =>
      Promise.all(Array.from({ length: 7 }, async () => (await world.get('/v3/account')).status))
    expect(await burst()).toEqual([200, 200, 200, 200, 200, 429, 429])
    await world.clock.advance(400)
    expect(await burst()).toEqual([200, 200, 429, 429, 429, 429, 429])
  })

  it('allow one request per second per unsigned peer and send Retry-After', async () => {
    const world = openSimulatorWorld()
    expect(send(world, 'GET', '/v3/ping').status).toBe(200)
    const refused = send(world, 'GET', '/v3/ping')
    expect(refused).toMatchObject({
      status: 429,
      json: { code: 'TOO_MANY_REQUESTS', message: expect.any(String) },
    })
    expect(refused.headers['retry-after']).toBe('1')
    const other = world.exchange.handle({
      method: 'GET',
      target: '/v3/ping',
      headers: {},
      body: '',
      peer: 'other',
    })
    expect(other.status).toBe(200)
    await world.clock.advance(1_000)
    expect(send(world, 'GET', '/v3/ping').status).toBe(200)
  })

  it('count a signed request of a public route for the key', async () => {
    const world = openSimulatorWorld()
    const statuses = await Promise.all([1, 2, 3].map(async () => (await world.get('/v3/ping')).status))
    expect(statuses).toEqual([200, 200, 200])
  })
})
