import type { OpenedRelayStore, RelayStore, SchemaChange } from '../../ports/relay-store.ts'
import type { DatabaseKind } from '../database/database-kind.ts'

/** The database of a relay. */
export const RELAY_DATABASE: DatabaseKind = {
  // `AXRL` in ASCII.
  applicationId: 0x4158_524c,
  schemaTable: 'relay_schema',
  otherPathHint: 'Choose another path with --database sqlite:PATH.',
  damagedHint: 'Stop the relay, keep a copy of the file, and restore a backup.',
  notWritableHint: 'Make the file and its directory writable for the user that runs the relay.',
  missingHint:
    'Name the database of the relay with --database or AXISOR_RELAY_DATABASE, or create one with axisor relay user add NAME.',
  inUseHint: 'Nothing was changed. Stop the relay and every other axisor that uses it, then try again.',
  olderHint: 'Nothing was changed; make a backup, then run axisor relay migrate.',
}

/** Joins a store and the schema versions of its database before and after it was opened. */
export function openedStore(store: RelayStore, shown: string, schema: SchemaChange): OpenedRelayStore {
  const { from, to } = schema
  return { store, shown, schemaVersion: to, migrated: from === to ? null : schema }
}
