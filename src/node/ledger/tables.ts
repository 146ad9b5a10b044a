import { LEVELS } from '../../domain/alerts/alert.ts'
import type { LedgerTable, LedgerTables } from '../../ledger/rows.ts'
import type { Migration } from '../database/migrations.ts'
import { type Codec, idCodec, intCodec, realCodec, textCodec, wordCodec } from './codecs.ts'

/** How the rows of a table are stored: the columns in order, and which of them identifies the row. */
interface TableSpec<Row> {
  readonly columns: { readonly [Field in keyof Row]: Codec }
  readonly key: keyof Row & string
  /** Column, or expression over columns, that is the row's time. */
  readonly time: string
}

const SIDES = wordCodec(['long', 'short'])
const NETWORKS = wordCodec(['lightning', 'on-chain'])
const ASSETS = wordCodec(['BTC', 'USD'])

/**
 * The stored form of each table. Words are stored as their index in a list, and ids that are UUIDs as 16 bytes, so that a hundred thousand
 * trades take a few megabytes. The lists may be extended at their end only.
 */
export const TABLES: { readonly [Table in LedgerTable]: TableSpec<LedgerTables[Table]> } = {
  trades: {
    key: 'id',
    time: 'COALESCE(closedAt, filledAt, createdAt)',
    columns: {
      id: idCodec,
      state: wordCodec(['open', 'running', 'closed', 'canceled']),
      type: wordCodec(['limit', 'market']),
      side: SIDES,
      quantityUsd: intCodec,
      priceUsd: realCodec,
      entryPriceUsd: realCodec,
      exitPriceUsd: realCodec,
      marginSats: intCodec,
      liquidationUsd: realCodec,
      stopLossUsd: realCodec,
      takeProfitUsd: realCodec,
      plSats: intCodec,
      openingFeeSats: intCodec,
      closingFeeSats: intCodec,
      fundingSats: intCodec,
      cashInPlSats: intCodec,
      cashInMarginSats: intCodec,
      createdAt: intCodec,
      filledAt: intCodec,
      closedAt: intCodec,
    },
  },
  fills: {
    key: 'id',
    time: 'filledAt',
    columns: {
      id: idCodec,
      type: wordCodec(['limit', 'market', 'liquidation']),
      side: SIDES,
      quantityUsd: intCodec,
      priceUsd: realCodec,
      feeSats: intCodec,
      filledAt: intCodec,
    },
  },
  transfers: { key: 'id', time: 'at', columns: { id: idCodec, amountSats: intCodec, at: intCodec } },
  funding: {
    key: 'key',
    time: 'at',
    columns: {
      key: idCodec,
      mode: wordCodec(['isolated', 'cross']),
      settlementId: idCodec,
      tradeId: idCodec,
      at: intCodec,
      feeSats: intCodec,
    },
  },
  deposits: {
    key: 'id',
    time: 'createdAt',
    columns: {
      id: idCodec,
      network: NETWORKS,
      status: wordCodec(['settled', 'unsettled', 'mempool', 'confirmed', 'irreversible']),
      amountSats: intCodec,
      createdAt: intCodec,
      settledAt: intCodec,
    },
  },
  withdrawals: {
    key: 'id',
    time: 'createdAt',
    columns: {
      id: idCodec,
      network: NETWORKS,
      status: wordCodec(['pending', 'processing', 'processed', 'failed', 'canceled', 'rejected']),
      amountSats: intCodec,
      feeSats: intCodec,
      createdAt: intCodec,
    },
  },
  swaps: {
    key: 'id',
    time: 'at',
    columns: {
      id: idCodec,
      at: intCodec,
      inAsset: ASSETS,
      inAmount: realCodec,
      outAsset: ASSETS,
      outAmount: realCodec,
    },
  },
  settlements: {
    key: 'id',
    time: 'at',
    columns: { id: idCodec, at: intCodec, rate: realCodec, fixingPriceUsd: realCodec },
  },
  prices: { key: 'at', time: 'at', columns: { at: intCodec, closeUsd: realCodec } },
  samples: {
    key: 'at',
    time: 'at',
    columns: {
      at: intCodec,
      balanceSats: intCodec,
      isolatedSats: intCodec,
      crossMarginSats: intCodec,
      crossQuantityUsd: intCodec,
      openCashInSats: intCodec,
      syntheticUsd: realCodec,
      equitySats: intCodec,
    },
  },
  observations: {
    key: 'key',
    time: 'seenTo',
    columns: {
      key: idCodec,
      tradeId: idCodec,
      what: wordCodec(['margin', 'cash-in', 'stop-loss', 'take-profit']),
      before: realCodec,
      after: realCodec,
      seenFrom: intCodec,
      seenTo: intCodec,
    },
  },
  canceledOrders: {
    key: 'id',
    time: 'canceledAt',
    columns: {
      id: idCodec,
      side: SIDES,
      quantityUsd: intCodec,
      priceUsd: realCodec,
      canceledAt: intCodec,
    },
  },
  notices: {
    key: 'id',
    time: 'at',
    columns: {
      id: idCodec,
      positionId: idCodec,
      at: intCodec,
      level: wordCodec(LEVELS),
      message: textCodec,
      channels: textCodec,
    },
  },
}

/** The names of all tables. */
export const TABLE_NAMES = Object.keys(TABLES) as readonly LedgerTable[]

/** Columns of a table in the order in which they are stored. */
export function columnsOf(table: LedgerTable): readonly (readonly [name: string, codec: Codec])[] {
  return Object.entries(TABLES[table].columns)
}

/** The tables of the second migration. */
const SECOND: readonly LedgerTable[] = ['canceledOrders', 'notices']

/** The migrations were made from this text: a later change of `TABLES` needs another one. */
function createTable(table: LedgerTable): string {
  const columns = columnsOf(table).map(([name, { type }]) => {
    return `"${name}" ${type}${name === TABLES[table].key ? ' PRIMARY KEY' : ''}`
  })
  return `CREATE TABLE ${table} (${columns.join(', ')})`
}

/** All migrations in order: a ledger of version n has had the first n. Append only. */
export const LEDGER_MIGRATIONS: readonly Migration[] = [
  [
    ...TABLE_NAMES.filter(table => !SECOND.includes(table)).map(createTable),
    'CREATE TABLE routes (route TEXT PRIMARY KEY, state TEXT NOT NULL)',
    'CREATE TABLE writer (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), holder TEXT, expiresAt INTEGER)',
    'INSERT INTO writer (only_row) VALUES (1)',
  ],
  SECOND.map(createTable),
  [
    'CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER)',
    // Up to here every sample was stored with the unfinished trades.
    "INSERT INTO marks SELECT 'tradesReadAt', MAX(at) FROM samples",
  ],
]
