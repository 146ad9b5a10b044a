import { describe, expect, test } from 'vitest'
import { openFakeWorld } from '../support/fake-world.ts'
import { openedAs } from '../support/opened-store.ts'

describe('axisor relay user', () => {
  test('add prints the next steps to stderr and nothing to stdout', async () => {
    const world = openFakeWorld()
    expect(await world.run('relay', 'user', 'add', 'alice')).toBe(0)
    expect(world.out()).toBe('')
    expect(world.err()).toBe(
      'User alice added in /srv/relay.db. Next: axisor relay credentials set alice, and axisor relay token issue alice.\n',
    )
    expect(await world.relayStore.users()).toMatchObject([{ name: 'alice', createdAt: world.clock.nowMs() }])
    expect(world.listeners()).toBe(0)
  })

  test('add --json prints the document of the user', async () => {
    const world = openFakeWorld()
    expect(await world.run('relay', 'user', 'add', 'alice', '--json')).toBe(0)
    expect(JSON.parse(world.out())).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      name: 'alice',
      createdAt: '2026-11-23T18:00:00.000Z',
      tokens: 0,
      key: null,
    })
  })

  test.each(['Alice', 'a b', '', '-', '.a', 'a/b', 'ä', 'a'.repeat(65), 'a\n'])(
    'add rejects the name %j',
    async name => {
      const world = openFakeWorld()
      expect(await world.run('relay', 'user', 'add', '--', name)).toBe(2)
      expect(world.err()).toMatch(/^axisor: a user name has 1 to 64 lower-case letters[^\n]*\n$/)
      expect(await world.relayStore.users()).toEqual([])
    },
  )

  test('add rejects an existing name', async () => {
    const world = openFakeWorld()
    await world.run('relay', 'user', 'add', 'alice')
    expect(await world.run('relay', 'user', 'add', 'alice')).toBe(2)
    expect(world.err()).toContain('axisor: user alice already exists. Run axisor relay user list.\n')
  })

  test('list prints a table on a terminal and JSON to a pipe, and counts only valid tokens', async () => {
    const world = openFakeWorld({ terminal: true })
    expect(await world.run('relay', 'user', 'list')).toBe(0)
    expect(world.out()).toBe('No users. Run axisor relay user add NAME.\n')
    for (const name of ['bob', 'alice']) await world.run('relay', 'user', 'add', name)
    await world.run('relay', 'token', 'issue', 'alice')
    await world.run('relay', 'token', 'issue', 'alice', '--expires', '1h')
    await world.clock.advance(3_600_000)
    expect(await world.run('relay', 'user', 'list')).toBe(0)
    expect(world.printed.at(-1)).toBe(
      'NAME   EXCHANGE KEY  TOKENS  SINCE UTC\n' +
        'alice  none               1  2026-11-23\n' +
        'bob    none               0  2026-11-23\n',
    )
    expect(await world.run('relay', 'user', 'list', '--json')).toBe(0)
    expect(JSON.parse(world.printed.at(-1) ?? '')).toMatchObject({
      users: [
        { name: 'alice', tokens: 1, key: null },
        { name: 'bob', tokens: 0 },
      ],
    })
    const pipe = openFakeWorld()
    expect(await pipe.run('relay', 'user', 'list')).toBe(0)
    expect(pipe.out()).toBe('{"users":[]}\n')
  })

  test('remove deletes the user with all tokens', async () => {
    const world = openFakeWorld()
    await world.run('relay', 'user', 'add', 'alice')
    await world.run('relay', 'token', 'issue', 'alice')
    expect(await world.run('relay', 'user', 'remove', 'alice')).toBe(0)
    expect(await world.relayStore.users()).toEqual([])
    expect(await world.relayStore.tokens(null)).toEqual([])
  })

  test('suggests the closest name for an unknown user', async () => {
    const world = openFakeWorld()
    await world.run('relay', 'user', 'add', 'alice')
    expect(await world.run('relay', 'user', 'remove', 'alise')).toBe(2)
    expect(world.err()).toContain('axisor: no such user: alise. Did you mean alice?\n')
  })

  test.each([
    [['relay'], 'axisor relay needs a command. Run axisor relay --help.'],
    [['relay', 'user'], 'axisor relay user needs a command. Run axisor relay user --help.'],
    [['relay', 'user', 'add'], "missing required argument 'name'. Run axisor relay user add --help."],
    [['relay', 'usr'], "unknown command 'usr'. Did you mean user? Run axisor --help."],
  ])('rejects the command line %j', async (argv, message) => {
    const world = openFakeWorld()
    expect(await world.run(...argv)).toBe(2)
    expect(world.err().replace(/[()]/g, '')).toBe(`axisor: ${message}\n`)
  })

  test('every command has help with an example', async () => {
    for (const argv of [
      ['user', 'add'],
      ['user', 'list'],
      ['user', 'remove'],
      ['token', 'issue'],
      ['token', 'list'],
      ['token', 'revoke'],
      ['credentials', 'set'],
      ['credentials', 'rotate'],
    ]) {
      const world = openFakeWorld()
      expect(await world.run('relay', ...argv, '--help')).toBe(0)
      expect(world.out()).toContain(`Usage: axisor relay ${argv.join(' ')}`)
      expect(world.out()).toContain('Examples:\n  axisor relay')
    }
  })
})

describe('the database of a relay', () => {
  const opened = async (argv: readonly string[], env: Record<string, string> = {}) => {
    const requested: (string | null)[] = []
    const world = openFakeWorld({
      env,
      openRelayStore: async database => {
        requested.push(database)
        return openedAs(world.relayStore)
      },
    })
    const code = await world.run('relay', 'user', 'list', ...argv)
    return { code, requested, err: world.err() }
  }

  test('is in the state folder unless a flag or the environment names another place', async () => {
    expect((await opened([])).requested).toEqual(['sqlite:/home/trader/.local/state/axisor/relay.db'])
    const env = { AXISOR_RELAY_DATABASE: 'postgres://relay:hunter2@db.example/axisor' }
    expect((await opened([], env)).requested).toEqual([env.AXISOR_RELAY_DATABASE])
    expect((await opened(['--database', 'sqlite:/srv/relay.db'], env)).requested).toEqual([
      'sqlite:/srv/relay.db',
    ])
    expect((await opened(['--database', 'postgres://relay@db.example/axisor'])).code).toBe(0)
  })

  test.each([
    'postgres://relay:hunter2@db.example/axisor',
    'postgresql://relay:hunter2@/axisor?host=/run',
    'postgres://relay:hunter2/with@odd@db.example/axisor',
    'postgres://relay@db.example/axisor?password=hunter2',
  ])('rejects a password in the command line without repeating it (%#)', async address => {
    for (const argv of [['--database', address], [`--database=${address}`]]) {
      const { code, requested, err } = await opened(argv)
      expect(err).toBe(
        'axisor: a password in --database rejected: other users of this machine can read the command line. Leave it out and set PGPASSWORD, or set AXISOR_RELAY_DATABASE in the environment.\n',
      )
      expect([code, requested]).toEqual([2, []])
    }
  })

  test.each(['mysql://x', 'relay.db', 'sqlite:', ''])('rejects the address %j', async address => {
    const { code, err } = await opened(['--database', address])
    expect(err).toMatch(/^axisor: --database: neither sqlite:PATH nor postgres:/)
    expect(code).toBe(2)
  })
})
