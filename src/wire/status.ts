/** Why something is unavailable, and what to do about it. */
export interface Reason {
  readonly code: string
  readonly message: string
  readonly hint: string | null
}

/** The document of `axisor status --json`. Contains no secrets. Unknown values are null. */
export interface StatusDocument {
  readonly schemaVersion: 1
  readonly asOf: string
  readonly profile: { readonly name: string; readonly current: boolean } | null
  readonly source: 'direct' | 'relay' | 'demo'
  /** The user of the relay whose account is selected; null for that of the token, and without a relay. */
  readonly user: string | null
  /** Names of the users with an exchange key whose accounts the token reads on the relay; null if it did not list them, and without a relay. */
  readonly users: readonly string[] | null
  readonly network: 'mainnet' | 'signet' | 'simulator' | 'relay'
  /** Address of the REST API or of the relay. */
  readonly address: string | null
  /** The proxy that it is connected through, without user and password, and what names it; null for a direct connection. */
  readonly proxy: { readonly address: string; readonly origin: string } | null
  readonly credentials: {
    /** The store; `env` is the environment. Null if there is no key. */
    readonly from: 'env' | 'keychain' | 'vault' | 'demo' | null
    readonly state: 'ready' | 'locked' | 'unusable' | 'absent'
    readonly requirePassphrase: boolean | null
    readonly error: Reason | null
  }
  /** The key's permissions as reported by the exchange, and when. */
  readonly key: {
    /** Null if the list is unreadable. */
    readonly permissions: readonly string[] | null
    readonly canWrite: boolean
    readonly checkedAt: string
  } | null
  /** The alerts that the relay delivers itself; null if it delivers none, or for a direct source. */
  readonly alerts: { readonly channels: number } | null
  readonly exchange: {
    /** Null if not checked. */
    readonly reachable: boolean | null
    readonly rttMs: number | null
    readonly clockOffsetMs: number | null
    /** How it was reached: `http` if its stream, which alone reports permissions, can't be used. Null if it was not reached. */
    readonly transport: 'stream' | 'http' | null
    /** Why it can't be reached or rejects the key; if `transport` is `http`, why the stream can't be used. */
    readonly error: Reason | null
  }
}
