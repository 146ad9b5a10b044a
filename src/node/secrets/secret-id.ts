import type { SecretId } from '../../ports/secrets.ts'

/**
 * Returns `exchange:network:profile`, or `channel:name:exchange:network:profile` for a channel, to which a secret is bound. Unique: only
 * the profile may contain a colon, and no exchange is named `channel`.
 */
export function secretIdText({ exchange, network, profile, channel }: SecretId): string {
  const ofProfile = `${exchange}:${network}:${profile}`
  return channel === undefined ? ofProfile : `channel:${channel}:${ofProfile}`
}
