import type { OpenedRelayStore, RelayStore } from '../../src/ports/relay-store.ts'

/** What opens as an existing database of the newest schema, with this store. */
export function openedAs(store: RelayStore): OpenedRelayStore {
  return { store, shown: '/srv/relay.db', schemaVersion: 4, migrated: null }
}
