import { describe, expect, it } from 'vitest'
import { openSimulatorWorld, send, signedBy } from '../support/simulator.ts'

type World = ReturnType<typeof openSimulatorWorld>

function signed(world: World) {
  return send(world, 'GET', '/v3/account', signedBy(world, world.exchange.credentials, '/v3/account'))
}

function unsigned(world: World) {
  return send(world, 'GET', '/v3/futures/ticker')
}

const statuses = (request: (world: World) => { status: number }, world: World, count: number) =>
  Array.from({ length: count }, () => request(world).status)

describe('the rate limits of the simulator', () => {
  it('are 5 signed requests and 1 public request per second, and not reported', async () => {
    const world = openSimulatorWorld()
    expect(statuses(signed, world, 6)).toEqual([200, 200, 200, 200, 200, 429])
    expect(statuses(unsigned, world, 2)).toEqual([200, 429])
    const rejected = unsigned(world)
    expect(rejected.headers).toMatchObject({ 'retry-after': '1' })
    expect(rejected.json).toMatchObject({ code: 'TOO_MANY_REQUESTS' })
    expect(Object.keys(rejected.headers).filter(name => name.startsWith('ratelimit'))).toEqual([])
    await world.clock.advance(1_000)
    expect(unsigned(world).status).toBe(200)
  })

  it('report a token bucket, the requests left and the time to the next one', async () => {
    const world = openSimulatorWorld()
    world.knob({ do: 'limit', requests: 'signed', perSecond: 0.5, burst: 2, headers: 'on' })
    const headersOf = ({ status, headers }: ReturnType<typeof signed>) => [
      status,
      headers.ratelimit,
      headers['retry-after'],
    ]
    expect(signed(world).headers).toMatchObject({
      'ratelimit-policy': '"default";q=1;w=2;burst=2',
      ratelimit: '"default";r=1;t=0',
    })
    expect(headersOf(signed(world))).toEqual([200, '"default";r=0;t=2', undefined])
    expect(headersOf(signed(world))).toEqual([429, '"default";r=0;t=2', '2'])
    expect(unsigned(world).headers.ratelimit).toBeUndefined()
    await world.clock.advance(2_000)
    expect(headersOf(signed(world))).toEqual([200, '"default";r=0;t=2', undefined])
  })

  it('reject requests closer than the spacing, with the fixed Retry-After', async () => {
    const world = openSimulatorWorld()
    world.knob({ do: 'limit', perSecond: 100, burst: 100, spacingMs: 700, retryAfter: 3_600 })
    expect(statuses(signed, world, 2)).toEqual([200, 429])
    expect(signed(world).headers['retry-after']).toBe('3600')
    await world.clock.advance(699)
    expect(signed(world).status).toBe(429)
    await world.clock.advance(1)
    expect(signed(world).status).toBe(200)
  })

  it('reject without Retry-After if that is off', () => {
    const world = openSimulatorWorld()
    world.knob({ do: 'limit', perSecond: 1, burst: 1, retryHeader: 'off', headers: 'on' })
    expect(statuses(signed, world, 2)).toEqual([200, 429])
    expect(Object.keys(signed(world).headers)).not.toContain('retry-after')
    expect(signed(world).headers.ratelimit).toBe('"default";r=0;t=1')
  })

  it('are the usual ones again after limit without parameters', () => {
    const world = openSimulatorWorld()
    world.knob({ do: 'limit', perSecond: 1, burst: 1 })
    expect(statuses(signed, world, 2)).toEqual([200, 429])
    world.knob({ do: 'limit', requests: 'signed' })
    expect(statuses(signed, world, 6)).toEqual([200, 200, 200, 200, 200, 429])
    expect(statuses(unsigned, world, 2)).toEqual([200, 429])
  })
})
