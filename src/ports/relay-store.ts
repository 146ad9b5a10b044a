import type { Outbox } from './outbox.ts'

/**
 * Scope of a token: `read` for the user's own account, `read-all` to read the accounts of all users, `alerts` to change the alert settings of
 * the user's own account, `admin` for the relay's users and tokens.
 */
export type TokenScope = 'read' | 'read-all' | 'alerts' | 'admin'

/** A user of a relay. Times here and below are ms since 1970. */
export interface RelayUser {
  readonly id: string
  /** Unique; used on the command line. */
  readonly name: string
  readonly createdAt: number
}

/** Metadata of a token. Only a digest of the token itself is stored. */
export interface RelayToken {
  readonly id: string
  readonly userId: string
  readonly name: string
  /** The first characters of the token, for users to recognize it. */
  readonly prefix: string
  readonly scopes: readonly TokenScope[]
  readonly createdAt: number
  /** Id of the token that issued this one over HTTP, and ends with it; null if a command issued it. */
  readonly issuedBy: string | null
  /** Null: never. */
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
  readonly revokedAt: number | null
}

/** The encrypted exchange key of a user. */
export interface SealedAccount {
  readonly userId: string
  readonly network: 'mainnet' | 'signet' | 'simulator'
  /** Address of the exchange, or null for the default of the network. */
  readonly apiUrl: string | null
  readonly streamUrl: string | null
  /** The key, encrypted with the master key `masterKeyId`. */
  readonly sealed: string
  readonly masterKeyId: string
  readonly updatedAt: number
}

/** The encrypted alert settings of a user: rules and channels. */
export interface SealedAlertSettings {
  readonly userId: string
  /** The settings, encrypted with the master key `masterKeyId`. */
  readonly sealed: string
  readonly masterKeyId: string
  /** Grows with each change of the settings; a new encryption of the same settings keeps it. */
  readonly revision: number
  readonly updatedAt: number
}

/** What opening a database may change: `create` creates or migrates it if needed, `existing` refuses a database that needs either. */
export type RelayStoreUse = 'create' | 'existing'

/** Schema versions before and after a migration. A new database had version 0. */
export interface SchemaChange {
  readonly from: number
  readonly to: number
}

/** An opened database of a relay. */
export interface OpenedRelayStore {
  readonly store: RelayStore
  /** The path or address of the database, without a password. */
  readonly shown: string
  readonly schemaVersion: number
  /** The migration that opening it took; null if none. */
  readonly migrated: SchemaChange | null
}

/** Copies of a relay's database. */
export interface RelayBackups {
  /** The path of the database. */
  readonly shown: string
  /**
   * Copies the database into a new file with mode 0600, also while a relay uses it, and returns its schema version.
   * @throws AxisorError usage, if the file exists; config, if the database can't be read or the file can't be written
   */
  backUp(file: string): Promise<number>
  /**
   * Replaces the database by a backup, after `verify` has accepted a migrated copy of it. Returns the name under which the replaced database
   * is kept, or null if there was none. Mode and owner stay.
   * @throws AxisorError config, for a file that is no backup or is damaged, too new or readable by other users, and if a relay has the
   * database open; also what `verify` throws. Then nothing is changed.
   */
  restore(file: string, verify: (opened: OpenedRelayStore) => Promise<void>): Promise<string | null>
}

/**
 * Users, tokens, encrypted keys and alerts of a relay, in SQLite or PostgreSQL; one contract suite tests both. Several processes may share a
 * database.
 * @throws AxisorError from every call: `config` if the database can't be read or written; for a database server also `unreachable`,
 * `timeout`, `tls` or `no-credentials`. The message names the database, never its password.
 */
export interface RelayStore {
  /** Grows with each change except of `lastUsedAt`, of times of data and of outboxes; a running relay polls it. */
  revision(): Promise<number>
  /** Adds a user. Returns null if the name is taken. */
  addUser(user: RelayUser): Promise<RelayUser | null>
  /** All users, sorted by name. */
  users(): Promise<readonly RelayUser[]>
  /** Returns the user of this name, or null. */
  findUser(name: string): Promise<RelayUser | null>
  /** Removes a user with all tokens, those that they have issued, keys and alerts. Returns false if the id is unknown. */
  removeUser(id: string): Promise<boolean>
  /** Adds a token. Returns false if the user does not exist, or the token that issues it does not or is revoked. */
  addToken(token: RelayToken, digest: string): Promise<boolean>
  /** Tokens of a user, or of all users if `userId` is null, newest first. */
  tokens(userId: string | null): Promise<readonly RelayToken[]>
  /** Finds a token, also an expired or revoked one: the caller checks its state. Returns null if unknown. */
  findToken(digest: string): Promise<FoundToken | null>
  /** Finds many tokens with one query, by their digests. Unknown ones are left out. */
  findTokens(digests: readonly string[]): Promise<ReadonlyMap<string, FoundToken>>
  /** Revokes a token, and all that it has issued. Returns false if the id is unknown, or all are revoked already. */
  revokeToken(id: string, at: number): Promise<boolean>
  /** Records the last use of tokens, unless a later one is known. Ignores unknown ids. */
  touchTokens(ids: readonly string[], at: number): Promise<void>
  /** Sets the account of a user. Returns false if the user does not exist. */
  putAccount(account: SealedAccount): Promise<boolean>
  /** Replaces the account if the stored one still equals `before`; otherwise returns false without a change. */
  replaceAccount(before: SealedAccount, account: SealedAccount): Promise<boolean>
  /** Removes the account of a user. Returns false if there is none. */
  removeAccount(userId: string): Promise<boolean>
  account(userId: string): Promise<SealedAccount | null>
  accounts(): Promise<readonly SealedAccount[]>
  /**
   * Sets the alert settings of a user if those that are stored have this revision; null: if none are stored. Returns false without a
   * change otherwise, and if the user does not exist.
   */
  putAlertSettings(settings: SealedAlertSettings, before: number | null): Promise<boolean>
  /** Removes the alert settings of a user. Returns false if there are none. */
  removeAlertSettings(userId: string): Promise<boolean>
  alertSettings(userId: string): Promise<SealedAlertSettings | null>
  /** The alert settings of all users, sorted by user id. */
  allAlertSettings(): Promise<readonly SealedAlertSettings[]>
  /**
   * Returns the outbox of a user, without a query. Changes are refused if the user does not exist. It ends with this store; its own
   * `close` has no effect.
   */
  outbox(userId: string): Outbox
  /** When each account last had data, by user id, as far as that is stored; wall clock. */
  lastData(): Promise<ReadonlyMap<string, number>>
  /**
   * Stores when accounts last had data, by user id. A later time that is stored stays, unless it is after `now`: then it is of a clock that was
   * ahead. Ignores unknown users.
   */
  putLastData(times: ReadonlyMap<string, number>, now: number): Promise<void>
  /** Forgets when these users' accounts last had data: they are no longer watched. */
  forgetLastData(userIds: readonly string[]): Promise<void>
  /** Asks all running relays for a status, and forgets earlier ones. They see it as a change of the revision. `request` is a new id. */
  requestStatus(request: string): Promise<void>
  /** The id of the last request, or null if there was none. */
  statusRequest(): Promise<string | null>
  /** Answers a request, in place of an earlier answer of the same relay. `document` is JSON. */
  putStatus(status: RelayStatusRow): Promise<void>
  /** The answers to a request. */
  statuses(request: string): Promise<readonly RelayStatusRow[]>
  /** Closes the store. Completed writes are durable. Calling it twice has no further effect. */
  close(): Promise<void>
}

/** What a running relay answered to a request for its status. */
export interface RelayStatusRow {
  readonly request: string
  /** Id of the relay's process. */
  readonly relay: string
  readonly document: string
}

/** A token and its user. */
export interface FoundToken {
  readonly token: RelayToken
  readonly user: RelayUser
}
