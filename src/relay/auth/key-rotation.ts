import { AxisorError } from '../../domain/error.ts'
import type { Crypto } from '../../ports/crypto.ts'
import type { RelayStore, SealedAccount } from '../../ports/relay-store.ts'
import type { MasterKeys } from './master-keys.ts'
import { openAccount, sealAccount } from './sealed-account.ts'

/**
 * Verifies that the master keys match the database, before anything is sealed with a different one.
 * @throws AxisorError no-credentials, for accounts that none of the keys opens
 */
export function requireMatchingKeys(
  accounts: readonly SealedAccount[],
  keys: MasterKeys,
  location: string,
): void {
  const unknown = accounts.filter(({ masterKeyId }) => !keys.some(({ id }) => id === masterKeyId))
  if (unknown.length === 0) return
  const count = `${unknown.length} of ${accounts.length} exchange keys`
  throw new AxisorError('no-credentials', `wrong master key: ${location} cannot decrypt ${count}`, {
    hint: 'Nothing was changed. Restore the previous master key.',
  })
}

/**
 * Verifies that every account can be opened, before anything is changed.
 * @throws AxisorError no-credentials, for an account that cannot be opened
 */
export async function requireAllOpen(store: RelayStore, crypto: Crypto, keys: MasterKeys): Promise<void> {
  for (const account of await store.accounts()) openAccount(crypto, keys, account)
}

/**
 * Reseals every account with the first key, despite concurrent writes, and returns their number. All keys must be
 * kept until it returns: if interrupted, each account is still sealed with one of them.
 * @throws AxisorError no-credentials, before anything is changed, for an account that cannot be opened
 */
export async function resealAll(store: RelayStore, crypto: Crypto, keys: MasterKeys): Promise<number> {
  let resealed = 0
  for (;;) {
    const accounts = await store.accounts()
    const old = accounts.filter(({ masterKeyId }) => masterKeyId !== keys[0].id)
    if (old.length === 0) return resealed
    const opened = old.map(account => ({ account, credentials: openAccount(crypto, keys, account) }))
    for (const { account, credentials } of opened) {
      const wasReplaced = await store.replaceAccount(account, sealAccount(crypto, keys, account, credentials))
      if (wasReplaced) resealed += 1
    }
  }
}
