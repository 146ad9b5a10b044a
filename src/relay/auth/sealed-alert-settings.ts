import { AxisorError } from '../../domain/error.ts'
import type { Crypto } from '../../ports/crypto.ts'
import type { SealedAlertSettings } from '../../ports/relay-store.ts'
import { type MasterKeys, MISSING_KEY_HINT } from './master-keys.ts'

/** The user that sealed settings are bound to, and the version of the settings. */
export type AlertSettingsPlace = Pick<SealedAlertSettings, 'userId' | 'revision' | 'updatedAt'>

/** Binds settings to their user: an attacker with write access to the database cannot give them to another one. */
function associatedDataOf({ userId }: AlertSettingsPlace): string {
  return `relay-alerts:${userId}`
}

/** Seals alert settings with the first master key. */
export function sealAlertSettings(
  crypto: Crypto,
  keys: MasterKeys,
  place: AlertSettingsPlace,
  text: string,
): SealedAlertSettings {
  const { userId, revision, updatedAt } = place
  const [{ id, bytes }] = keys
  const sealed = crypto.encrypt(bytes, text, associatedDataOf(place))
  return { userId, sealed, masterKeyId: id, revision, updatedAt }
}

/**
 * Decrypts the alert settings of a user.
 * @throws AxisorError no-credentials, if none of the master keys opens them
 */
export function openAlertSettings(crypto: Crypto, keys: MasterKeys, settings: SealedAlertSettings): string {
  const { userId, masterKeyId, sealed } = settings
  const key = keys.find(({ id }) => id === masterKeyId)
  if (key === undefined)
    throw new AxisorError(
      'no-credentials',
      `the alert settings of user ${userId} are sealed with master key ${masterKeyId}, which is missing`,
      {
        hint: MISSING_KEY_HINT,
      },
    )
  const text = crypto.decrypt(key.bytes, sealed, associatedDataOf(settings))
  if (text !== null) return text
  throw new AxisorError(
    'no-credentials',
    `the alert settings of user ${userId} were modified in the database`,
    { hint: 'Set them again with axisor relay alerts.' },
  )
}
