/** What a token allows: `read` one's own account, `admin` the relay's users and tokens. */
export type TokenScope = 'read' | 'admin'

/** Somebody who may have an account watched. Times here and below are ms since 1970. */
export interface RelayUser {
  readonly id: string
  /** Unique; what a person types. */
  readonly name: string
  readonly createdAt: number
}

/** A token without the token itself, of which only a digest is kept. */
export interface RelayToken {
  readonly id: string
  readonly userId: string
  readonly name: string
  /** The first characters, with which a person recognises it. */
  readonly prefix: string
  readonly scopes: readonly TokenScope[]
  readonly createdAt: number
  /** Null: never. */
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
  readonly revokedAt: number | null
}

/** The sealed exchange key of a user. */
export interface SealedAccount {
  readonly userId: string
  readonly network: 'mainnet' | 'signet' | 'simulator'
  /** Where the exchange is; null for the network's own addresses. */
  readonly apiUrl: string | null
  readonly streamUrl: string | null
  /** Sealed with the master key of that id. */
  readonly sealed: string
  readonly masterKeyId: string
  readonly updatedAt: number
}

/**
 * Users, tokens and sealed keys of a relay: in SQLite or PostgreSQL, with one law suite for both. Several processes may use one
 * database. Every call throws AxisorError `config` when the database can't be read or written, or, where it is a server, what the
 * network has to say (`unreachable`, `timeout`, `tls`) or `no-credentials`. The message names the database, never its password.
 */
export interface RelayStore {
  /** Grows whenever anybody changed anything but a last use: a running relay asks for it again and again. */
  revision(): Promise<number>
  /** Null: there is one of that name. */
  addUser(user: RelayUser): Promise<RelayUser | null>
  /** By name. */
  users(): Promise<readonly RelayUser[]>
  /** With all their tokens and keys; false when there is none of that id. */
  removeUser(id: string): Promise<boolean>
  /** False when the user is gone. */
  addToken(token: RelayToken, digest: string): Promise<boolean>
  /** The newest first; all users' when `userId` is null. */
  tokens(userId: string | null): Promise<readonly RelayToken[]>
  /** Whatever its state: whether it still counts is for the caller to say. */
  findToken(digest: string): Promise<FoundToken | null>
  /** False when there is none of that id, or it was revoked before. */
  revokeToken(id: string, at: number): Promise<boolean>
  /** Writes down when tokens were last used, never an earlier time than is known; ids that are gone don't matter. */
  touchTokens(ids: readonly string[], at: number): Promise<void>
  /** In place of the one before. False when the user is gone. */
  putAccount(account: SealedAccount): Promise<boolean>
  /** The same, if what is stored is still what was read: false when somebody else was faster, and then nothing is changed. */
  replaceAccount(before: SealedAccount, account: SealedAccount): Promise<boolean>
  account(userId: string): Promise<SealedAccount | null>
  accounts(): Promise<readonly SealedAccount[]>
  /** Everything that was answered is kept. Twice is as good as once. */
  close(): Promise<void>
}

/** A token, and whose it is. */
export interface FoundToken {
  readonly token: RelayToken
  readonly user: RelayUser
}
