import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import type { HttpReply } from '../../src/ports/net.ts'
import type { Net } from '../../src/ports/world.ts'
import { type FakeWorldOptions, openFakeWorld } from '../support/fake-world.ts'

async function snapshot(options: FakeWorldOptions, knob?: object, argv: readonly string[] = []) {
  const world = openFakeWorld(options)
  if (knob !== undefined) world.exchange.control(JSON.stringify(knob))
  const code = await world.run('snapshot', ...argv)
  expect(world.listeners()).toBe(0)
  if (code !== 0) {
    expect(world.out()).toBe('')
    expect(world.err()).toMatch(/^[^\n]+\n$/)
    expect(world.err()).not.toMatch(/\bat .*:\d+:\d+/)
  }
  return { code, out: world.out(), err: world.err() }
}

/** A network on which every reply to one route is spoiled. */
function spoiled(route: string, spoil: (reply: HttpReply) => HttpReply) {
  return (net: Net): Net => ({
    ...net,
    http: {
      ...net.http,
      get: async (origin, target, headers, timeoutMs) => {
        const reply = await net.http.get(origin, target, headers, timeoutMs)
        return target.startsWith(route) ? spoil(reply) : reply
      },
    },
  })
}

/** A network on which nothing gets through. */
function broken(error: () => AxisorError) {
  return (net: Net): Net => ({
    http: { ...net.http, get: () => Promise.reject(error()) },
    sockets: {
      open(_url, listener) {
        queueMicrotask(() => {
          listener.failed(error())
          listener.closed(1006)
        })
        return { send() {}, ping() {}, terminate() {} }
      },
    },
  })
}

describe('credentials', () => {
  const KEYS = ['AXISOR_API_KEY', 'AXISOR_API_SECRET', 'AXISOR_API_PASSPHRASE'] as const

  test('none: says which variables to set, and that there is a demo', async () => {
    const { code, err } = await snapshot({ env: Object.fromEntries(KEYS.map(key => [key, undefined])) })
    expect(err).toBe(
      'axisor: no API key. Run axisor login, or set AXISOR_API_KEY, AXISOR_API_SECRET, AXISOR_API_PASSPHRASE to those of a key that may only read, or try --demo, which needs none.\n',
    )
    expect(code).toBe(4)
  })

  test('a part: names what is missing', async () => {
    const { code, err } = await snapshot({
      env: { AXISOR_API_SECRET: undefined, AXISOR_API_PASSPHRASE: undefined },
    })
    expect(err).toContain('incomplete API key: AXISOR_API_SECRET and AXISOR_API_PASSPHRASE not set.')
    expect(code).toBe(4)
  })

  test.each(['line\nbreak', 'ключ', ' blank', 'tab\t'])(
    'one that no header can carry is refused unseen',
    async value => {
      const { code, err } = await snapshot({ env: { AXISOR_API_PASSPHRASE: value } })
      expect(err).toMatch(
        /^axisor: AXISOR_API_PASSPHRASE holds a (line break, an outer space or|character that is not ASCII)/,
      )
      expect(err).not.toContain(value)
      expect(code).toBe(4)
    },
  )

  test('a wrong secret is refused by the exchange, at once', async () => {
    const world = openFakeWorld({ env: { AXISOR_API_SECRET: 'wrong' } })
    const running = await world.start('snapshot')
    await world.clock.advance(5_000)
    expect(running.code()).toBe(4)
    expect(world.err()).toMatch(
      /^axisor: .* refused the API key on the stream\. Check the API key, its secret/,
    )
    expect(world.out()).toBe('')
  })

  test('a revoked key', async () => {
    const { code, err } = await snapshot({}, { do: 'revoke' })
    expect(err).toContain('refused the API key')
    expect(code).toBe(4)
  })

  test('a key that may write is refused unless it is allowed', async () => {
    const probe = openFakeWorld().exchange.writeCredentials
    const env = {
      AXISOR_API_KEY: probe.key,
      AXISOR_API_SECRET: probe.secret,
      AXISOR_API_PASSPHRASE: probe.passphrase,
    }
    const refused = await snapshot({ env })
    expect(refused.err).toMatch(/^axisor: the API key may do more than read\. .*--allow-write-key/)
    expect(refused.code).toBe(4)
    const allowed = await snapshot({ env }, undefined, ['--allow-write-key', '--fields', 'key.canWrite'])
    expect(allowed).toMatchObject({ code: 0, out: '{"key":{"canWrite":true}}\n' })
  })
})

describe('the network', () => {
  test('a host that cannot be reached exits 5 after the time-out', async () => {
    const net = broken(
      () =>
        new AxisorError('unreachable', 'no connection to api.example (ECONNREFUSED)', { hint: 'Check it.' }),
    )
    const { code, err } = await snapshot({ net })
    expect(err).toBe('axisor: no connection to api.example (ECONNREFUSED). Check it.\n')
    expect(code).toBe(5)
  })

  test('a TLS failure exits 5 and says so', async () => {
    const net = broken(
      () =>
        new AxisorError('tls', 'no secure connection to api.example (CERT_HAS_EXPIRED)', {
          hint: 'Check the clock.',
        }),
    )
    const { code, err } = await snapshot({ net })
    expect(err).toBe('axisor: no secure connection to api.example (CERT_HAS_EXPIRED). Check the clock.\n')
    expect(code).toBe(5)
  })

  test('an exchange that does not answer exits 5 after the time-out, not before', async () => {
    const world = openFakeWorld()
    world.exchange.control('{"do":"mute","ms":600000}')
    world.exchange.control('{"do":"slow","ms":600000}')
    const running = await world.start('snapshot', '--timeout', '3s')
    await world.clock.advance(2_900)
    expect(running.code()).toBeNull()
    await world.clock.advance(200)
    expect(running.code()).toBe(5)
    expect(world.err()).toMatch(/^axisor: .*3 s/)
  })

  test('the stream is down but REST works: the picture comes over HTTP', async () => {
    const net = (real: Net): Net => ({
      ...real,
      sockets: broken(() => new AxisorError('unreachable', 'no stream'))(real).sockets,
    })
    const { code, out } = await snapshot({ net }, undefined, [
      '--fields',
      'source.transport,source.state,totals.positionCount',
    ])
    expect(JSON.parse(out)).toEqual({
      source: { transport: 'http', state: 'http' },
      totals: { positionCount: 3 },
    })
    expect(code).toBe(0)
  })

  test('a clock that is five minutes off is measured and corrected', async () => {
    for (const clockAheadMs of [300_000, -300_000]) {
      const { code, out } = await snapshot({ clockAheadMs }, undefined, [
        '--fields',
        'source.stale,source.clockOffsetMs',
      ])
      expect(JSON.parse(out)).toEqual({ source: { stale: false, clockOffsetMs: -clockAheadMs } })
      expect(code).toBe(0)
    }
  })
})

describe('the exchange says no', () => {
  test.each([
    [429, 'answered 429'],
    [503, 'answered 503'],
  ])('%i exits 7, and the hint does not promise to go on trying', async (status, said) => {
    const { code, err } = await snapshot({}, { do: 'status', code: status, ms: 600_000 })
    expect(err).toContain(said)
    expect(err).toContain('Gave up after 10 s. Try again later, or wait longer with --timeout.')
    expect(code).toBe(7)
  })

  test('one that recovers within the time-out is waited for', async () => {
    const { code } = await snapshot({}, { do: 'status', code: 503, ms: 3_000 })
    expect(code).toBe(0)
  })
})

describe('what cannot be read', () => {
  test('truncated JSON exits 6 and names the route', async () => {
    const net = spoiled('/v3/account', reply => ({ ...reply, body: reply.body.slice(0, 20) }))
    const { code, err } = await snapshot({ net })
    expect(err).toMatch(/^axisor: GET \/v3\/account: is not JSON/)
    expect(code).toBe(6)
  })

  test('a missing field exits 6 and is named', async () => {
    const net = spoiled('/v3/account', reply => ({
      ...reply,
      body: reply.body.replace('"balance"', '"balanse"'),
    }))
    const { code, err } = await snapshot({ net }, undefined, ['--json'])
    expect(JSON.parse(err)).toMatchObject({
      error: { code: 'unreadable', message: 'GET /v3/account: balance is missing', exitCode: 6 },
    })
    expect(code).toBe(6)
  })

  test('unknown frames are counted and life goes on', async () => {
    const world = openFakeWorld()
    const running = await world.start('watch', '--plain')
    await world.clock.advance(3_000)
    world.exchange.control('{"do":"garbage"}')
    await world.clock.advance(3_000)
    expect(running.code()).toBeNull()
    expect(world.out()).toContain('something could not be read: ')
    world.signal('SIGTERM')
    expect(await running.ended()).toBe(143)
  })
})

/** A network without a stream, on which one part of the first picture is kept back for 35 s. */
function late(): (net: Net) => Net {
  let told = false
  const account = spoiled('/v3/account', reply => {
    if (told) return reply
    told = true
    return { status: 429, headers: { 'retry-after': '35' }, body: '{}' }
  })
  const mute = broken(() => new AxisorError('unreachable', 'no stream'))
  return net => ({ ...account(net), sockets: mute(net).sockets })
}

describe('stale data', () => {
  test.each([
    ['json', '"stale":true'],
    ['text', '\nSTALE: market data 35 s old; positions 35 s old\n'],
    ['line', 'STALE 3'],
    ['prom', 'axisor_source_stale{origin="simulated",network="simulator"} 1\n'],
  ])('is printed, marked, and exits 8 (%s)', async (format, mark) => {
    const world = openFakeWorld({ net: late() })
    expect(await world.run('snapshot', '--timeout', '2m', '--format', format)).toBe(8)
    expect(world.out()).toContain(mark)
    expect(world.err()).toBe('')
  })

  test('breaches check', async () => {
    const world = openFakeWorld({ net: late() })
    expect(await world.run('check', '--liq', '0', '--timeout', '2m')).toBe(9)
    expect(world.out()).toMatch(/BREACHED data is 3\d\.\d s old, limit 30 s/)
  })
})
