import { describe, expect, test } from 'vitest'
import { PERMISSIONS_UNCHECKED } from '../../src/domain/account.ts'
import type { Net } from '../../src/ports/world.ts'
import { openFakeWorld } from '../support/fake-world.ts'
import { behindFirewall, reportsPermissions } from '../support/key-reports.ts'
import { ONE_SHOT_COMMANDS } from '../support/one-shot.ts'

const READS = '"account:read","futures:isolated:read","futures:cross:read"'

const MORE_THAN_READING = [
  `[${READS},"futures:isolated:trade"]`,
  `[${READS},"*"]`,
  `[${READS},"futures:*"]`,
  `[${READS},"ADMIN"]`,
  `[${READS},""]`,
]
const UNREADABLE = [`[${READS},7]`, `[${READS},null]`, '"account:read"', '{"account:read":true}', '[[]]', '1']

describe('a list of permissions that may be more than reading', () => {
  test.each([...MORE_THAN_READING, ...UNREADABLE])('is refused at the first connect: %s', async list => {
    const world = openFakeWorld({ net: reportsPermissions(() => list) })
    expect(await world.run('snapshot')).toBe(4)
    expect(world.err()).toMatch(/^axisor: the API key is not read-only: .*--allow-write-key/)
    expect(world.out()).toBe('')
  })

  test.each([...ONE_SHOT_COMMANDS, ['watch', '--json'], ['watch', '--plain']])(
    'is refused by axisor %s if it is unreadable',
    async (...argv) => {
      const world = openFakeWorld({ net: reportsPermissions(() => '"account:read"') })
      expect(await world.run(...argv)).toBe(4)
      expect(world.err()).toContain('its list of permissions is unreadable')
    },
  )

  test.each([...MORE_THAN_READING, ...UNREADABLE])('is shown with --allow-write-key: %s', async list => {
    const world = openFakeWorld({ net: reportsPermissions(() => list) })
    expect(await world.run('snapshot', '--allow-write-key')).toBe(0)
    const permissions = MORE_THAN_READING.includes(list) ? JSON.parse(list) : null
    expect(JSON.parse(world.out())).toMatchObject({
      key: { permissions, canWrite: true },
      positions: [{}, {}, {}],
    })
    const text = openFakeWorld({ net: reportsPermissions(() => list), terminal: true })
    expect(await text.run('snapshot', '--allow-write-key')).toBe(0)
    expect(text.out()).toContain('!! WRITE KEY: this key may do more than read')
  })
})

describe('without a list of permissions', () => {
  const nets = [
    ['the stream is blocked', behindFirewall()],
    ['the reply has no list', reportsPermissions(() => '')],
    ['the list is null', reportsPermissions(() => 'null')],
  ] as const

  describe.each(nets)('because %s', (_, net) => {
    test.each(ONE_SHOT_COMMANDS)('axisor %s goes on', async (...argv) => {
      const world = openFakeWorld({ net })
      expect([0, 9]).toContain(await world.run(...argv))
      expect(world.out()).not.toBe('')
    })

    test('documents have canWrite null, and the text has a line', async () => {
      const world = openFakeWorld({ net })
      await world.run('snapshot')
      expect(JSON.parse(world.out())).toMatchObject({
        key: { permissions: null, canWrite: null },
        positions: [{}, {}, {}],
      })
      for (const command of ['snapshot', 'positions', 'orders', 'account', 'history', 'funding']) {
        const text = openFakeWorld({ net, terminal: true })
        expect(await text.run(command)).toBe(0)
        expect(text.out().split('\n')).toContain(PERMISSIONS_UNCHECKED)
      }
    })

    test('axisor market, which uses no key, has no such line', async () => {
      const world = openFakeWorld({ net, terminal: true })
      expect(await world.run('market')).toBe(0)
      expect(world.out()).not.toContain(PERMISSIONS_UNCHECKED)
    })

    test('axisor watch --plain reports it once', async () => {
      const world = openFakeWorld({ net })
      const running = await world.start('watch', '--plain')
      await world.clock.advance(20_000)
      world.signal('SIGTERM')
      expect(await running.ended()).toBe(143)
      expect(world.out().match(/permissions could not be checked/g)).toHaveLength(1)
      expect(world.out()).toMatch(/connected|unrealized P&L/)
    })
  })

  test('a snapshot waits at most 300 ms for the list after its data', async () => {
    const world = openFakeWorld({ net: reportsPermissions(() => '') })
    const running = await world.start('snapshot')
    await world.clock.advance(0)
    const before = openFakeWorld()
    const ready = await before.start('snapshot')
    let dataMs = 0
    while (ready.code() === null) {
      await before.clock.advance(10)
      dataMs += 10
    }
    let waitedMs = 0
    while (running.code() === null) {
      await world.clock.advance(10)
      waitedMs += 10
    }
    expect(waitedMs - dataMs).toBeGreaterThanOrEqual(290)
    expect(waitedMs - dataMs).toBeLessThanOrEqual(310)
  })
})

describe('the list of permissions hides nothing', () => {
  test('data that the list does not contain is printed as complete', async () => {
    for (const command of ['snapshot', 'positions', 'orders', 'account', 'history', 'funding']) {
      const world = openFakeWorld({ net: reportsPermissions(() => '[]'), terminal: true })
      expect(await world.run(command)).toBe(0)
      expect(world.out()).not.toMatch(/incomplete|not known|needs/)
    }
  })

  test('a 403 to a route that the list contains is shown as a refusal, with exit code 7', async () => {
    const net = (real: Net): Net => ({
      ...real,
      http: {
        ...real.http,
        get: async (...request) =>
          request[1].includes('/futures/isolated') || request[1].includes('/futures/cross')
            ? { status: 403, headers: {}, body: '<html>Just a moment...</html>' }
            : real.http.get(...request),
      },
    })
    const text = openFakeWorld({ net, terminal: true })
    expect(await text.run('snapshot')).toBe(0)
    expect(text.out()).toMatch(
      /POSITIONS not known: .* answered 403 .*: the key has futures:isolated:read, so a firewall or the exchange/,
    )
    for (const command of ['positions', 'orders', 'history', 'funding']) {
      const world = openFakeWorld({ net })
      expect(await world.run(command)).toBe(7)
      expect(world.err()).toMatch(
        /^axisor: the exchange refused what axisor \w+ reads \(status 403\)\. The key has futures:isolated:read.*Try again later\.\n$/,
      )
    }
  })

  test('a 403 without a list names what the key may lack', async () => {
    const net = (real: Net): Net => ({
      ...reportsPermissions(() => '')(real),
      http: {
        ...real.http,
        get: async (...request) =>
          request[1].startsWith('/v3/account')
            ? { status: 403, headers: {}, body: '{}' }
            : real.http.get(...request),
      },
    })
    const world = openFakeWorld({ net })
    expect(await world.run('account')).toBe(7)
    expect(world.err()).toContain('The key may lack account:read, or a firewall blocks the requests.')
  })
})

test.each([
  [`[${READS}]`, false],
  ['"account:read"', true],
])('a list that only whoami reports counts: %s', async (list, isRefused) => {
  const lists = ['', list]
  const world = openFakeWorld({ net: reportsPermissions(() => lists.shift() ?? list) })
  expect(await world.run('snapshot')).toBe(isRefused ? 4 : 0)
  if (!isRefused) expect(JSON.parse(world.out())).toMatchObject({ key: { canWrite: false } })
})

describe('a list that changes while a watch runs', () => {
  const READ_ONLY = `[${READS}]`

  async function watchWith(next: string) {
    let list = READ_ONLY
    const world = openFakeWorld({ net: reportsPermissions(() => list) })
    const running = await world.start('watch', '--plain')
    await world.clock.advance(5_000)
    list = next
    await world.clock.advance(40_000)
    return { world, running }
  }

  test.each([
    [`[${READS},"futures:isolated:trade"]`, 'the key may now do more than read: futures:isolated:trade'],
    ['"all"', "the key's permissions are now unreadable: it may do more than read"],
    ['["account:read"]', "the key's permissions have changed, it can read: account:read"],
  ])('is reported, and the watch goes on: %s', async (next, sentence) => {
    const { world, running } = await watchWith(next)
    expect(running.code()).toBeNull()
    expect(world.out().split(sentence)).toHaveLength(2)
    const before = world.out().length
    world.exchange.control('{"do":"liquidate"}')
    world.exchange.control('{"do":"drop"}')
    await world.clock.advance(40_000)
    expect(running.code()).toBeNull()
    expect(world.out().slice(before)).toMatch(/reconnected after/)
    world.signal('SIGTERM')
    expect(await running.ended()).toBe(143)
  })

  test('is not reported if only the order differs, or if a reply has no list', async () => {
    for (const next of ['["futures:cross:read","futures:isolated:read","account:read"]', '']) {
      const { world, running } = await watchWith(next)
      expect(world.out()).not.toMatch(/the key|permissions/)
      world.signal('SIGTERM')
      await running.ended()
    }
  })

  test('is refused at the next start', async () => {
    const world = openFakeWorld({ net: reportsPermissions(() => `[${READS},"x"]`) })
    expect(await world.run('watch', '--plain')).toBe(4)
  })
})

test('a first list that arrives late decides too', async () => {
  let isBlocked = true
  const world = openFakeWorld({
    net: net => behindFirewall(() => isBlocked)(reportsPermissions(() => '["x:write"]')(net)),
  })
  const running = await world.start('watch', '--plain')
  await world.clock.advance(10_000)
  expect(world.out()).toContain(PERMISSIONS_UNCHECKED)
  isBlocked = false
  expect(await running.ended()).toBe(4)
  expect(world.err()).toContain('it may do more than read: x:write')
})
