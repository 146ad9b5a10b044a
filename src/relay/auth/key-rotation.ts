import { AxisorError } from '../../domain/error.ts'
import type { Crypto } from '../../ports/crypto.ts'
import type { RelayStore, SealedAccount, SealedAlertSettings } from '../../ports/relay-store.ts'
import type { MasterKeys } from './master-keys.ts'
import { openAccount, sealAccount } from './sealed-account.ts'
import { openAlertSettings, sealAlertSettings } from './sealed-alert-settings.ts'

/** All that a relay has encrypted with its master keys. */
export interface SealedRecords {
  readonly accounts: readonly SealedAccount[]
  readonly alertSettings: readonly SealedAlertSettings[]
}

/** Reads all encrypted records of a store. */
export async function sealedRecords(store: RelayStore): Promise<SealedRecords> {
  const [accounts, alertSettings] = await Promise.all([store.accounts(), store.allAlertSettings()])
  return { accounts, alertSettings }
}

/** Returns the number of records of each kind that exists, as text; null if there is none. */
export function countText({
  accounts,
  alertSettings,
}: Readonly<Record<keyof SealedRecords, number>>): string | null {
  const parts = [
    ...(accounts === 0 ? [] : [`${accounts} exchange key${accounts === 1 ? '' : 's'}`]),
    ...(alertSettings === 0
      ? []
      : [`the alert settings of ${alertSettings} user${alertSettings === 1 ? '' : 's'}`]),
  ]
  return parts.length === 0 ? null : parts.join(' and ')
}

/**
 * Verifies that the master keys match the database, before anything is sealed with a different one.
 * @throws AxisorError no-credentials, for records that none of the keys opens
 */
export function requireMatchingKeys(
  { accounts, alertSettings }: SealedRecords,
  keys: MasterKeys,
  location: string,
): void {
  const unknown = (records: readonly { readonly masterKeyId: string }[]) =>
    records.filter(({ masterKeyId }) => !keys.some(({ id }) => id === masterKeyId)).length
  const ofAccounts = unknown(accounts)
  if (ofAccounts + unknown(alertSettings) === 0) return
  const what =
    ofAccounts > 0
      ? `${ofAccounts} of ${accounts.length} exchange keys`
      : `the alert settings of ${unknown(alertSettings)} of ${alertSettings.length} users`
  throw new AxisorError('no-credentials', `wrong master key: ${location} cannot decrypt ${what}`, {
    hint: 'Nothing was changed. Restore the previous master key.',
  })
}

/**
 * Verifies that every record can be opened, before anything is changed.
 * @throws AxisorError no-credentials, for a record that cannot be opened
 */
export async function requireAllOpen(store: RelayStore, crypto: Crypto, keys: MasterKeys): Promise<void> {
  const { accounts, alertSettings } = await sealedRecords(store)
  for (const account of accounts) openAccount(crypto, keys, account)
  for (const settings of alertSettings) openAlertSettings(crypto, keys, settings)
}

/**
 * Reseals every record with the first key, despite concurrent writes, and returns their numbers. All keys must be kept until it returns:
 * if interrupted, each record is still sealed with one of them.
 * @throws AxisorError no-credentials, before anything is changed, for a record that cannot be opened
 */
export async function resealAll(
  store: RelayStore,
  crypto: Crypto,
  keys: MasterKeys,
): Promise<Readonly<Record<keyof SealedRecords, number>>> {
  const resealed = { accounts: 0, alertSettings: 0 }
  for (;;) {
    const records = await sealedRecords(store)
    const isOld = ({ masterKeyId }: { readonly masterKeyId: string }) => masterKeyId !== keys[0].id
    const accounts = records.accounts
      .filter(isOld)
      .map(account => ({ account, credentials: openAccount(crypto, keys, account) }))
    const alertSettings = records.alertSettings
      .filter(isOld)
      .map(settings => ({ settings, text: openAlertSettings(crypto, keys, settings) }))
    if (accounts.length + alertSettings.length === 0) return resealed
    for (const { account, credentials } of accounts) {
      const wasReplaced = await store.replaceAccount(account, sealAccount(crypto, keys, account, credentials))
      if (wasReplaced) resealed.accounts += 1
    }
    for (const { settings, text } of alertSettings) {
      const next = sealAlertSettings(crypto, keys, settings, text)
      if (await store.putAlertSettings(next, settings.revision)) resealed.alertSettings += 1
    }
  }
}
