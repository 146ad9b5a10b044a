import type { DatabaseKind } from '../database/database-kind.ts'

/** The database of a relay. */
export const RELAY_DATABASE: DatabaseKind = {
  // `AXRL` in ASCII.
  applicationId: 0x4158_524c,
  schemaTable: 'relay_schema',
  otherPathHint: 'Choose another path with --database sqlite:PATH.',
  damagedHint: 'Stop the relay, keep a copy of the file, and restore a backup.',
  notWritableHint: 'Make the file and its directory writable for the user that runs the relay.',
}
