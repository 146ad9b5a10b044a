import { changeProfiles, readProfiles } from '../../config/profiles.ts'
import { AxisorError, EXIT } from '../../domain/error.ts'
import { type Profile, withoutProfile } from '../../domain/profile.ts'
import type { WritableStoreKind } from '../../ports/secrets.ts'
import type { Command, CommandContext } from '../command-context.ts'
import { placeOf, SecretStores } from '../secrets/secret-stores.ts'
import { knownProfile } from './move.ts'

const STORES: readonly WritableStoreKind[] = ['keychain', 'vault']

/** What became of one profile. */
interface Forgotten {
  readonly profile: string
  readonly removedFrom: readonly WritableStoreKind[]
  /** Stores that could not be asked. One where the secret was recorded keeps the profile, so that it can be tried again. */
  readonly unchecked: readonly { readonly store: WritableStoreKind; readonly reason: string }[]
  readonly forgotten: boolean
}

/** Deletes every copy of a profile's secret that there may be, in whatever store, and then the profile itself. */
export const logout: Command = async call => {
  const { env, files, terminal } = call.world
  if (call.flags.all && call.flags.profile !== undefined)
    throw new AxisorError('usage', '--all and --profile exclude each other', {
      hint: 'Leave one of them out.',
    })
  const profiles = call.flags.all ? (await readProfiles(env, files)).all : [await knownProfile(call)]
  const stores = new SecretStores(call)
  const done: Forgotten[] = []
  try {
    for (const profile of profiles) {
      const forgotten = await forget(call, stores, profile)
      done.push(forgotten)
      await terminal.printError(sentence(forgotten, profile))
    }
  } finally {
    stores.close()
  }
  if (call.flags.json) await terminal.print(`${JSON.stringify({ profiles: done })}\n`)
  return done.every(each => each.forgotten) ? EXIT.done : EXIT.credentials
}

async function forget(call: CommandContext, stores: SecretStores, profile: Profile): Promise<Forgotten> {
  const removedFrom: WritableStoreKind[] = []
  const unchecked: Forgotten['unchecked'][number][] = []
  for (const store of STORES) {
    try {
      const secrets = await stores.open(store, profile.requirePassphrase)
      // Only where it should be is anybody asked to unlock anything.
      const state = profile.store === store ? null : await stores.untilInterrupted(secrets.state())
      if (state !== null && state.kind !== 'ready') throw state.error
      if (await stores.untilInterrupted(secrets.remove(placeOf(profile)))) removedFrom.push(store)
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      unchecked.push({ store, reason: error.message })
    }
  }
  const forgotten = unchecked.every(each => each.store !== profile.store)
  if (forgotten) await forgetProfile(call, profile.name)
  return { profile: profile.name, removedFrom, unchecked, forgotten }
}

/** The failure of a file says that nothing was changed, which is true of the file alone. */
async function forgetProfile({ world }: CommandContext, name: string): Promise<void> {
  try {
    await changeProfiles(world.env, world.files, profiles => withoutProfile(profiles, name))
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    throw new AxisorError(error.code, `profile ${name} stays, without a stored secret: ${error.message}`, {
      cause: error,
      hint: 'Check the disk and the permissions of the folder, and run axisor logout again.',
    })
  }
}

function sentence({ profile, removedFrom, unchecked, forgotten }: Forgotten, { store }: Profile): string {
  const removed =
    removedFrom.length === 0 ? 'no secret was stored' : `deleted from the ${removedFrom.join(' and the ')}`
  const lines = [
    forgotten
      ? `Profile ${profile} is forgotten: ${store === 'env' ? 'its key is in the environment, which is for you to unset' : removed}.`
      : `Profile ${profile} stays, because its secret in the ${store} could not be deleted.`,
    ...unchecked.map(each => `  not checked: the ${each.store} (${each.reason})`),
  ]
  if (!forgotten) lines.push(`  Make the ${store} usable, and run axisor logout --profile ${profile} again.`)
  return `${lines.join('\n')}\n`
}
