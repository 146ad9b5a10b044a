/** What a key may read: the seven scopes that a monitor asks for. */
export const READ_SCOPES = [
  'account:read',
  'futures:isolated:read',
  'futures:cross:read',
  'account:deposits:read',
  'account:withdrawals:read',
  'account:notifications:read',
  'synthetic-usd:read',
] as const

/** What a key may do beyond reading. The simulator never lets any key do it; it only says that it may. */
export const WRITE_SCOPES = [
  'account:deposits:write',
  'account:withdrawals:write',
  'account:notifications:write',
  'futures:isolated:write',
  'futures:cross:write',
  'synthetic-usd:write',
] as const

/** Any of them, as REST and the stream write it. */
export type Scope = (typeof READ_SCOPES)[number] | (typeof WRITE_SCOPES)[number]
