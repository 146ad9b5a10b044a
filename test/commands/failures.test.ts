import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import type { Net } from '../../src/ports/world.ts'
import { openFakeWorld } from '../support/fake-world.ts'
import { NO_KEY } from '../support/login-world.ts'
import { runSnapshot } from '../support/one-shot.ts'
import { broken, spoiled } from '../support/spoiled-net.ts'

describe('credentials', () => {
  const KEYS = ['AXISOR_API_KEY', 'AXISOR_API_SECRET', 'AXISOR_API_PASSPHRASE'] as const

  test('prints the variables to set and the demo if there are none', async () => {
    const { code, err } = await runSnapshot({ env: Object.fromEntries(KEYS.map(key => [key, undefined])) })
    expect(err).toBe(
      'axisor: no API key. Run axisor login, or set AXISOR_API_KEY, AXISOR_API_SECRET, AXISOR_API_PASSPHRASE to those of a read-only key, or try --demo, which needs no key.\n',
    )
    expect(code).toBe(4)
  })

  test('names the missing parts of an incomplete key', async () => {
    const { code, err } = await runSnapshot({
      env: { AXISOR_API_SECRET: undefined, AXISOR_API_PASSPHRASE: undefined },
    })
    expect(err).toContain('incomplete API key: AXISOR_API_SECRET and AXISOR_API_PASSPHRASE not set.')
    expect(code).toBe(4)
  })

  test.each(['line\nbreak', 'ключ', ' blank', 'tab\t'])(
    'rejects a key that no HTTP header can carry, without quoting it',
    async value => {
      const { code, err } = await runSnapshot({ env: { AXISOR_API_PASSPHRASE: value } })
      expect(err).toMatch(
        /^axisor: AXISOR_API_PASSPHRASE contains a (line break, a control character, or|character that is not ASCII)/,
      )
      expect(err).not.toContain(value)
      expect(code).toBe(4)
    },
  )

  test('fails at once for a wrong secret', async () => {
    const world = openFakeWorld({ env: { AXISOR_API_SECRET: 'wrong' } })
    const running = await world.start('snapshot')
    await world.clock.advance(5_000)
    expect(running.code()).toBe(4)
    expect(world.err()).toMatch(
      /^axisor: .* rejected the API key on the stream\. Check the API key, its secret/,
    )
    expect(world.out()).toBe('')
  })

  test('fails for a revoked key', async () => {
    const { code, err } = await runSnapshot({}, { do: 'revoke' })
    expect(err).toContain('rejected the API key')
    expect(code).toBe(4)
  })

  test('rejects a key with write permissions without --allow-write-key', async () => {
    const probe = openFakeWorld().exchange.writeCredentials
    const env = {
      AXISOR_API_KEY: probe.key,
      AXISOR_API_SECRET: probe.secret,
      AXISOR_API_PASSPHRASE: probe.passphrase,
    }
    const rejected = await runSnapshot({ env })
    expect(rejected.err).toMatch(
      /^axisor: the API key is not read-only: it may do more than read: .*--allow-write-key/,
    )
    expect(rejected.code).toBe(4)
    const allowed = await runSnapshot({ env }, undefined, ['--allow-write-key', '--fields', 'key.canWrite'])
    expect(allowed).toMatchObject({ code: 0, out: '{"key":{"canWrite":true}}\n' })
  })
})

describe('the network', () => {
  test('exits 5 after the timeout for an unreachable host', async () => {
    const net = broken(
      () =>
        new AxisorError('unreachable', 'no connection to api.example (ECONNREFUSED)', { hint: 'Check it.' }),
    )
    const { code, err } = await runSnapshot({ net })
    expect(err).toBe('axisor: no connection to api.example (ECONNREFUSED). Check it.\n')
    expect(code).toBe(5)
  })

  test('exits 5 with the reason for a TLS failure', async () => {
    const net = broken(
      () =>
        new AxisorError('tls', 'no secure connection to api.example (CERT_HAS_EXPIRED)', {
          hint: 'Check the clock.',
        }),
    )
    const { code, err } = await runSnapshot({ net })
    expect(err).toBe('axisor: no secure connection to api.example (CERT_HAS_EXPIRED). Check the clock.\n')
    expect(code).toBe(5)
  })

  test('exits 5 after the timeout, not before, for a silent exchange', async () => {
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

  test('reads the snapshot over HTTP while the stream is down', async () => {
    const net = (real: Net): Net => ({
      ...real,
      sockets: broken(() => new AxisorError('unreachable', 'no stream'))(real).sockets,
    })
    const { code, out } = await runSnapshot({ net }, undefined, [
      '--fields',
      'source.transport,source.state,totals.positionCount',
    ])
    expect(JSON.parse(out)).toEqual({
      source: { transport: 'http', state: 'http' },
      totals: { positionCount: 3 },
    })
    expect(code).toBe(0)
  })

  test('measures and corrects a clock that is five minutes off', async () => {
    for (const clockAheadMs of [300_000, -300_000]) {
      const { code, out } = await runSnapshot({ clockAheadMs }, undefined, [
        '--fields',
        'source.stale,source.clockOffsetMs',
      ])
      expect(JSON.parse(out)).toEqual({ source: { stale: false, clockOffsetMs: -clockAheadMs } })
      expect(code).toBe(0)
    }
  })
})

describe('rejections by the exchange', () => {
  test.each([
    [429, 'rate-limited until 18:00:'],
    [503, 'answered 503'],
  ])('exits 7 for a %i, without a hint about retries', async (status, message) => {
    const { code, err } = await runSnapshot({}, { do: 'status', code: status, ms: 600_000 })
    expect(err).toContain(message)
    expect(err).toContain('Gave up after 10 s. Try again later, or wait longer with --timeout.')
    expect(code).toBe(7)
  })

  test.each([
    ['snapshot', '--timeout', '10s'],
    ['snapshot', '--timeout', '40s'],
    ['line'],
    ['check', '--liq', '0'],
    ['history'],
  ])('%s %s %s exits 7 and names the time while the exchange asks to wait for an hour', async (...argv) => {
    const refuse = spoiled('/v3/', reply => ({ ...reply, status: 429, headers: { 'retry-after': '3600' } }))
    const world = openFakeWorld({ net: refuse })
    expect(await world.run(...argv)).toBe(7)
    expect(world.out()).toBe(argv[0] === 'line' ? 'NO DATA\n' : '')
    expect(world.err()).toMatch(/^axisor: [^\n]+, rate-limited until 19:00:\d\dZ\. [^\n]+\n$/)
  })

  test('prints AUTH in a status line if there is no key, and nothing for a wrong option', async () => {
    const world = openFakeWorld({ env: NO_KEY })
    expect(await world.run('line')).toBe(4)
    expect(world.out()).toBe('AUTH\n')
    const mistaken = openFakeWorld()
    expect(await mistaken.run('line', '--nope')).toBe(2)
    expect(mistaken.out()).toBe('')
  })

  test('prints the prices of the stream while REST is limited', async () => {
    const refuse = spoiled('/v3/', reply => ({ ...reply, status: 429, headers: { 'retry-after': '3600' } }))
    const world = openFakeWorld({ net: refuse })
    expect(await world.run('market', '--json')).toBe(0)
    expect(JSON.parse(world.out())).toMatchObject({ market: { stale: false, indexUsd: expect.any(Number) } })
  })

  test.each([
    ['without headers', { perSecond: 1, burst: 1 }],
    ['with headers', { perSecond: 1, burst: 1, headers: 'on' }],
    ['with a spacing', { perSecond: 20, burst: 40, spacingMs: 500 }],
    ['that is faster', { perSecond: 5, burst: 1, headers: 'on' }],
  ])('gives a snapshot although the exchange allows no burst, %s', async (_how, limit) => {
    const { code, out } = await runSnapshot({}, { do: 'limit', ...limit })
    expect(JSON.parse(out)).toMatchObject({
      source: { stale: false },
      account: { balanceSats: expect.any(Number), stale: false },
      totals: { positionCount: expect.any(Number) },
    })
    expect(code).toBe(0)
  })

  test('prints the account although public requests are limited', async () => {
    let refusals = 1
    const refuse = spoiled('/v3/futures/ticker', reply =>
      refusals-- > 0 ? { ...reply, status: 429, headers: { 'retry-after': '2' } } : reply,
    )
    const world = openFakeWorld({ net: refuse })
    expect(await world.run('snapshot')).toBe(0)
  })

  test('waits for an exchange that recovers within the timeout', async () => {
    const { code } = await runSnapshot({}, { do: 'status', code: 503, ms: 3_000 })
    expect(code).toBe(0)
  })
})

/** A network without a stream, on which one part of the first snapshot is delayed by 36 s. */
function late(): (net: Net) => Net {
  let refusals = 2
  const account = spoiled('/v3/account', reply => {
    if (refusals === 0) return reply
    refusals -= 1
    return { status: 429, headers: { 'retry-after': '18' }, body: '{}' }
  })
  const mute = broken(() => new AxisorError('unreachable', 'no stream'))
  return net => ({ ...account(net), sockets: mute(net).sockets })
}

describe('stale data', () => {
  test.each([
    ['json', '"stale":true'],
    ['text', '\nSTALE: market data, isolated positions'],
    ['line', 'STALE 3'],
    ['prom', 'axisor_source_stale{origin="simulated",network="simulator"} 1\n'],
  ])('prints marked data and exits 8 (%s)', async (format, mark) => {
    const world = openFakeWorld({ net: late() })
    expect(await world.run('snapshot', '--timeout', '2m', '--format', format)).toBe(8)
    expect(world.out()).toContain(mark)
    expect(world.err()).toBe('')
  })

  test('fails axisor check with exit code 9', async () => {
    const world = openFakeWorld({ net: late() })
    expect(await world.run('check', '--liq', '0', '--timeout', '2m')).toBe(9)
    expect(world.out()).toMatch(/BREACHED data is 3\d\.\d s old, limit 30 s/)
  })
})
