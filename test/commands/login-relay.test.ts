import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import type { HttpReply } from '../../src/ports/net.ts'
import type { Net } from '../../src/ports/world.ts'
import {
  fresh,
  ownFile,
  PROFILES,
  profileNamed,
  storedIn,
  unusable,
  withStdin,
} from '../support/login-world.ts'

const TOKEN = `axr_${'t0k3n'.repeat(8)}`

/** A relay with one response to every request. Records the requests. */
function relay(reply: Partial<HttpReply>, requests: unknown[] = []) {
  return (net: Net): Net => ({
    ...net,
    http: {
      ...net.http,
      get: async (origin, target, headers) => {
        requests.push({ origin, target, headers })
        return { status: 200, headers: {}, body: '{}', ...reply }
      },
    },
  })
}

describe('axisor login --relay', () => {
  test('exits 4 without a terminal, with a hint for scripts', async () => {
    const world = fresh()
    expect(await world.run('login', '--relay', 'wss://relay.home')).toBe(4)
    expect(world.err()).toBe(
      'axisor: cannot prompt for a relay token: stdin is not a terminal. Pass it as JSON on stdin, with --with-stdin.\n',
    )
  })

  test('prompts for the token without echo, verifies and stores it', async () => {
    const requests: unknown[] = []
    const world = fresh({
      terminal: true,
      typedKeys: `${TOKEN}\r`,
      net: relay({ status: 204, body: '' }, requests),
    })
    expect(await world.run('login', '--relay', 'wss://relay.home')).toBe(0)
    expect(requests).toEqual([
      { origin: 'https://relay.home', target: '/v1/snapshot', headers: { authorization: `Bearer ${TOKEN}` } },
    ])
    expect(world.prompted()).toBe('Relay token: \n')
    expect(profileNamed(world, 'relay')).toMatchObject({
      kind: 'relay',
      relayUrl: 'wss://relay.home',
      store: 'keychain',
    })
    expect(storedIn(world, 'keychain').map(([place]) => place)).toEqual(['axisor-relay:relay:relay'])
    for (const text of [world.prompted(), world.err(), world.out(), world.file(PROFILES)])
      expect(text).not.toContain(TOKEN)
  })

  test.each([
    [200, '{}'],
    [204, ''],
    [404, '{"error":"no account"}'],
    [502, '{"type":"error","code":"key-refused","message":"alice has no exchange key on this relay"}'],
    [503, 'not ready'],
  ])('takes a %i for an accepted token', async (status, body) => {
    const world = fresh({ net: relay({ status, body }) })
    expect(
      await withStdin(
        world,
        JSON.stringify({ token: TOKEN }),
        '--relay',
        'https://relay.home',
        '--profile',
        'home',
      ),
    ).toBe(0)
    expect(profileNamed(world, 'home')).toMatchObject({ kind: 'relay' })
  })

  test.each([
    [401, '', 4, 'relay.home rejected the token'],
    [403, '', 4, 'relay.home rejected the token'],
    [404, '<html>', 7, 'relay.home responded with 404 to GET /v1/snapshot'],
    [502, '<html>', 7, 'relay.home responded with 502 to GET /v1/snapshot'],
    [301, '', 7, 'relay.home responded with 301 to GET /v1/snapshot'],
  ])('fails for %i %s and stores nothing', async (status, body, code, message) => {
    const world = fresh({ net: relay({ status, body }) })
    expect(await withStdin(world, JSON.stringify({ token: TOKEN }), '--relay', 'https://relay.home')).toBe(
      code,
    )
    expect(world.err()).toContain(message)
    expect(storedIn(world, 'keychain')).toEqual([])
    expect(world.file(PROFILES)).toBeNull()
  })

  test.each([
    ['ws://relay.home', 'ws:// is allowed for this machine'],
    ['https://user:hunter2@relay.home', 'without a user name or password'],
    ['relay.home', 'not a wss:// or https:// address'],
    ['wss://relay.home?token=hunter2', 'without ? or #'],
  ])('rejects the relay address %s', async (url, message) => {
    const world = fresh({ terminal: true })
    expect(await world.run('login', '--relay', url)).toBe(2)
    expect(world.err()).toContain(message)
  })

  test('warns about a token in the environment, which takes precedence', async () => {
    const world = fresh({ net: relay({}), env: { AXISOR_RELAY_TOKEN: 'another-token' } })
    expect(await withStdin(world, JSON.stringify({ token: TOKEN }), '--relay', 'https://relay.home')).toBe(0)
    expect(world.err()).toContain('The environment also contains a token, which takes precedence')
  })

  test('does not turn the profile of an account into a relay profile, or back', async () => {
    const world = fresh({ net: relay({}) })
    await withStdin(world, JSON.stringify({ token: TOKEN }), '--relay', 'https://relay.home')
    const running = await world.start('login', '--profile', 'relay')
    expect(await running.ended()).toBe(2)
    expect(world.err()).toContain('profile relay is a relay profile')
  })
})

describe('a relay profile', () => {
  /** Logged in at relay.home; the requests to a relay are recorded. */
  async function atHome(requests: unknown[], env: Readonly<Record<string, string | undefined>> = {}) {
    const first = fresh({ net: relay({}) })
    await withStdin(first, JSON.stringify({ token: TOKEN }), '--relay', 'wss://relay.home')
    const files = { [PROFILES]: ownFile(first.file(PROFILES) ?? '') }
    const net = (real: Net): Net => ({
      ...relay({ status: 503 }, requests)(real),
      sockets: {
        open(url, listener, ...rest) {
          requests.push({ url, ...rest })
          queueMicrotask(() => {
            listener.failed(new AxisorError('unreachable', 'no relay here'))
            listener.closed(1006)
          })
          return { send() {}, ping() {}, terminate() {} }
        },
      },
    })
    const world = fresh({ net, files, env })
    for (const [place, text] of first.secrets.keychain.texts) world.secrets.keychain.texts.set(place, text)
    return world
  }

  test.each([
    ['being current', [], {}],
    ['its name', ['--profile', 'relay'], {}],
    ['its address', ['--relay', 'wss://relay.home'], {}],
    ['its address in the environment', [], { AXISOR_RELAY_URL: 'wss://relay.home' }],
  ])('is selected by %s, and its token is sent to its relay', async (_, argv, env) => {
    const requests: unknown[] = []
    const world = await atHome(requests, env)
    await world.run('snapshot', '--timeout', '1s', ...argv)
    expect(JSON.stringify(requests)).toContain('relay.home')
    expect(JSON.stringify(requests)).toContain(`Bearer ${TOKEN}`)
    expect(world.err()).not.toContain(TOKEN)
  })

  test('yields to a token in the environment', async () => {
    const requests: unknown[] = []
    const world = await atHome(requests, { AXISOR_RELAY_TOKEN: 'axr_other' })
    world.secrets.keychain.become(unusable())
    await world.run('snapshot', '--timeout', '1s')
    expect(JSON.stringify(requests)).toContain('Bearer axr_other')
    expect(JSON.stringify(requests)).not.toContain(TOKEN)
  })

  test('never sends its token to another relay', async () => {
    const requests: unknown[] = []
    const world = await atHome(requests)
    expect(await world.run('snapshot', '--relay', 'wss://other.example')).toBe(4)
    expect(world.err()).toContain('no token for this relay')
    expect(await world.run('snapshot', '--relay', 'wss://other.example', '--profile', 'relay')).toBe(2)
    expect(world.err()).toContain('--relay contradicts profile relay, which is for wss://relay.home')
    expect(await world.run('snapshot', '--network', 'signet', '--profile', 'relay')).toBe(2)
    expect(world.err()).toContain('--network contradicts profile relay, which is a relay profile')
    expect(requests).toEqual([])
  })

  test('is shown as accepted by axisor status', async () => {
    const world = await atHome([])
    expect(await world.run('status')).toBe(0)
    expect(JSON.parse(world.out())).toMatchObject({
      profile: { name: 'relay' },
      source: 'relay',
      network: 'relay',
      address: 'wss://relay.home',
      credentials: { from: 'keychain', state: 'ready' },
      key: null,
      exchange: { reachable: true },
    })
    expect(world.out()).not.toContain(TOKEN)
  })
})
