import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import type { Net } from '../../src/ports/world.ts'
import { behindFirewall, reportsPermissions } from '../support/key-reports.ts'
import {
  asReal,
  fresh,
  KEY,
  later,
  profileNamed,
  READER,
  storedIn,
  WRITER,
  withStdin,
} from '../support/login-world.ts'
import { openedKey, setKey, withUsers } from '../support/relay-users.ts'

const blocked = (net: Net): Net => behindFirewall()(asReal(net))

/** Replies to every signed request. */
const repliesWith =
  (status: number, body = '{}') =>
  (net: Net): Net => ({
    ...blocked(net),
    http: {
      ...net.http,
      get: async (origin, target, headers, timeoutMs) =>
        target.includes('/time')
          ? net.http.get(origin, target, headers, timeoutMs)
          : { status, headers: {}, body },
    },
  })

const NOT_VERIFIED = { permissions: null, provenAt: null }

async function loggedInBlocked() {
  const world = fresh({ net: blocked })
  expect(await withStdin(world, KEY)).toBe(0)
  return world
}

describe('axisor login behind a firewall that blocks the stream', () => {
  test('stores a key that REST accepts as not verified, and reports why', async () => {
    const world = await loggedInBlocked()
    expect(world.err()).toMatch(
      /^The exchange \(mainnet\) accepted the key, but its permissions could not be checked: the stream could not be used: .*status 403\. A firewall or proxy may block it\.\nThe key is stored as not verified\./,
    )
    expect(profileNamed(world, 'main')).toMatchObject(NOT_VERIFIED)
    expect(storedIn(world, 'keychain')).toHaveLength(1)
    expect(world.err()).not.toContain(READER.secret)
    expect(await world.run('profiles', '--json')).toBe(0)
    expect(JSON.parse(world.out()).profiles[0]).toMatchObject({ canWrite: null, ...NOT_VERIFIED })
    const text = later(world, { terminal: true })
    expect(await text.run('profiles')).toBe(0)
    expect(text.out()).toMatch(/main +mainnet +keychain +not verified +- /)
  })

  test('does the same if the exchange reports no permissions', async () => {
    const world = fresh({ net: net => asReal(reportsPermissions(() => '')(net)) })
    expect(await withStdin(world, KEY)).toBe(0)
    expect(world.err()).toContain('could not be checked: the exchange did not report them.')
    expect(profileNamed(world, 'main')).toMatchObject(NOT_VERIFIED)
  })

  test.each([
    ['a key that REST rejects', 401, 4, /answered 401/],
    ['a key that may read nothing', 403, 7, /rejected the WebSocket handshake/],
    ['an exchange that is down', 503, 7, /rejected the WebSocket handshake/],
    ['a page of a proxy', 200, 7, /rejected the WebSocket handshake/],
  ])('rejects %s and stores nothing', async (_, status, code, message) => {
    const world = fresh({ net: repliesWith(status, status === 200 ? '<html>Sign in</html>' : '{}') })
    expect(await withStdin(world, KEY)).toBe(code)
    expect(world.err()).toMatch(message)
    expect(storedIn(world, 'keychain')).toEqual([])
  })

  test('accepts a key that may not read the account itself', async () => {
    const world = fresh({
      net: net => {
        const { http, ...rest } = blocked(net)
        return {
          ...rest,
          http: {
            ...http,
            get: async (...request) =>
              request[1] === '/v3/account' ? { status: 403, headers: {}, body: '{}' } : http.get(...request),
          },
        }
      },
    })
    expect(await withStdin(world, KEY)).toBe(0)
    expect(profileNamed(world, 'main')).toMatchObject(NOT_VERIFIED)
  })
})

describe('a key that is not verified', () => {
  test.each([['snapshot'], ['line'], ['history'], ['status']])('is verified by axisor %s', async command => {
    const world = later(await loggedInBlocked())
    expect(await world.run(command)).toBe(0)
    expect(profileNamed(world, 'main')).toMatchObject({
      permissions: expect.arrayContaining(['account:read']),
      provenAt: expect.stringMatching(/^20/),
    })
    expect(world.err()).toBe('')
  })

  test('is verified by a watch once the stream can be used', async () => {
    let isBlocked = true
    const net = (real: Net): Net => behindFirewall(() => isBlocked)(asReal(real))
    const world = later(await loggedInBlocked(), { net })
    const running = await world.start('watch', '--json')
    await world.clock.advance(10_000)
    expect(profileNamed(world, 'main')).toMatchObject(NOT_VERIFIED)
    isBlocked = false
    await world.clock.advance(40_000)
    expect(profileNamed(world, 'main')).toMatchObject({ provenAt: expect.any(String) })
    world.signal('SIGTERM')
    await running.ended()
  })

  test('stays so while the stream is blocked, and works', async () => {
    const world = later(await loggedInBlocked(), { net: blocked })
    expect(await world.run('snapshot')).toBe(0)
    expect(JSON.parse(world.out())).toMatchObject({ key: { canWrite: null }, positions: [{}, {}, {}] })
    expect(profileNamed(world, 'main')).toMatchObject(NOT_VERIFIED)
  })

  test('was accepted before: a later 401 does not end a watch', async () => {
    const world = later(await loggedInBlocked(), { net: blocked })
    world.exchange.control('{"do":"revoke"}')
    const running = await world.start('watch', '--json')
    await world.clock.advance(60_000)
    expect(running.code()).toBeNull()
    world.exchange.control('{"do":"restore"}')
    await world.clock.advance(200_000)
    const last = JSON.parse(world.out().trim().split('\n').at(-1) ?? '')
    expect(last).toMatchObject({ source: { stale: false }, positions: expect.any(Array) })
    world.signal('SIGTERM')
    await running.ended()
  })

  test('is not verified by another key from the environment', async () => {
    const { key, secret, passphrase } = READER
    const env = { AXISOR_API_KEY: key, AXISOR_API_SECRET: secret, AXISOR_API_PASSPHRASE: passphrase }
    const world = later(await loggedInBlocked(), { env })
    for (const command of ['snapshot', 'status', 'history'])
      expect(await world.run(command, '--profile', 'main')).toBe(0)
    expect(profileNamed(world, 'main')).toMatchObject(NOT_VERIFIED)
  })

  test('is refused, and stays so, if it may do more than read', async () => {
    const login = fresh({ net: blocked })
    expect(await withStdin(login, JSON.stringify(WRITER))).toBe(0)
    const world = later(login)
    expect(await world.run('snapshot')).toBe(4)
    expect(profileNamed(world, 'main')).toMatchObject(NOT_VERIFIED)
    expect(await world.run('snapshot', '--allow-write-key')).toBe(0)
    expect(profileNamed(world, 'main')).toMatchObject({ provenAt: expect.any(String) })
  })

  test('does not fail a command if the file cannot be written', async () => {
    const world = later(await loggedInBlocked())
    Object.assign(world.files, {
      writePrivate: () => Promise.reject(new AxisorError('config', 'read-only file system')),
    })
    expect(await world.run('snapshot')).toBe(0)
    expect(world.err()).toBe('')
  })
})

test.each(['["account:read","futures:isolated:trade"]', '["*"]', '"account:read"', '["account:read",7]'])(
  'login and relay credentials set refuse %s unless --allow-write-key is given',
  async list => {
    const net = reportsPermissions(() => list)
    const world = fresh({ net })
    expect(await withStdin(world, KEY)).toBe(4)
    expect(world.err()).toContain('axisor: the API key is not read-only: ')
    expect(storedIn(world, 'keychain')).toEqual([])
    const allowed = fresh({ net })
    expect(await withStdin(allowed, KEY, '--allow-write-key', '--json')).toBe(0)
    expect(JSON.parse(allowed.out())).toMatchObject({ canWrite: true })
    expect(await allowed.run('profiles')).toBe(0)
    const relay = await withUsers({ net })
    expect(await setKey(relay, 'alice')).toBe(4)
    expect(relay.err()).toMatch(/not read-only: .*--allow-write-key\. Nothing was stored\.\n$/)
    expect(await relay.relayStore.account('u-alice')).toBeNull()
    const accepted = await withUsers({ net })
    expect(await setKey(accepted, 'alice', undefined, '--allow-write-key')).toBe(0)
    expect(accepted.err()).toBe('The key of alice (simulator) is NOT read-only. It was stored encrypted.\n')
    expect(await openedKey(accepted, 'alice')).toEqual(READER)
  },
)

test('relay credentials set stores a key whose permissions could not be checked, and reports why', async () => {
  const world = await withUsers({ net: behindFirewall() })
  expect(await setKey(world, 'alice')).toBe(0)
  expect(world.err()).toMatch(
    /^The exchange accepted the key of alice \(simulator\), but its permissions could not be checked: .*status 403\. It was stored encrypted\.\n$/,
  )
  expect(await openedKey(world, 'alice')).toEqual(READER)
})
