import type { SecretId } from '../../ports/secrets.ts'

/** Returns `exchange:network:profile`, to which a secret is bound. Unique: the first two never contain a colon. */
export function secretIdText({ exchange, network, profile }: SecretId): string {
  return `${exchange}:${network}:${profile}`
}
