import { oneOf } from '../../config/parsers.ts'
import { readProfiles } from '../../config/profiles.ts'
import { parseSetting } from '../../config/raw-setting.ts'
import { AxisorError } from '../../domain/error.ts'
import { networkOf, type Profile, type ProfileStore } from '../../domain/profile.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { CommandContext } from '../command-context.ts'
import { placeOf, type SecretStores } from '../secrets/secret-stores.ts'

/** Where a secret is to go. */
export type StoreTarget = Pick<Profile, 'store' | 'requirePassphrase'>

const CHOICES = ['auto', 'keychain', 'vault', 'env'] as const

/** The store that `--credential-store` names; null when it does not. @throws AxisorError usage */
export function storeAskedFor({ flags: typed }: CommandContext): (typeof CHOICES)[number] | null {
  const text = typed['credential-store']
  if (typeof text !== 'string') return null
  return parseSetting({ text, origin: 'flag', place: '--credential-store' }, oneOf(CHOICES))
}

/**
 * The store that was asked for; else the one that the profile has; else the keychain, or, if that can't be used and somebody agrees,
 * the vault.
 * @throws AxisorError no-credentials, when there is no place to keep anything
 */
export async function chooseStore(
  call: CommandContext,
  stores: SecretStores,
  before: Profile | null,
): Promise<StoreTarget> {
  const asked = storeAskedFor(call) ?? before?.store ?? 'auto'
  const store = asked === 'auto' ? await automatic(stores) : asked
  if (store === 'keychain') await requireUsable(stores)
  const sameAsBefore = before?.store === store && before.requirePassphrase
  return {
    store,
    requirePassphrase: store === 'vault' || call.flags['require-passphrase'] === true || sameAsBefore,
  }
}

/** @throws AxisorError no-credentials, saying why the keychain can't be used and what to do */
async function requireUsable(stores: SecretStores): Promise<void> {
  const state = await (await stores.open('keychain')).state()
  if (state.kind === 'ready' || (state.kind === 'locked' && state.canAsk)) return
  throw state.error
}

async function automatic(stores: SecretStores): Promise<ProfileStore> {
  const state = await stores.untilInterrupted((await stores.open('keychain')).state())
  if (state.kind === 'ready') return 'keychain'
  const { person } = stores
  if (state.kind === 'locked' && state.canAsk && person !== null) return 'keychain'
  const { message } = state.error
  if (person === null)
    throw new AxisorError('no-credentials', message, {
      cause: state.error,
      hint: 'Choose with --credential-store vault and --passphrase-fd, or --credential-store env.',
    })
  person.write(`${message.slice(0, 1).toUpperCase()}${message.slice(1)}.\n`)
  if (await person.confirm('Keep it in a file that is encrypted with a passphrase instead?')) return 'vault'
  throw new AxisorError('no-credentials', 'nothing was stored', {
    cause: state.error,
    hint: state.error.hint ?? 'Choose a place with --credential-store.',
  })
}

const PLACES: Readonly<Record<ProfileStore, string>> = {
  keychain: 'in the keychain of this desktop, encrypted',
  vault: 'in a file that is encrypted with your passphrase',
  env: 'nowhere; it must be in the environment each time',
}

/** Takes the secret away from where it was before, and says what was done. */
export async function finishLogin(
  call: CommandContext,
  stores: SecretStores,
  profile: Profile,
  before: Profile | null,
): Promise<void> {
  const { env, files, terminal } = call.world
  if (before !== null && before.store !== profile.store) await forgetOld(call, stores, before)
  const { current } = await readProfiles(env, files)
  const what = profile.kind === 'relay' ? 'token' : 'key'
  const use = current === profile.name ? 'axisor watch' : `axisor watch --profile ${profile.name}`
  await terminal.printError(
    `Profile ${profile.name} (${networkOf(profile)}): the ${what} is ${PLACES[profile.store]}. Run ${use}.\n`,
  )
  if (call.flags.json) await terminal.print(`${JSON.stringify(documentOf(profile))}\n`)
}

async function forgetOld(call: CommandContext, stores: SecretStores, before: Profile): Promise<void> {
  if (before.store === 'env') return
  try {
    await stores.untilInterrupted((await stores.open(before.store)).remove(placeOf(before)))
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    await call.world.terminal.printError(
      `A copy may still be in the ${before.store}, which could not be asked: ${sanitize(error.message)}.\n`,
    )
  }
}

/** A profile for scripts: no secret is in it. */
export function documentOf(profile: Profile) {
  const { name, kind, store, requirePassphrase, provenAt } = profile
  const more =
    profile.kind === 'relay'
      ? { relayUrl: profile.relayUrl }
      : {
          permissions: profile.permissions,
          canWrite: profile.permissions.some(each => each.endsWith(':write')),
          addresses: profile.addresses,
        }
  return {
    name,
    kind,
    network: networkOf(profile),
    store,
    requirePassphrase,
    provenAt: new Date(provenAt).toISOString(),
    ...more,
  }
}
