import { type AlertFileTexts, readAlertFileTexts } from '../../config/alerts/alert-files.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import { InterruptedError } from '../interrupted.ts'
import type { SecretContext } from '../secrets/secret-stores.ts'
import { type LoadedSettings, reloadSettings } from './host-settings.ts'
import type { HostIdentity } from './open-channels.ts'

/** A change is loaded once two reads have found the same: an editor may write a file in several steps. */
const POLL_MS = 2_000

/** What a watch of the settings needs. */
export interface SettingsWatchDeps {
  readonly clock: Clock
  readonly identity: HostIdentity
  /** Must not prompt: a dashboard may be open. */
  readonly context: SecretContext
  /** The files before `loaded` was read from them. */
  readonly texts: AlertFileTexts
  readonly loaded: LoadedSettings
  readonly onChange: (settings: LoadedSettings) => void
}

/** Loads `alerts.json` and `channels.json` again after each change, within 5 s. */
export class SettingsWatch {
  readonly #deps: SettingsWatchDeps
  #loaded: LoadedSettings
  #loadedTexts: AlertFileTexts
  #seen: AlertFileTexts
  #cancel: Cancel = () => {}
  #isClosed = false

  constructor(deps: SettingsWatchDeps) {
    this.#deps = deps
    this.#loaded = deps.loaded
    this.#loadedTexts = deps.texts
    this.#seen = deps.texts
  }

  start(): void {
    if (!this.#isClosed) this.#cancel = this.#deps.clock.after(POLL_MS, () => void this.#poll())
  }

  close(): void {
    this.#isClosed = true
    this.#cancel()
  }

  async #poll(): Promise<void> {
    const { env, files } = this.#deps.context
    const texts = await readAlertFileTexts(env, files)
    const isSettled = isSame(texts, this.#seen)
    this.#seen = texts
    try {
      if (isSettled && !isSame(texts, this.#loadedTexts)) await this.#load(texts)
    } catch (error) {
      // The command ends, and closes this watch.
      if (error instanceof InterruptedError) return
      throw error
    }
    this.start()
  }

  async #load(texts: AlertFileTexts): Promise<void> {
    const { identity, context, onChange } = this.#deps
    const hasNewChannels = texts.channels !== this.#loadedTexts.channels
    const settings = await reloadSettings(this.#loaded, hasNewChannels, identity, context)
    this.#loadedTexts = texts
    this.#loaded = settings
    if (!this.#isClosed) onChange(settings)
  }
}

function isSame(a: AlertFileTexts, b: AlertFileTexts): boolean {
  return a.alerts === b.alerts && a.channels === b.channels
}
