import { AxisorError } from '../../domain/error.ts'
import type { Credentials } from '../../domain/secret.ts'
import type { Crypto } from '../../ports/crypto.ts'
import type { SealedAccount } from '../../ports/relay-store.ts'
import { decodeStoredSecret, encodeStoredSecret } from '../../wire/stored-secret.ts'
import { type MasterKeys, MISSING_KEY_HINT } from './master-keys.ts'

/** The user, network and addresses that a sealed key is bound to. */
export type AccountPlace = Pick<SealedAccount, 'userId' | 'network' | 'apiUrl' | 'streamUrl' | 'updatedAt'>

/**
 * Binds a key to its user, network and addresses: an attacker with write access to the database cannot redirect it.
 */
function associatedDataOf({ userId, network, apiUrl, streamUrl }: AccountPlace): string {
  const place = `relay:${userId}:${network}`
  return apiUrl === null && streamUrl === null ? place : `${place}:${JSON.stringify([apiUrl, streamUrl])}`
}

/** Seals an exchange key with the first master key. */
export function sealAccount(
  crypto: Crypto,
  keys: MasterKeys,
  place: AccountPlace,
  credentials: Credentials,
): SealedAccount {
  const text = encodeStoredSecret({ kind: 'direct', credentials })
  const { userId, network, apiUrl, streamUrl, updatedAt } = place
  const [{ id, bytes }] = keys
  const sealed = crypto.encrypt(bytes, text, associatedDataOf(place))
  return { userId, network, apiUrl, streamUrl, sealed, masterKeyId: id, updatedAt }
}

/**
 * Decrypts the exchange key of an account.
 * @throws AxisorError no-credentials, if none of the master keys opens it
 */
export function openAccount(crypto: Crypto, keys: MasterKeys, account: SealedAccount): Credentials {
  const key = keys.find(({ id }) => id === account.masterKeyId)
  if (key === undefined)
    throw new AxisorError(
      'no-credentials',
      `the exchange key of user ${account.userId} is sealed with master key ${account.masterKeyId}, which is missing`,
      {
        hint: MISSING_KEY_HINT,
      },
    )
  const text = crypto.decrypt(key.bytes, account.sealed, associatedDataOf(account))
  const decoded = text === null ? null : decodeStoredSecret(text)
  if (decoded?.ok && decoded.value.kind === 'direct') return decoded.value.credentials
  throw new AxisorError(
    'no-credentials',
    `the exchange key of user ${account.userId} was modified in the database`,
    { hint: 'Set it again with axisor relay credentials set.' },
  )
}
