/** The seven read scopes, which a monitor needs. */
export const READ_SCOPES = [
  'account:read',
  'futures:isolated:read',
  'futures:cross:read',
  'account:deposits:read',
  'account:withdrawals:read',
  'account:notifications:read',
  'synthetic-usd:read',
] as const

/** The write scopes. The simulator reports them but rejects every write. */
export const WRITE_SCOPES = [
  'account:deposits:write',
  'account:withdrawals:write',
  'account:notifications:write',
  'futures:isolated:write',
  'futures:cross:write',
  'synthetic-usd:write',
] as const

/** A scope as REST and the stream spell it. */
export type Scope = (typeof READ_SCOPES)[number] | (typeof WRITE_SCOPES)[number]
