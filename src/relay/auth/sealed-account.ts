import { AxisorError } from '../../domain/error.ts'
import type { Credentials } from '../../domain/secret.ts'
import type { Crypto } from '../../ports/crypto.ts'
import type { SealedAccount } from '../../ports/relay-store.ts'
import { decodeStoredSecret, encodeStoredSecret } from '../../wire/stored-secret.ts'
import type { MasterKeys } from './master-keys.ts'

/** Whose account it is, and where. */
export type AccountPlace = Pick<SealedAccount, 'userId' | 'network' | 'apiUrl' | 'streamUrl' | 'updatedAt'>

/** A key opens only for the user, the network and the addresses that it was given for: who can write to the database can't send it elsewhere. */
function boundOf({ userId, network, apiUrl, streamUrl }: AccountPlace): string {
  const place = `relay:${userId}:${network}`
  return apiUrl === null && streamUrl === null ? place : `${place}:${JSON.stringify([apiUrl, streamUrl])}`
}

/** An exchange key, sealed with the first of the master keys. */
export function sealAccount(
  crypto: Crypto,
  keys: MasterKeys,
  place: AccountPlace,
  credentials: Credentials,
): SealedAccount {
  const text = encodeStoredSecret({ kind: 'direct', credentials })
  const { userId, network, apiUrl, streamUrl, updatedAt } = place
  const [{ id, bytes }] = keys
  const sealed = crypto.encrypt(bytes, text, boundOf(place))
  return { userId, network, apiUrl, streamUrl, sealed, masterKeyId: id, updatedAt }
}

/**
 * The exchange key of an account.
 * @throws AxisorError no-credentials, when none of the master keys opens it
 */
export function openAccount(crypto: Crypto, keys: MasterKeys, account: SealedAccount): Credentials {
  const key = keys.find(({ id }) => id === account.masterKeyId)
  if (key === undefined)
    throw new AxisorError(
      'no-credentials',
      `the exchange key of user ${account.userId} is sealed with master key ${account.masterKeyId}, which is not there`,
      { hint: 'Give the relay the master key that it had before; nothing was changed.' },
    )
  const text = crypto.decrypt(key.bytes, account.sealed, boundOf(account))
  const decoded = text === null ? null : decodeStoredSecret(text)
  if (decoded?.ok && decoded.value.kind === 'direct') return decoded.value.credentials
  throw new AxisorError(
    'no-credentials',
    `the exchange key of user ${account.userId} was changed in the database`,
    { hint: 'Set it anew with axisor relay credentials set.' },
  )
}
