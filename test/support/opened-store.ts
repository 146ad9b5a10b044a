import type { OpenedRelayStore, RelayBackups, RelayStore } from '../../src/ports/relay-store.ts'

/** What opens as an existing database of the newest schema, with this store. */
export function openedAs(store: RelayStore): OpenedRelayStore {
  return { store, shown: '/srv/relay.db', schemaVersion: 4, migrated: null }
}

/** Backups that copy nothing: each backup holds what the store does. */
export function backupsOf(store: RelayStore): RelayBackups {
  return {
    shown: '/srv/relay.db',
    backUp: async () => 4,
    async restore(_file, verify) {
      await verify(openedAs(store))
      return null
    },
  }
}
