import { describe, expect, test } from 'vitest'
import { documentError } from '../../src/feed/relay/document-error.ts'
import { closeError } from '../../src/feed/relay/errors.ts'
import { statusText } from '../../src/output/status.ts'
import { RELAY_CLOSE } from '../../src/wire/relay/messages.ts'
import { openFakeWorld } from '../support/fake-world.ts'
import { openLedgerRelay } from '../support/ledger-relay.ts'
import { openUsers, RELAY } from '../support/read-all-world.ts'
import { openEmulatedScreen } from '../support/screen.ts'

// To load takes real time, in which fake time must not run.
await import('../../src/tui/dashboard.tsx')

describe('--user', () => {
  test.each(['snapshot', 'positions', 'account', 'line', 'check'])(
    '%s reads the account of a user of the relay',
    async command => {
      const { world, dialed } = openUsers()
      expect(await world.run(command, '--user', 'user-2', ...RELAY)).toBe(await openFakeWorld().run(command))
      expect(world.out()).not.toBe('')
      expect(dialed).toEqual(['wss://relay.test/v1/stream?user=user-2'])
    },
  )

  test('selects the own user of a token without read-all', async () => {
    const { world } = openUsers({ token: 1 })
    expect(await world.run('line', '--user', 'user-1', ...RELAY)).toBe(0)
  })

  test.each(['user-2', 'dora'])(
    'exits 4 for %s without read-all, whether the user exists or not',
    async name => {
      const { world } = openUsers({ token: 1 })
      expect(await world.run('snapshot', '--user', name, ...RELAY)).toBe(4)
      expect(world.err()).toBe(
        `axisor: the relay token for relay.test may not read the user ${name}. Ask the relay operator for a token with the scope read-all, or leave out --user.\n`,
      )
      expect(world.out()).toBe('')
    },
  )

  test('exits 7 for a user that the relay does not have', async () => {
    const { world } = openUsers()
    expect(await world.run('snapshot', '--user', 'dora', ...RELAY)).toBe(7)
    expect(world.err()).toBe(
      'axisor: relay.test has no user dora. axisor status lists the users that the token reads.\n',
    )
  })

  test('prints nothing of the account that an earlier relay sends instead', async () => {
    const { world } = openUsers({ token: 1, isOld: true })
    expect(await world.run('snapshot', '--user', 'user-2', ...RELAY)).toBe(7)
    expect(world.err()).toMatch(
      /^axisor: relay\.test does not send the account of user-2: it is older than this axisor\. /,
    )
    expect(world.out()).toBe('')
  })

  test('prints nothing of it over HTTP either', async () => {
    const { world, hop } = openUsers({ token: 1, isOld: true })
    hop.transport.mute(60_000)
    expect(await world.run('snapshot', '--user', 'user-2', '--timeout', '20s', ...RELAY)).toBe(5)
    expect(world.out()).toBe('')
  })

  test('ends a watch whose user is removed from the relay', async () => {
    const { world, hop } = openUsers()
    const running = await world.start('watch', '--json', '--user', 'user-2', ...RELAY)
    await world.clock.advance(3_000)
    expect(world.out()).not.toBe('')
    await hop.removeUser('user-2')
    await world.clock.advance(3_000)
    expect(await running.ended()).toBe(7)
    expect(world.err()).toContain('relay.test has no user user-2')
  })

  test('is a usage error without a relay', async () => {
    for (const [source, words] of [
      ['--direct', 'a direct connection to the exchange'],
      ['--demo', 'the demo'],
    ] as const) {
      const world = openFakeWorld()
      expect(await world.run('snapshot', '--user', 'bob', source)).toBe(2)
      expect(world.err()).toBe(
        `axisor: --user selects a user of a relay, but the source is ${words}. Name the relay with --relay URL, or its profile with --profile.\n`,
      )
    }
  })

  test('rejects what is not a name of a user', async () => {
    const { world, dialed } = openUsers()
    expect(await world.run('line', '--user', 'Bob&user=ann', ...RELAY)).toBe(2)
    expect(world.err()).toMatch(
      /^axisor: --user Bob&user=ann: not a name of a user: it has 1 to 64 lower-case letters/,
    )
    expect(dialed).toEqual([])
  })

  test('can be set in the environment, where it concerns relays only', async () => {
    const env = { AXISOR_RELAY_USER: 'user-2' }
    const { world, dialed } = openUsers({ env })
    expect(await world.run('line', ...RELAY)).toBe(0)
    expect(dialed).toEqual(['wss://relay.test/v1/stream?user=user-2'])
    expect(await openFakeWorld({ env }).run('line', '--demo')).toBe(0)
  })
})

test('a relay that follows another one reads the setting too', async () => {
  const { world } = openUsers({ env: { AXISOR_RELAY_USER: 'Bob&' } })
  expect(await world.run('relay', 'serve', '--upstream-relay', 'wss://relay.test')).toBe(2)
  expect(world.err()).toContain('AXISOR_RELAY_USER=Bob& (environment): not a name of a user')
})

describe('axisor status of a relay', () => {
  test('lists the users that a token with read-all reads', async () => {
    const { world } = openUsers()
    expect(await world.run('status', '--json', '--user', 'user-2', ...RELAY)).toBe(0)
    const users = ['user-1', 'user-2', 'user-3']
    expect(JSON.parse(world.out())).toMatchObject({ user: 'user-2', users, exchange: { reachable: true } })
    const { world: other } = openUsers({ token: 1 })
    expect(await other.run('status', '--json', ...RELAY)).toBe(0)
    expect(JSON.parse(other.out())).toMatchObject({ user: null, users: ['user-1'] })
  })

  test.each([
    [['alice'], '          the token reads: alice'],
    [
      Array.from({ length: 22 }, (_, n) => `user-${n}`),
      `the token reads: ${Array.from({ length: 20 }, (_, n) => `user-${n}`).join(', ')}, and 2 more, which axisor status --json lists`,
    ],
  ])('prints %j', async (users, line) => {
    const { world } = openUsers()
    await world.run('status', '--json', ...RELAY)
    const document = JSON.parse(world.out())
    expect(statusText({ ...document, user: null, users })).toContain(line)
    expect(statusText({ ...document, user: 'alice', users: ['alice'] })).not.toContain('the token reads')
  })

  test('says why the account of a user is not readable', async () => {
    const { world } = openUsers({ token: 1 })
    expect(await world.run('status', '--json', '--user', 'user-2', ...RELAY)).toBe(0)
    expect(JSON.parse(world.out()).exchange.error).toMatchObject({ code: 'missing-permission' })
  })
})

test('an earlier relay that rejects the parameter of a document is named as such', () => {
  const reply = { status: 400, headers: { 'axisor-time': '1' }, body: '' }
  const request = { name: 'audit', now: 0 } as const
  const target = { host: 'relay.test', user: 'bob' }
  expect(documentError({ ...request, target }, reply).message).toContain('it is older than this axisor')
  const later = { ...reply, headers: { ...reply.headers, 'axisor-user': 'bob' } }
  expect(documentError({ ...request, target }, later)).toMatchObject({ code: 'usage' })
  expect(documentError({ ...request, target: { ...target, user: null } }, reply)).toMatchObject({
    code: 'usage',
  })
})

test('the error of a token whose own user has no key names --user', () => {
  const message = {
    type: 'error',
    sentAt: 0,
    code: 'no-credentials',
    message: 'the relay has no exchange key for this user',
    retryable: false,
  } as const
  const hintFor = (user: string | null) =>
    closeError({ code: RELAY_CLOSE.upstreamRefused, reason: '' }, { host: 'relay.test', user }, message)?.hint
  expect(hintFor(null)).toContain('name one with --user')
  expect(hintFor('bob')).not.toContain('--user')
})

test('commands of the ledger read the account of a user of the relay', async () => {
  const rig = await openLedgerRelay()
  Object.assign(rig.world.env, { AXISOR_RELAY_TOKEN: rig.desk })
  expect(await rig.world.run('deposits', '--json', '--user', 'bob', ...RELAY)).toBe(0)
  expect(JSON.parse(rig.world.out()).rows.length).toBeGreaterThan(0)
  expect(rig.targets.every(target => /^\/v1\/deposits\?.*&user=bob$/.test(target))).toBe(true)
  expect(await rig.world.run('audit', '--json', '--user', 'dora', ...RELAY)).toBe(7)
  expect(rig.world.err()).toContain('relay.test has no user dora')
  Object.assign(rig.world.env, { AXISOR_RELAY_TOKEN: rig.tokens.ann })
  expect(await rig.world.run('audit', '--json', '--user', 'bob', ...RELAY)).toBe(4)
})

describe('several --user', () => {
  const USERS = ['--user', 'user-1', '--user', 'user-2'] as const

  test('are the accounts of one dashboard, each over its own connection with the one token', async () => {
    const { world, dialed } = openUsers({ terminal: 120, env: { LANG: 'C.UTF-8' } })
    const running = await world.start('watch', ...USERS, '--user', 'dora', ...RELAY)
    await world.clock.advance(5_000)
    const screen = openEmulatedScreen(120, 24)
    screen.write(world.out())
    expect(screen.text().split('\n')[1]).toMatch(
      /^▸1 env\/user-1 ● LIVE .*│ 2 env\/user-2 ● LIVE .*│ 3 env\/dora ✗ STOPPED .*│ ALL/,
    )
    expect(dialed.slice(0, 3)).toEqual(
      ['user-1', 'user-2', 'dora'].map(user => `wss://relay.test/v1/stream?user=${user}`),
    )
    world.terminal.stdin.push('PPP')
    await world.clock.advance(1_000)
    screen.write(world.out())
    // Simulated accounts have one name: another user is another account.
    expect(screen.text()).not.toContain('counted once')
    world.terminal.stdin.push('q')
    expect(await running.ended()).toBe(0)
    expect(world.listeners()).toBe(0)
  })

  test.each([
    ['without a terminal', [...USERS], 'output that is no terminal takes one --user'],
    ['with --json', [...USERS, '--json'], '--json takes one --user'],
  ])('are a usage error %s', async (_, argv, message) => {
    const { world } = openUsers()
    expect(await world.run('watch', ...argv, ...RELAY)).toBe(2)
    expect(world.err()).toContain(message)
  })

  test.each([
    ['one is given twice', [...USERS, '--user', 'user-1'], '--user user-1 is given twice'],
    ['there are several profiles', [...USERS, '--profile', 'a', '--profile', 'b'], 'exclude each other'],
  ])('are a usage error if %s', async (_, argv, message) => {
    const { world } = openUsers({ terminal: 120 })
    expect(await world.run('watch', ...argv, ...RELAY)).toBe(2)
    expect(world.err()).toContain(message)
  })
})
