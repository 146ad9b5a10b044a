import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { MIGRATIONS } from '../../src/node/relay-store/schema.ts'
import type { OpenedRelayStore, RelayStore, RelayStoreUse } from '../../src/ports/relay-store.ts'
import { noticeOf, queuedNotice } from '../support/notices.ts'

/** One database, opened by programs that know different numbers of migrations. */
export interface MigrationRig {
  open(options: { use: RelayStoreUse; migrations: typeof MIGRATIONS }): Promise<OpenedRelayStore>
  /** Returns the rows of a statement in the engine's own client. */
  query(text: string): Promise<readonly Record<string, unknown>[]>
  close(): Promise<void>
}

const VERSION_1 = [
  `INSERT INTO relay_users (id, name, created_at) VALUES ('u-1', 'alice', 5)`,
  `INSERT INTO relay_tokens (id, user_id, digest, name, prefix, scopes, created_at)
     VALUES ('t-1', 'u-1', 'd-1', 'laptop', 'axr_abc', 'read,admin', 6)`,
  `INSERT INTO relay_accounts (user_id, network, sealed, master_key_id, updated_at)
     VALUES ('u-1', 'signet', 'c2VhbGVk', 'k-1', 7)`,
  'UPDATE relay_state SET revision = 4',
]

/** Returns the error of opening a database, which must fail. */
export async function refusal(opening: Promise<RelayStore>): Promise<AxisorError> {
  try {
    await (await opening).close()
  } catch (error) {
    if (error instanceof AxisorError) return error
    throw error
  }
  throw new Error('it opened')
}

/** Tests of migrations between schema versions, for each engine. */
export function describeMigrationLaws(name: string, openRig: () => Promise<MigrationRig>): void {
  const law = (title: string, body: (rig: MigrationRig) => Promise<void>): void => {
    test(title, async () => {
      const rig = await openRig()
      try {
        await body(rig)
      } finally {
        await rig.close()
      }
    })
  }
  const open = async (rig: MigrationRig, migrations: typeof MIGRATIONS) =>
    (await rig.open({ use: 'create', migrations })).store
  const versions = async (rig: MigrationRig) =>
    (await rig.query('SELECT version FROM relay_schema ORDER BY version')).map(({ version }) =>
      Number(version),
    )
  const newest = MIGRATIONS.map((_, index) => index + 1)

  describe(`the schema ${name}`, () => {
    law('migrates version 1 to the newest and keeps all data', async rig => {
      await (await open(rig, MIGRATIONS.slice(0, 1)).catch(() => null))?.close()
      expect(await versions(rig)).toEqual([1])
      for (const statement of VERSION_1) await rig.query(statement)
      const store = await open(rig, MIGRATIONS)
      expect(await versions(rig)).toEqual(newest)
      expect(await store.revision()).toBe(4)
      expect(await store.findToken('d-1')).toEqual({
        user: { id: 'u-1', name: 'alice', createdAt: 5 },
        token: {
          id: 't-1',
          userId: 'u-1',
          name: 'laptop',
          prefix: 'axr_abc',
          scopes: ['read', 'admin'],
          createdAt: 6,
          expiresAt: null,
          lastUsedAt: null,
          revokedAt: null,
          issuedBy: null,
        },
      })
      expect(await store.account('u-1')).toEqual({
        userId: 'u-1',
        network: 'signet',
        apiUrl: null,
        streamUrl: null,
        sealed: 'c2VhbGVk',
        masterKeyId: 'k-1',
        updatedAt: 7,
      })
      expect(await store.alertSettings('u-1')).toBeNull()
      const outbox = store.outbox('u-1')
      await outbox.commit({ engine: '{}', notices: [queuedNotice(noticeOf('n-1'), ['mail'])] })
      expect(await outbox.pending()).toHaveLength(1)
      await store.close()
    })

    law('refuses a database of a newer axisor in one line and changes nothing', async rig => {
      const next = MIGRATIONS.length + 1
      const breaking = [
        'CREATE TABLE relay_more (id BIGINT)',
        `UPDATE relay_schema_support SET usable_from = ${next}`,
      ]
      const store = await open(rig, [...MIGRATIONS, breaking])
      await store.addUser({ id: 'u-1', name: 'alice', createdAt: 5 })
      await store.close()
      const error = await refusal(open(rig, MIGRATIONS))
      expect(error.message).toMatch(
        new RegExp(`^the database \\S+ has schema version ${next}; this axisor supports up to`),
      )
      expect([error.code, error.exitCode]).toEqual(['config', 2])
      expect(error.hint).toBe('Nothing was changed; run the axisor version that created it, or a newer one.')
      expect(await rig.query('SELECT name FROM relay_users')).toEqual([{ name: 'alice' }])
      expect(await versions(rig)).toEqual([...newest, next])
    })

    law('stays usable by programs of the version before, also when they start again', async rig => {
      const added = [...MIGRATIONS, ['ALTER TABLE relay_users ADD COLUMN note TEXT']]
      const older = await open(rig, MIGRATIONS)
      await older.addUser({ id: 'u-1', name: 'alice', createdAt: 5 })
      const upgraded = await rig.open({ use: 'create', migrations: added })
      expect(upgraded.migrated).toEqual({ from: MIGRATIONS.length, to: MIGRATIONS.length + 1 })
      // Side by side.
      await older.addUser({ id: 'u-2', name: 'bob', createdAt: 6 })
      await upgraded.store.addUser({ id: 'u-3', name: 'carol', createdAt: 7 })
      expect(await older.users()).toEqual(await upgraded.store.users())
      expect(await older.revision()).toBe(4)
      await older.close()
      await upgraded.store.close()
      // Down again, as a relay and as a command.
      for (const use of ['create', 'existing'] as const) {
        const again = await rig.open({ use, migrations: MIGRATIONS })
        expect([again.schemaVersion, again.migrated]).toEqual([MIGRATIONS.length + 1, null])
        expect(await again.store.users()).toHaveLength(3)
        await again.store.close()
      }
      expect(await versions(rig)).toEqual([...newest, MIGRATIONS.length + 1])
      expect((await rig.open({ use: 'create', migrations: added })).migrated).toBeNull()
    })

    law('is neither created nor migrated for a command that needs an existing one', async rig => {
      const existing = { use: 'existing', migrations: MIGRATIONS } as const
      const opening = async () => (await rig.open(existing)).store
      const missing = await refusal(opening())
      expect([missing.code, missing.message]).toEqual([
        'config',
        expect.stringMatching(/^there is no database of a relay at \S+$/),
      ])
      expect(missing.hint).toContain('axisor relay user add NAME')
      await expect(rig.query('SELECT version FROM relay_schema')).rejects.toThrow()
      await (await open(rig, MIGRATIONS.slice(0, 2)).catch(() => null))?.close()
      const older = await refusal(opening())
      expect(older.message).toMatch(
        new RegExp(`^the database \\S+ has schema version 2; this axisor needs ${MIGRATIONS.length}$`),
      )
      expect(older.hint).toBe('Nothing was changed; make a backup, then run axisor relay migrate.')
      expect(await versions(rig)).toEqual([1, 2])
      const created = await rig.open({ use: 'create', migrations: MIGRATIONS })
      expect(created.migrated).toEqual({ from: 2, to: MIGRATIONS.length })
      await created.store.close()
      await (await opening()).close()
    })

    law('is unchanged when a migration fails', async rig => {
      await (await open(rig, MIGRATIONS)).close()
      const broken = [
        ...MIGRATIONS,
        ['CREATE TABLE relay_more (id BIGINT)', 'ALTER TABLE relay_none ADD x TEXT'],
      ]
      await expect(open(rig, broken)).rejects.toThrow()
      expect(await versions(rig)).toEqual(newest)
      await expect(rig.query('SELECT * FROM relay_more')).rejects.toThrow(/relay_more/)
      await (await open(rig, MIGRATIONS)).close()
    })

    law('is created once by concurrent starts', async rig => {
      const stores = await Promise.all(Array.from({ length: 8 }, () => open(rig, MIGRATIONS)))
      expect(await versions(rig)).toEqual(newest)
      for (const store of stores) await store.close()
    })
  })
}
