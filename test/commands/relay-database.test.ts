import { describe, expect, test } from 'vitest'
import type { SchemaChange } from '../../src/ports/relay-store.ts'
import { openFakeWorld } from '../support/fake-world.ts'
import { openedAs } from '../support/opened-store.ts'
import { withUsers } from '../support/relay-users.ts'

/** A world that records how commands open the database, which each time has made this migration. */
function recording(migrated: SchemaChange | null = null) {
  const uses: string[] = []
  const world = openFakeWorld({
    openRelayStore: async (_database, use) => {
      uses.push(use)
      return { ...openedAs(world.relayStore), migrated }
    },
  })
  return { world, uses }
}

describe('the database of a relay', () => {
  test.each([
    [['user', 'add', 'alice'], 'create'],
    [['migrate'], 'create'],
    [['user', 'list'], 'existing'],
    [['user', 'remove', 'alice'], 'existing'],
    [['token', 'issue', 'alice'], 'existing'],
    [['token', 'list'], 'existing'],
    [['token', 'revoke', 'axr_0f3a9c51'], 'existing'],
    [['credentials', 'set', 'alice', '--with-stdin'], 'existing'],
    [['credentials', 'rotate'], 'existing'],
    [['alerts', 'show', 'alice'], 'existing'],
    [['alerts', 'log', 'alice'], 'existing'],
  ])('is opened by %j as %s', async (argv, use) => {
    const { world, uses } = recording()
    await world.run('relay', ...argv)
    expect(uses).toEqual([use])
  })

  test('is opened by serve as one that it may create, and the migration is logged', async () => {
    const { world, uses } = recording({ from: 2, to: 4 })
    // A unit test listens on no port, so the relay ends before it would.
    expect(await world.run('relay', 'serve', '--upstream-relay', 'wss://relay.example')).toBe(4)
    expect(uses).toEqual(['create'])
    const [line] = world.err().split('\n')
    expect(JSON.parse(line ?? '')).toMatchObject({
      event: 'database migrated',
      database: '/srv/relay.db',
      from: 2,
      to: 4,
    })
  })

  const INSTALLED = { text: '', othersMayRead: false, othersMayWrite: false }

  test.each([[['user', 'add', 'alice']], [['user', 'list']], [['serve']], [['backup', '/srv/relay.db']]])(
    'is not created in a home folder by %j beside that of the installed unit',
    async argv => {
      const world = openFakeWorld({ files: { '/var/lib/axisor/relay.db': INSTALLED } })
      expect(await world.run('relay', ...argv)).toBe(2)
      expect(world.err()).toContain(
        'there is no database /home/trader/.local/state/axisor/relay.db; that of the installed relay is /var/lib/axisor/relay.db',
      )
      expect(world.err()).toContain('shell function relay of docs/deploy.md')
    },
  )

  test.each<[Readonly<Record<string, typeof INSTALLED>>, readonly string[]]>([
    [{}, ['--database', 'sqlite:/srv/relay.db']],
    [{ '/home/trader/.local/state/axisor/relay.db': INSTALLED }, []],
  ])('is opened beside that of the installed unit if it is named or exists: %j %j', async (files, flags) => {
    const world = openFakeWorld({ files: { '/var/lib/axisor/relay.db': INSTALLED, ...files } })
    expect(await world.run('relay', 'user', 'add', 'alice', ...flags)).toBe(0)
  })

  test('is not opened for a name that is refused', async () => {
    const { world, uses } = recording()
    expect(await world.run('relay', 'user', 'add', 'Alice')).toBe(2)
    expect(uses).toEqual([])
  })

  test.each([
    [{ from: 0, to: 4 }, 'Created the database /srv/relay.db with schema version 4.'],
    [{ from: 2, to: 4 }, 'Migrated the database /srv/relay.db from schema version 2 to 4.'],
    [null, 'The database /srv/relay.db has schema version 4. Nothing to migrate.'],
  ])('is reported by migrate after the change %j', async (migrated, text) => {
    const { world } = recording(migrated)
    expect(await world.run('relay', 'migrate')).toBe(0)
    expect(world.err()).toBe(`${text}\n`)
    const added = recording(migrated)
    await added.world.run('relay', 'user', 'add', 'alice')
    expect(added.world.err()).toContain(migrated === null ? 'User alice added in /srv/relay.db.' : text)
  })
})

test('rotate is an error without an exchange key, and creates no master key', async () => {
  const world = await withUsers()
  expect(await world.run('relay', 'credentials', 'rotate')).toBe(2)
  expect(world.err()).toBe(
    'axisor: no exchange key in the database /srv/relay.db: nothing to rotate. Name the database of the relay with --database or AXISOR_RELAY_DATABASE.\n',
  )
  expect(world.file('/home/trader/.local/state/axisor/relay.key')).toBeNull()
})
