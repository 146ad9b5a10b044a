import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openSimulatorWorld, send, signedBy } from '../support/simulator.ts'

type World = ReturnType<typeof openSimulatorWorld>

const ACCOUNT = '/v3/account'

function reply(world: World, target = ACCOUNT) {
  const headers = signedBy(world, world.exchange.credentials, target)
  return world.exchange.handle({ method: 'GET', target, headers, body: '', peer: 'test' })
}

describe('the knob route', () => {
  it('lets one route answer a status until it is off, and no other route', () => {
    const world = openSimulatorWorld()
    world.knob({ do: 'route', route: '/account', answer: 'status', code: 403 })
    expect(reply(world)).toMatchObject({ status: 403, body: '{"code":"FORBIDDEN","message":"Forbidden"}' })
    expect(reply(world, '/v3/account/deposits/lightning').status).toBe(200)
    expect(reply(world, '/v3/futures/cross/position').status).toBe(200)
    world.knob({ do: 'route', route: '/account', answer: 'off' })
    expect(reply(world).status).toBe(200)
  })

  it('lets a family of routes answer 404 for the given time', async () => {
    const world = openSimulatorWorld()
    world.knob({ do: 'route', route: '/futures/*', answer: 'status', code: 404, ms: 1_000 })
    expect(send(world, 'GET', '/v3/futures/ticker').status).toBe(404)
    expect(reply(world, '/v3/futures/isolated/trades/running').status).toBe(404)
    expect(reply(world).status).toBe(200)
    await world.clock.advance(1_000)
    expect(send(world, 'GET', '/v3/futures/ticker').status).toBe(200)
  })

  it('keeps the faults of other routes when one is set again, and drops all with off', () => {
    const world = openSimulatorWorld()
    world.knob({ do: 'route', route: '/futures/*', answer: 'status', code: 410 })
    world.knob({ do: 'route', route: '/account', answer: 'status', code: 500 })
    world.knob({ do: 'route', route: '/account', answer: 'status', code: 503 })
    expect([reply(world).status, send(world, 'GET', '/v3/futures/ticker').status]).toEqual([503, 410])
    world.knob({ do: 'route', answer: 'off' })
    expect([reply(world).status, send(world, 'GET', '/v3/futures/ticker').status]).toEqual([200, 200])
  })

  it('answers 429 without Retry-After, or with the given one', () => {
    const world = openSimulatorWorld()
    world.knob({ do: 'route', route: '/account', answer: 'status', code: 429 })
    expect([reply(world).status, reply(world).headers['retry-after']]).toEqual([429, undefined])
    world.knob({ do: 'route', route: '/account', answer: 'status', code: 429, retryAfter: 3_600 })
    expect(reply(world).headers['retry-after']).toBe('3600')
  })

  it('answers HTML, a redirect or nothing', () => {
    const world = openSimulatorWorld()
    const answer = (rest: object) => {
      world.knob({ do: 'route', route: '/account', ...rest })
      return reply(world)
    }
    const html = answer({ answer: 'html' })
    expect(html).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
    expect(html.body).toMatch(/^<!doctype html>/)
    expect(answer({ answer: 'html', code: 403 }).status).toBe(403)
    expect(answer({ answer: 'redirect', location: 'https://login.invalid/' })).toMatchObject({
      status: 302,
      headers: { location: 'https://login.invalid/' },
      body: '',
    })
    expect(answer({ answer: 'empty' })).toMatchObject({ status: 204, body: '' })
    expect(answer({ answer: 'empty', code: 200 })).toMatchObject({ status: 200, body: '' })
  })

  it('answers with a body that is compressed, large, ambiguous, polluted, infinite or cut off', () => {
    const world = openSimulatorWorld()
    const regular = reply(world).body
    const changed = (answer: string) => {
      world.knob({ do: 'limit', perSecond: 100, burst: 100 })
      world.knob({ do: 'route', route: '/account', answer })
      return reply(world)
    }
    const gzip = changed('gzip')
    expect(gzip.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(gzip.bytes ?? '').toString()).toBe(regular)
    const large = changed('large').body
    expect(large.length).toBeGreaterThan(10 * 1024 * 1024)
    expect(JSON.parse(large)).toMatchObject(JSON.parse(regular))
    const duplicate = changed('duplicateKeys').body
    expect(duplicate).toContain('"balance":')
    expect(JSON.parse(duplicate).balance).toBeNull()
    const polluted = JSON.parse(changed('proto').body)
    expect(Object.hasOwn(polluted, '__proto__')).toBe(true)
    expect(polluted).toMatchObject({ balance: JSON.parse(regular).balance })
    expect(JSON.parse(changed('hugeNumber').body).balance).toBe(Number.POSITIVE_INFINITY)
    expect(regular.startsWith(changed('truncated').body)).toBe(true)
    expect(reply(world).body.length).toBe(Math.ceil(regular.length / 2))
  })

  it('repeats a stored reply, with the headers that show its age', async () => {
    const world = openSimulatorWorld()
    const ticker = () => send(world, 'GET', '/v3/futures/ticker')
    world.knob({ do: 'limit', perSecond: 10, burst: 10 })
    world.knob({ do: 'route', route: '/futures/*', answer: 'stored' })
    const first = ticker()
    expect(first.headers).toMatchObject({ age: '0', date: 'Mon, 23 Nov 2026 18:00:00 GMT' })
    await world.clock.advance(90_000)
    const later = ticker()
    expect(later).toMatchObject({
      body: first.body,
      headers: { age: '90', date: 'Mon, 23 Nov 2026 18:00:00 GMT', 'x-cache': 'HIT' },
    })
    expect(send(world, 'GET', '/v3/futures/candles?limit=1').headers.age).toBe('0')
    world.knob({ do: 'route', route: '/futures/*', answer: 'stored', stamp: 'none' })
    await world.clock.advance(1_000)
    const fresh = ticker()
    expect(fresh.body).not.toBe(first.body)
    await world.clock.advance(1_000)
    expect(ticker().body).toBe(fresh.body)
    expect(Object.keys(ticker().headers).sort()).toEqual(['content-type', 'x-axisor-simulated'])
  })

  it('does not answer at all until the client gives up', async () => {
    const world = openSimulatorWorld()
    world.knob({ do: 'route', route: '/account', answer: 'silence' })
    const pending = world.transport.http.get('http://127.0.0.1', ACCOUNT, world.sign(ACCOUNT), 60_000)
    const outcome = pending.catch(error => error.code)
    let isDone = false
    void outcome.then(() => {
      isDone = true
    })
    await world.clock.advance(59_999)
    expect(isDone).toBe(false)
    await world.clock.advance(1)
    expect(await outcome).toBe('timeout')
  })

  it('gives memory clients the error of real ones for 10 MB, and the text of a body in gzip', async () => {
    const world = openSimulatorWorld()
    world.knob({ do: 'route', route: '/account', answer: 'large' })
    await expect(world.get(ACCOUNT)).rejects.toMatchObject({ code: 'unreadable' })
    world.knob({ do: 'route', route: '/account', answer: 'gzip' })
    const { body } = await world.get(ACCOUNT)
    expect(JSON.parse(body)).toHaveProperty('balance')
  })

  it.each([
    [{ answer: 'status' }, 'route needs route'],
    [{ answer: 'status', route: '/acc' }, 'route must be a GET route'],
    [{ answer: 'status', route: '/nothing/*' }, 'route must be a GET route'],
    [{ answer: 'gzip', route: '/account', code: 500 }, 'gzip takes no code'],
    [{ answer: 'shout', route: '/account' }, 'answer must be one of status, html'],
  ])('rejects %j', (command, message) => {
    expect(() => openSimulatorWorld().knob({ do: 'route', ...command })).toThrow(message)
  })
})
