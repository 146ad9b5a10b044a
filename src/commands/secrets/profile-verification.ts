import { changeProfiles } from '../../config/profiles.ts'
import { canWrite, type KeyPermissions } from '../../domain/account.ts'
import { AxisorError } from '../../domain/error.ts'
import { findProfile, type Profile, withProfile } from '../../domain/profile.ts'
import type { CommandContext } from '../command-context.ts'
import type { SourceSettings } from '../source-settings.ts'

type VerificationContext = Pick<CommandContext, 'env' | 'files' | 'clock'>

type VerificationSettings = Pick<SourceSettings, 'profile' | 'allowWriteKey'>

/** Records that the key of a profile is verified, once the exchange reports its permissions: a login behind a firewall could not. */
export class ProfileVerification {
  readonly #context: VerificationContext
  readonly #allowWriteKey: boolean
  /** The name of the profile that is not verified yet; null if there is none, or if the key is not the profile's. */
  #unverified: string | null
  #writing: Promise<void> = Promise.resolve()

  /** `identity` is the name of the key in use: a key of the environment does not verify a profile. */
  constructor(settings: VerificationSettings, identity: string, context: VerificationContext) {
    const { profile, allowWriteKey } = settings
    const isUnverified = profile?.kind === 'direct' && profile.verifiedAt === null
    this.#unverified = isUnverified && profile.name === identity ? profile.name : null
    this.#allowWriteKey = allowWriteKey
    this.#context = context
  }

  /** Takes the permissions that the exchange has reported; null if there are none. A key that is refused stays not verified. */
  take(key: KeyPermissions | null): void {
    const name = this.#unverified
    if (name === null || key === null || (canWrite(key) && !this.#allowWriteKey)) return
    this.#unverified = null
    this.#writing = this.#record(name, key)
  }

  /** Waits for a record that is being written. */
  settled(): Promise<void> {
    return this.#writing
  }

  async #record(name: string, { permissions }: KeyPermissions): Promise<void> {
    const { env, files, clock } = this.#context
    const verified = (profile: Profile | null): profile is Profile & { readonly kind: 'direct' } =>
      profile?.kind === 'direct' && profile.verifiedAt === null
    try {
      await changeProfiles(env, files, known => {
        const profile = findProfile(known, name)
        if (!verified(profile)) return known
        const now = clock.nowMs()
        return withProfile(known, { ...profile, permissions, verifiedAt: now, acceptedAt: now })
      })
    } catch (error) {
      // The next connection tries again. A monitor must not fail because of a note in a file.
      if (!(error instanceof AxisorError)) throw error
    }
  }
}
