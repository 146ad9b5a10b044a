import { NO_RELAY_ALERTS, type RelayAlertSettings } from '../../domain/alerts/relay-settings.ts'
import { AxisorError } from '../../domain/error.ts'
import { wallNow } from '../../domain/wall-clock.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Crypto } from '../../ports/crypto.ts'
import type { RelayStore, SealedAlertSettings } from '../../ports/relay-store.ts'
import { decodeRelayAlertSettings, encodeRelayAlertSettings } from '../../wire/relay/alert-settings.ts'
import { MasterKeyReader, type ReadMasterKeys } from '../auth/master-key-reader.ts'
import type { MasterKeys } from '../auth/master-keys.ts'
import { openAlertSettings, sealAlertSettings } from '../auth/sealed-alert-settings.ts'
import { type EditContext, editSettings, type SettingsEdit } from './change-settings.ts'

/** Attempts to write settings that other processes change at the same time. */
const ATTEMPTS = 5

/** What reads and writes the alert settings of users. */
export interface SettingsBookDeps {
  readonly store: RelayStore
  readonly crypto: Crypto
  readonly clock: Clock
  readonly readKeys: ReadMasterKeys
  /** Runs a write while the master keys cannot change; creates the first one. */
  readonly withKeys: <T>(work: (keys: MasterKeys) => Promise<T>) => Promise<T>
}

/** The alert settings of the users, sealed in the database. */
export class SettingsBook {
  readonly #deps: SettingsBookDeps
  readonly #keys: MasterKeyReader

  constructor(deps: SettingsBookDeps) {
    this.#deps = deps
    this.#keys = new MasterKeyReader(deps.readKeys)
  }

  /** Reads the settings of a user. @throws AxisorError no-credentials, if they cannot be opened; also as the store */
  async read(userId: string): Promise<RelayAlertSettings> {
    const sealed = await this.#deps.store.alertSettings(userId)
    return sealed === null ? NO_RELAY_ALERTS : this.open(sealed)
  }

  /** Opens settings. Throws as `read`. */
  async open(sealed: SealedAlertSettings): Promise<RelayAlertSettings> {
    return decodedSettings(
      openAlertSettings(this.#deps.crypto, await this.#keys.keysFor(sealed), sealed),
      sealed.userId,
    )
  }

  /**
   * Changes the settings of a user. A concurrent change is kept.
   * @throws AxisorError as `editSettings`, and `read`
   */
  async edit(
    userId: string,
    edit: SettingsEdit,
    context: Pick<EditContext, 'by' | 'allowPrivate'>,
  ): Promise<RelayAlertSettings> {
    const { store, crypto, clock, withKeys } = this.#deps
    return withKeys(async keys => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const sealed = await store.alertSettings(userId)
        const before =
          sealed === null
            ? NO_RELAY_ALERTS
            : decodedSettings(openAlertSettings(crypto, keys, sealed), sealed.userId)
        const place = { userId, revision: (sealed?.revision ?? 0) + 1, updatedAt: wallNow(clock) }
        const { revision, updatedAt: at } = place
        const after = editSettings(before, edit, { ...context, revision, at })
        const next = sealAlertSettings(crypto, keys, place, encodeRelayAlertSettings(after))
        if (await store.putAlertSettings(next, sealed?.revision ?? null)) return after
      }
      throw new AxisorError('unavailable', 'the alert settings were not stored: the user may be removed', {
        hint: 'Run axisor relay user list, then try again.',
      })
    })
  }
}

function decodedSettings(text: string, userId: string): RelayAlertSettings {
  const decoded = decodeRelayAlertSettings(text)
  if (decoded.ok) return decoded.value
  const { where, message } = decoded.fault
  throw new AxisorError('no-credentials', `the ${where} of user ${userId} are unreadable: ${message}`, {
    hint: 'A newer axisor may have written them.',
  })
}
