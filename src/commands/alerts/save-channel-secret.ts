import type { Profile } from '../../domain/profile.ts'
import type { Secret } from '../../domain/secret.ts'
import { encodeStoredSecret } from '../../wire/stored-secret.ts'
import { replaceSecret } from '../secrets/replace-secret.ts'
import type { SecretStores } from '../secrets/secret-stores.ts'
import { channelSecretId } from './channel-secrets.ts'

/** The secret of a channel or of the heartbeat to store; null if it has none, or if it stays in the environment. */
interface ChannelSecretRequest {
  readonly name: string
  /** Names it in messages: `channel phone`. */
  readonly what: string
  readonly secret: Secret | null
}

/**
 * Stores the secret of a channel in the store of its profile, reads it back, and runs `record`, which writes `channels.json`.
 * @throws AxisorError; then everything is as before, unless the message reports a loss
 */
export async function saveChannelSecret(
  { name, what, secret }: ChannelSecretRequest,
  profile: Profile | null,
  stores: SecretStores,
  record: () => Promise<void>,
): Promise<void> {
  if (secret === null || profile === null || profile.store === 'env') return record()
  const { store, requirePassphrase } = profile
  const request = {
    secrets: await stores.open(store, requirePassphrase),
    id: channelSecretId(profile, name),
    text: encodeStoredSecret({ kind: 'channel', secret }),
    wasSealed: false,
    what: `the secret of ${what}`,
    rival: 'another process',
    again: 'Run the command again to replace it.',
    elsewhere: 'Move the profile to another store with axisor login --move-to, then run the command again.',
  }
  await replaceSecret(request, stores, record)
}
