import { AxisorError } from '../../domain/error.ts'
import type { Crypto } from '../../ports/crypto.ts'
import type { RelayStore, SealedAccount, SealedAlertSettings } from '../../ports/relay-store.ts'
import { type MasterKeys, MISSING_KEY_HINT } from './master-keys.ts'
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

/** Returns the records that were sealed with none of the master keys. */
export function unopenable({ accounts, alertSettings }: SealedRecords, keys: MasterKeys): SealedRecords {
  const isUnknown = ({ masterKeyId }: { readonly masterKeyId: string }) =>
    !keys.some(({ id }) => id === masterKeyId)
  return { accounts: accounts.filter(isUnknown), alertSettings: alertSettings.filter(isUnknown) }
}

/** Returns how many records of each kind there are. */
export function countOf({
  accounts,
  alertSettings,
}: SealedRecords): Readonly<Record<keyof SealedRecords, number>> {
  return { accounts: accounts.length, alertSettings: alertSettings.length }
}

/**
 * Verifies that the master keys belong to the database, before anything is sealed with different ones. A key that opens only a part of the
 * records is one of them: the rest of the users must not suffer from the loss of another key.
 * @throws AxisorError no-credentials, if there are records and none of the keys opens one
 */
export function requireMatchingKeys(records: SealedRecords, keys: MasterKeys, location: string): void {
  const all = countText(countOf(records))
  const closed = countOf(unopenable(records, keys))
  const isAllClosed =
    closed.accounts === records.accounts.length && closed.alertSettings === records.alertSettings.length
  if (all === null || !isAllClosed) return
  throw new AxisorError('no-credentials', `wrong master key: ${location} cannot decrypt ${all}`, {
    hint: MISSING_KEY_HINT,
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
