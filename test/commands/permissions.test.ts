import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import type { Net } from '../../src/ports/world.ts'
import type { Scope } from '../../src/simulator/protocol/scopes.ts'
import { READ_SCOPES } from '../../src/simulator/protocol/scopes.ts'
import { type FakeWorld, type FakeWorldOptions, openFakeWorld } from '../support/fake-world.ts'
import { ONE_SHOT_COMMANDS } from '../support/one-shot.ts'

const KEY = { key: 'narrow', secret: 'narrow-secret', passphrase: 'narrow-pass' }

/** Opens a world whose key lacks some permissions. */
function without(lacking: readonly Scope[], options: FakeWorldOptions = {}): FakeWorld {
  const scopes = READ_SCOPES.filter(each => !lacking.includes(each))
  return openFakeWorld({
    ...options,
    exchange: { extraKeys: [{ credentials: KEY, scopes }] },
    env: { AXISOR_API_KEY: KEY.key, AXISOR_API_SECRET: KEY.secret, AXISOR_API_PASSPHRASE: KEY.passphrase },
  })
}

const FUTURES: readonly Scope[] = ['futures:isolated:read', 'futures:cross:read']

describe('a missing permission', () => {
  test.each([
    ['positions', FUTURES, 'futures:isolated:read and futures:cross:read'],
    ['orders', FUTURES, 'futures:isolated:read and futures:cross:read'],
    ['account', ['account:read'], 'account:read'],
    ['history', ['futures:isolated:read'], 'futures:isolated:read'],
    ['funding', ['futures:cross:read'], 'futures:cross:read'],
  ] as const)('ends axisor %s with its name', async (command, lacking, named) => {
    const world = without(lacking)
    expect(await world.run(command)).toBe(4)
    expect(world.err()).toBe(
      `axisor: the key lacks ${named}, which axisor ${command} needs. Create a key with ${named.includes(' and ') ? 'these permissions' : 'this permission'}.\n`,
    )
    expect(world.out()).toBe('')
  })

  test('is named by axisor snapshot, which prints the rest', async () => {
    const positions = without(['futures:cross:read'], { terminal: true })
    expect(await positions.run('positions')).toBe(0)
    expect(positions.out()).toMatch(/POSITIONS 2, incomplete: the key needs futures:cross:read\n/)
    const orders = without(['futures:isolated:read'], { terminal: true })
    expect(await orders.run('orders')).toBe(0)
    expect(orders.out()).toMatch(/ORDERS 1, incomplete: the key needs futures:isolated:read\n/)
    const snapshot = without(['account:read', ...FUTURES], { terminal: true })
    expect(await snapshot.run('snapshot')).toBe(0)
    expect(snapshot.out()).toContain('balance not known: the key needs account:read')
    expect(snapshot.out()).toContain(
      'POSITIONS not known: the key needs futures:isolated:read and futures:cross:read',
    )
  })

  test('does not affect axisor market', async () => {
    expect(await without(READ_SCOPES).run('market')).toBe(0)
  })
})

describe('the permissions of the key are verified at every connect', () => {
  const { writeCredentials: writer } = openFakeWorld().exchange
  const env = {
    AXISOR_API_KEY: writer.key,
    AXISOR_API_SECRET: writer.secret,
    AXISOR_API_PASSPHRASE: writer.passphrase,
  }

  test.each([...ONE_SHOT_COMMANDS, ['watch', '--json']])(
    'axisor %s rejects write permissions without --allow-write-key',
    async (...argv) => {
      const rejected = openFakeWorld({ env })
      expect(await rejected.run(...argv)).toBe(4)
      expect(rejected.err()).toContain('the API key is not read-only')
      const allowed = openFakeWorld({ env })
      const running = await allowed.start(...argv, '--allow-write-key')
      await allowed.clock.advance(12_000)
      allowed.signal('SIGTERM')
      expect([0, 9, 143]).toContain(await running.ended())
      expect(allowed.err()).toBe('')
    },
  )

  test.each(['positions', 'orders', 'account', 'history', 'funding', 'snapshot'])(
    'axisor %s --json prints them',
    async command => {
      const world = openFakeWorld({ env })
      await world.run(command, '--json', '--allow-write-key')
      expect(JSON.parse(world.out())).toMatchObject({ key: { canWrite: true } })
      const reader = openFakeWorld()
      await reader.run(command, '--json')
      expect(JSON.parse(reader.out())).toMatchObject({ key: { canWrite: false } })
    },
  )

  test('a listing warns if they could not be verified, and does not report a read-only key', async () => {
    const net = (real: Net): Net => ({
      ...real,
      sockets: {
        open(_url, listener) {
          queueMicrotask(() => {
            listener.failed(new AxisorError('unreachable', 'no stream'))
            listener.closed(1006)
          })
          return { send() {}, ping() {}, terminate() {} }
        },
      },
    })
    const world = openFakeWorld({ net })
    expect(await world.run('history')).toBe(0)
    expect(world.err()).toBe('axisor: permissions could not be checked: no stream\n')
    expect(JSON.parse(world.out())).toMatchObject({ key: { permissions: null, canWrite: null } })
  })
})
