import type { LedgerTable } from '../../ledger/rows.ts'
import type { Migration } from '../database/migrations.ts'
import type { Codec } from './codecs.ts'
import { columnsOf, TABLE_NAMES, TABLES } from './tables.ts'

/** The table of the applied migrations. */
export const LEDGER_SCHEMA = 'ledger_schema'

const TYPES = {
  INTEGER: 'BIGINT',
  REAL: 'DOUBLE PRECISION',
  TEXT: 'TEXT',
  BLOB: 'TEXT',
} as const satisfies Record<Codec['type'], string>

/** A column of a table in PostgreSQL, and how its values are stored. Ids are text there. */
interface PostgresColumn {
  readonly field: string
  readonly name: string
  readonly type: (typeof TYPES)[Codec['type']]
  encode(value: unknown): unknown
  decode(stored: unknown): unknown
}

/** Folds the names of TypeScript to those of PostgreSQL, which has no capital letters without quotes. */
function folded(text: string): string {
  return text.replace(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before}_${after.toLowerCase()}`,
  )
}

/** How a table of rows is stored in PostgreSQL. */
export interface PostgresTable {
  readonly name: string
  readonly columns: readonly PostgresColumn[]
  readonly key: PostgresColumn
  /** Expression that is the time of a row. */
  readonly time: string
}

function columnOf([field, codec]: readonly [string, Codec]): PostgresColumn {
  const isId = codec.type === 'BLOB'
  return {
    field,
    name: folded(field),
    type: TYPES[codec.type],
    encode: value => (isId ? (value ?? null) : codec.encode(value)),
    decode(stored) {
      if (stored === null) return null
      if (isId) return stored
      // The driver returns a BIGINT as text.
      return codec.decode(codec.type === 'INTEGER' ? Number(stored) : (stored as string | number))
    },
  }
}

function tableOf(table: LedgerTable): PostgresTable {
  const columns = columnsOf(table).map(columnOf)
  const key = columns.find(({ field }) => field === TABLES[table].key)
  if (key === undefined) throw new TypeError(`${table} has no key`)
  return { name: `ledger_${folded(table)}`, columns, key, time: folded(TABLES[table].time) }
}

/** All tables of rows. Each row has the number of its ledger, and one that grows with its arrival. */
export const POSTGRES_TABLES = Object.fromEntries(
  TABLE_NAMES.map(table => [table, tableOf(table)]),
) as Readonly<Record<LedgerTable, PostgresTable>>

/** The first migration was made from this text: a later change of the tables needs another one. */
function createTable({ name, columns, key }: PostgresTable): string {
  const named = columns.map(column => `${column.name} ${column.type}`)
  return `CREATE TABLE ${name} (
    ledger BIGINT NOT NULL REFERENCES ledgers (id) ON DELETE CASCADE,
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    ${named.join(', ')},
    PRIMARY KEY (ledger, ${key.name}))`
}

/** All migrations of the ledgers in a relay's database, in order. Append only. They run after those of the relay, whose users they reference. */
export const POSTGRES_LEDGER_MIGRATIONS: readonly Migration[] = [
  [
    `CREATE TABLE ledgers (
       id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       user_id TEXT NOT NULL REFERENCES relay_users (id) ON DELETE CASCADE,
       network TEXT NOT NULL,
       account_id TEXT NOT NULL,
       holder TEXT,
       expires_at BIGINT,
       trades_read_at BIGINT,
       key_version BIGINT,
       UNIQUE (user_id, network, account_id))`,
    ...Object.values(POSTGRES_TABLES).map(createTable),
    `CREATE TABLE ledger_routes (
       ledger BIGINT NOT NULL REFERENCES ledgers (id) ON DELETE CASCADE,
       route TEXT NOT NULL,
       state TEXT NOT NULL,
       PRIMARY KEY (ledger, route))`,
    // The oldest schema version whose programs can use these tables, as for those of the relay.
    `CREATE TABLE ${LEDGER_SCHEMA}_support (usable_from BIGINT NOT NULL)`,
    `INSERT INTO ${LEDGER_SCHEMA}_support (usable_from) VALUES (1)`,
  ],
]
