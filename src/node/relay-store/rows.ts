import type {
  FoundToken,
  RelayStatusRow,
  RelayToken,
  RelayUser,
  SealedAccount,
  SealedAlertSettings,
  TokenScope,
} from '../../ports/relay-store.ts'
import type { Row, Value } from '../database/statement.ts'

const TOKEN_COLUMNS =
  't.id, t.user_id, t.name, t.prefix, t.scopes, t.created_at, t.expires_at, t.last_used_at, t.revoked_at, t.issued_by'

const FIND_TOKENS = `SELECT ${TOKEN_COLUMNS}, t.digest, u.name AS user_name, u.created_at AS user_created_at
  FROM relay_tokens t JOIN relay_users u ON u.id = t.user_id WHERE t.digest`

/** Find many tokens: a list is JSON in SQLite, and an array in PostgreSQL. */
export const FIND_TOKENS_SQLITE = `${FIND_TOKENS} IN (SELECT value FROM json_each(?))`
export const FIND_TOKENS_POSTGRES = `${FIND_TOKENS} = ANY($1::text[])`

const ACCOUNT_COLUMNS = 'user_id, network, api_url, stream_url, sealed, master_key_id, updated_at'

const ALERT_COLUMNS = 'user_id, sealed, master_key_id, revision, updated_at'

/** Statements for both databases. Each placeholder occurs once, in the order of the values, so that SQLite's `?` can replace it. */
export const SQL = {
  revision: 'SELECT revision FROM relay_state',
  incrementRevision: 'UPDATE relay_state SET revision = revision + 1',
  addUser: 'INSERT INTO relay_users (id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING',
  users: 'SELECT id, name, created_at FROM relay_users',
  findUser: 'SELECT id, name, created_at FROM relay_users WHERE name = $1',
  removeUser: 'DELETE FROM relay_users WHERE id = $1',
  addToken: `INSERT INTO relay_tokens
    (id, user_id, name, prefix, scopes, created_at, expires_at, last_used_at, revoked_at, digest, issued_by)
    SELECT $1, $2, $3, $4, $5, CAST($6 AS BIGINT), CAST($7 AS BIGINT), CAST($8 AS BIGINT), CAST($9 AS BIGINT), $10, maker.id
    FROM (SELECT CAST($11 AS TEXT) AS id) AS maker
    WHERE maker.id IS NULL OR EXISTS (SELECT 1 FROM relay_tokens m WHERE m.id = maker.id AND m.revoked_at IS NULL)`,
  tokens: `SELECT ${TOKEN_COLUMNS} FROM relay_tokens t ORDER BY t.created_at DESC, t.id`,
  tokensOf: `SELECT ${TOKEN_COLUMNS} FROM relay_tokens t WHERE t.user_id = $1 ORDER BY t.created_at DESC, t.id`,
  findToken: `${FIND_TOKENS} = $1`,
  revokeToken: `WITH RECURSIVE family (id) AS (
    SELECT id FROM relay_tokens WHERE id = $1
    UNION SELECT t.id FROM relay_tokens t JOIN family f ON t.issued_by = f.id)
    UPDATE relay_tokens SET revoked_at = $2 WHERE id IN (SELECT id FROM family) AND revoked_at IS NULL`,
  putAccount: `INSERT INTO relay_accounts (${ACCOUNT_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (user_id) DO UPDATE SET network = excluded.network, api_url = excluded.api_url,
    stream_url = excluded.stream_url, sealed = excluded.sealed, master_key_id = excluded.master_key_id,
    updated_at = excluded.updated_at`,
  replaceAccount: `UPDATE relay_accounts SET user_id = $1, network = $2, api_url = $3, stream_url = $4,
    sealed = $5, master_key_id = $6, updated_at = $7 WHERE user_id = $8 AND sealed = $9`,
  removeAccount: 'DELETE FROM relay_accounts WHERE user_id = $1',
  account: `SELECT ${ACCOUNT_COLUMNS} FROM relay_accounts WHERE user_id = $1`,
  accounts: `SELECT ${ACCOUNT_COLUMNS} FROM relay_accounts`,
  addAlertSettings: `INSERT INTO relay_alert_settings (${ALERT_COLUMNS}) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (user_id) DO NOTHING`,
  replaceAlertSettings: `UPDATE relay_alert_settings SET user_id = $1, sealed = $2, master_key_id = $3,
    revision = $4, updated_at = $5 WHERE user_id = $6 AND revision = $7`,
  removeAlertSettings: 'DELETE FROM relay_alert_settings WHERE user_id = $1',
  alertSettings: `SELECT ${ALERT_COLUMNS} FROM relay_alert_settings WHERE user_id = $1`,
  lastData: 'SELECT user_id, seen_at FROM relay_last_data',
  requestStatus: 'UPDATE relay_state SET status_request = $1',
  statusRequest: 'SELECT status_request FROM relay_state',
  clearStatuses: 'DELETE FROM relay_status',
  putStatus: `INSERT INTO relay_status (relay, request, document) VALUES ($1, $2, $3)
    ON CONFLICT (relay) DO UPDATE SET request = excluded.request, document = excluded.document`,
  statuses: 'SELECT relay, request, document FROM relay_status WHERE request = $1',
  allAlertSettings: `SELECT ${ALERT_COLUMNS} FROM relay_alert_settings`,
} as const

const textOrNull = (value: unknown): string | null => (value === null ? null : String(value))
const timeOrNull = (value: unknown): number | null => (value === null ? null : Number(value))

/** Reads a user from a row. */
export function userOf(row: Row): RelayUser {
  return { id: String(row.id), name: String(row.name), createdAt: Number(row.created_at) }
}

/** Reads a token from a row. */
export function tokenOf(row: Row): RelayToken {
  return {
    id: String(row.id),
    userId: String(row.user_id),
    name: String(row.name),
    prefix: String(row.prefix),
    scopes: String(row.scopes).split(',') as TokenScope[],
    createdAt: Number(row.created_at),
    expiresAt: timeOrNull(row.expires_at),
    lastUsedAt: timeOrNull(row.last_used_at),
    revokedAt: timeOrNull(row.revoked_at),
    issuedBy: textOrNull(row.issued_by),
  }
}

/** Reads a token and its user from a row of `findToken`. */
export function foundTokenOf(row: Row): FoundToken {
  const user = {
    id: String(row.user_id),
    name: String(row.user_name),
    createdAt: Number(row.user_created_at),
  }
  return { token: tokenOf(row), user }
}

/** Reads the found tokens by their digests. */
export function foundTokensOf(rows: readonly Row[]): ReadonlyMap<string, FoundToken> {
  return new Map(rows.map(row => [String(row.digest), foundTokenOf(row)]))
}

/** Reads a sealed account from a row. */
export function accountOf(row: Row): SealedAccount {
  return {
    userId: String(row.user_id),
    network: String(row.network) as SealedAccount['network'],
    apiUrl: textOrNull(row.api_url),
    streamUrl: textOrNull(row.stream_url),
    sealed: String(row.sealed),
    masterKeyId: String(row.master_key_id),
    updatedAt: Number(row.updated_at),
  }
}

/** Reads when accounts last had data. */
export function lastDataOf(rows: readonly Row[]): ReadonlyMap<string, number> {
  return new Map(rows.map(({ user_id, seen_at }) => [String(user_id), Number(seen_at)]))
}

/** Reads the status of a relay from a row. */
export function statusOf(row: Row): RelayStatusRow {
  return { relay: String(row.relay), request: String(row.request), document: String(row.document) }
}

/** Reads the id of the last request for a status. */
export function statusRequestOf([row]: readonly Row[]): string | null {
  return textOrNull(row?.status_request ?? null)
}

/** Returns the values of `addToken`. */
export function tokenValues(token: RelayToken, digest: string): Value[] {
  const { id, userId, name, prefix, scopes, createdAt, expiresAt, lastUsedAt, revokedAt, issuedBy } = token
  const times = [createdAt, expiresAt, lastUsedAt, revokedAt]
  return [id, userId, name, prefix, scopes.join(','), ...times, digest, issuedBy]
}

/** Returns the values of `putAccount`, which are the first values of `replaceAccount`. */
export function accountValues(account: SealedAccount): Value[] {
  const { userId, network, apiUrl, streamUrl, sealed, masterKeyId, updatedAt } = account
  return [userId, network, apiUrl, streamUrl, sealed, masterKeyId, updatedAt]
}

/** Reads alert settings from a row. */
export function alertSettingsOf(row: Row): SealedAlertSettings {
  return {
    userId: String(row.user_id),
    sealed: String(row.sealed),
    masterKeyId: String(row.master_key_id),
    revision: Number(row.revision),
    updatedAt: Number(row.updated_at),
  }
}

/** Returns the statement that puts alert settings, and its values. */
export function putAlertSettings(
  { userId, sealed, masterKeyId, revision, updatedAt }: SealedAlertSettings,
  before: number | null,
): readonly ['addAlertSettings' | 'replaceAlertSettings', ...Value[]] {
  const values = [userId, sealed, masterKeyId, revision, updatedAt]
  return before === null
    ? ['addAlertSettings', ...values]
    : ['replaceAlertSettings', ...values, userId, before]
}

/** Reads users, sorted by name. Sorted here because the collation differs between databases. */
export function usersOf(rows: readonly Row[]): readonly RelayUser[] {
  return rows.map(userOf).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Reads alert settings, sorted by user id. */
export function allAlertSettingsOf(rows: readonly Row[]): readonly SealedAlertSettings[] {
  return rows.map(alertSettingsOf).sort((a, b) => (a.userId < b.userId ? -1 : 1))
}

/** Reads sealed accounts, sorted by user id. */
export function accountsOf(rows: readonly Row[]): readonly SealedAccount[] {
  return rows.map(accountOf).sort((a, b) => (a.userId < b.userId ? -1 : 1))
}
