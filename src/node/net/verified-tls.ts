/** Options of every TLS client: certificates are verified whatever NODE_TLS_REJECT_UNAUTHORIZED says. */
export const VERIFIED_TLS = { rejectUnauthorized: true } as const
