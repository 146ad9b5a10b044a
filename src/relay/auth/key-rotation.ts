import { AxisorError } from '../../domain/error.ts'
import type { Crypto } from '../../ports/crypto.ts'
import type { RelayStore, SealedAccount } from '../../ports/relay-store.ts'
import type { MasterKeys } from './master-keys.ts'
import { openAccount, sealAccount } from './sealed-account.ts'

/**
 * Proves that the master keys are those of this database, before anything is sealed with another.
 * @throws AxisorError no-credentials, for keys that don't open what is there
 */
export function requireRightKeys(accounts: readonly SealedAccount[], keys: MasterKeys, place: string): void {
  const lost = accounts.filter(({ masterKeyId }) => !keys.some(({ id }) => id === masterKeyId))
  if (lost.length === 0) return
  const count = `${lost.length} of ${accounts.length} exchange keys`
  throw new AxisorError('no-credentials', `wrong master key: ${place} does not open ${count}`, {
    hint: 'Nothing was changed; give the relay the master key that it had before.',
  })
}

/**
 * Opens every account, and forgets what was in it: only then may anything be changed.
 * @throws AxisorError no-credentials, for an account that does not open
 */
export async function requireAllOpen(store: RelayStore, crypto: Crypto, keys: MasterKeys): Promise<void> {
  for (const account of await store.accounts()) openAccount(crypto, keys, account)
}

/**
 * Seals every account with the first key, whatever others write meanwhile; gives how many. All keys must stay where they are until it
 * is done: whenever it is cut short, each account is still sealed with one of them.
 * @throws AxisorError no-credentials, before anything is changed, for an account that does not open
 */
export async function resealAll(store: RelayStore, crypto: Crypto, keys: MasterKeys): Promise<number> {
  let resealed = 0
  for (;;) {
    const accounts = await store.accounts()
    const old = accounts.filter(({ masterKeyId }) => masterKeyId !== keys[0].id)
    if (old.length === 0) return resealed
    const opened = old.map(account => ({ account, credentials: openAccount(crypto, keys, account) }))
    for (const { account, credentials } of opened) {
      const isOurs = await store.replaceAccount(account, sealAccount(crypto, keys, account, credentials))
      if (isOurs) resealed += 1
    }
  }
}
