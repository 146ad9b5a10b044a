import type { SecretId } from '../../ports/secrets.ts'

/**
 * What a secret is bound to: `exchange:network:profile`. The first two are words of ours without a colon, so that no two places have one
 * text.
 */
export function secretIdText({ exchange, network, profile }: SecretId): string {
  return `${exchange}:${network}:${profile}`
}
