import { channelEnvName, channelSecretFrom } from '../../config/alerts/channel-env.ts'
import { HEARTBEAT } from '../../domain/alerts/channel-fields.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Profile } from '../../domain/profile.ts'
import type { Secret } from '../../domain/secret.ts'
import type { SecretId, StoreKind } from '../../ports/secrets.ts'
import { decodeStoredSecret } from '../../wire/stored-secret.ts'
import { redactSecret } from '../secrets/identity.ts'
import { type SecretContext, type SecretStores, secretIdOf } from '../secrets/secret-stores.ts'

/** The secret of a channel or of the heartbeat, and where it was found. */
export interface FoundSecret {
  readonly secret: Secret
  readonly store: StoreKind
}

/** Returns the id of a channel's secret. */
export function channelSecretId(profile: Profile, channel: string): SecretId {
  return { ...secretIdOf(profile), channel }
}

/**
 * Returns the secret of a channel or of the heartbeat: the one in the environment, else the one in the store of the profile; null if
 * there is none. All its parts are redacted from now on.
 * @throws AxisorError no-credentials or config, if a place cannot be read; InterruptedError
 */
export async function findChannelSecret(
  channel: string,
  profile: Profile | null,
  stores: SecretStores,
  context: SecretContext,
): Promise<FoundSecret | null> {
  const { env, files } = context
  const fromEnv = await channelSecretFrom(channel, env, files)
  if (fromEnv !== null) {
    redactSecret(context, { kind: 'channel', secret: fromEnv })
    return { secret: fromEnv, store: 'env' }
  }
  if (profile === null || profile.store === 'env') return null
  const secrets = await stores.open(profile.store, profile.requirePassphrase)
  const text = await stores.untilInterrupted(secrets.read(channelSecretId(profile, channel)))
  if (text === null) return null
  const decoded = decodeStoredSecret(text)
  if (!decoded.ok || decoded.value.kind !== 'channel')
    throw new AxisorError('no-credentials', `its secret in the ${profile.store} is unreadable`, {
      hint: 'Store it again.',
    })
  redactSecret(context, decoded.value)
  return { secret: decoded.value.secret, store: profile.store }
}

/** Returns why a channel or the heartbeat has no secret, and the remedy. */
export function missingSecretText(channel: string, profile: Profile | null): string {
  const { name } = channelEnvName(channel)
  if (profile === null || profile.store === 'env') return `its secret is missing: ${name} is not set`
  const remedy = channel === HEARTBEAT ? 'axisor alerts heartbeat set' : 'axisor alerts channel add'
  return `its secret is missing from the ${profile.store}, and ${name} is not set; run ${remedy}`
}
