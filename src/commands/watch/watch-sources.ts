import { hasEnvCredentials, relayTokenFrom } from '../../config/credentials.ts'
import { AxisorError } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { CommandContext } from '../command-context.ts'
import { type SourceFlags, type SourceSettings, sourceSettings } from '../source-settings.ts'

/** An account to watch, or why its settings are unusable. */
export interface WatchSource {
  /** The name as requested; empty if none was. */
  readonly name: string
  readonly settings: SourceSettings | AxisorError
}

/** At least one, in the order of the command line. */
export type WatchSources = readonly [WatchSource, ...WatchSource[]]

/** More tabs would not fit beside their states. */
const MAX_ACCOUNTS = 9

/** The flags of a command whose `--profile` and `--user` may be repeated. */
type FlagsOfAccounts = Omit<SourceFlags, 'profile' | 'relayUser'> & {
  readonly profile: readonly string[]
  readonly relayUser: readonly string[]
}

/** The profile and the user of the relay of one account; null if none is named. */
type NamedAccount = Readonly<Record<'profile' | 'relayUser', string | null>>

/** The same flags for one account. They are not copied: an option counts as read when it is. */
function flagsOfAccount(flags: FlagsOfAccounts, { profile, relayUser }: NamedAccount): SourceFlags {
  return Object.create(flags, { profile: { value: profile }, relayUser: { value: relayUser } })
}

type SourcesContext = Pick<CommandContext, 'env' | 'files'>

/**
 * Resolves the settings of a watch that has no place for several accounts, which `output` is named for.
 * @throws AxisorError usage or config
 */
export async function oneSource(
  flags: FlagsOfAccounts,
  output: string,
  context: SourcesContext,
): Promise<SourceSettings> {
  const { profile: profiles, relayUser: users } = flags
  const repeated = profiles.length > 1 ? '--profile' : users.length > 1 ? '--user' : null
  if (repeated !== null)
    throw new AxisorError('usage', `${output} takes one ${repeated}: several are for the dashboard`, {
      hint: 'Start one process for each account.',
    })
  return sourceSettings(flagsOfAccount(flags, firstOf(flags)), context)
}

/**
 * Resolves the settings of each profile, or of each user of one relay. Of several, one that is unusable takes no other one with it.
 * @throws AxisorError usage or config: of a single account, of all, or for profiles that would be the same account
 */
export async function watchSources(flags: FlagsOfAccounts, context: SourcesContext): Promise<WatchSources> {
  const { profile: profiles, relayUser: users } = flags
  const first = firstOf(flags)
  const settingsOf = (account: NamedAccount): Promise<SourceSettings> =>
    sourceSettings(flagsOfAccount(flags, account), context)
  if (profiles.length > 1 && users.length > 1)
    throw new AxisorError('usage', 'several --profile and several --user exclude each other', {
      hint: 'Name several profiles, or several users of one relay.',
    })
  const repeated = users.length > 1 ? 'relayUser' : 'profile'
  const [name = null, ...more] = flags[repeated]
  if (name === null || more.length === 0) return [{ name: name ?? '', settings: await settingsOf(first) }]
  requireDistinct(flags[repeated], repeated === 'profile' ? '--profile' : '--user')
  const settled = async (each: string): Promise<WatchSource> => ({
    name: each,
    settings: await settingsOf({ ...first, [repeated]: each }).catch(unusable),
  })
  const sources: WatchSources = [await settled(name), ...(await Promise.all(more.map(settled)))]
  requireUsable(sources)
  // One token reads all users of a relay.
  if (repeated === 'profile') await requireOwnSecrets(sources, context)
  return sources
}

function firstOf({ profile: profiles, relayUser: users }: FlagsOfAccounts): NamedAccount {
  return { profile: profiles[0] ?? null, relayUser: users[0] ?? null }
}

/** A bug is no property of one profile. */
function unusable(error: unknown): AxisorError {
  if (error instanceof AxisorError) return error
  throw error
}

function requireDistinct(names: readonly string[], flag: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new AxisorError('usage', `${flag} ${sanitize(twice)} is given twice`, {
      hint: 'Name each account once.',
    })
  if (names.length > MAX_ACCOUNTS)
    throw new AxisorError('usage', `${names.length} accounts are too many for one dashboard`, {
      hint: `Name at most ${MAX_ACCOUNTS}.`,
    })
}

/** Throws the first error if no source is usable. */
function requireUsable(sources: WatchSources): void {
  const [{ settings: first }] = sources
  if (first instanceof AxisorError && sources.every(({ settings }) => settings instanceof AxisorError))
    throw first
}

/** A key or token of the environment takes the place of the stored ones: all profiles would be the same account. */
async function requireOwnSecrets(sources: WatchSources, { env, files }: SourcesContext): Promise<void> {
  const kinds = sources.flatMap(({ settings }) =>
    settings instanceof AxisorError ? [] : (settings.profile?.kind ?? []),
  )
  const hint = 'Unset it, so that each profile uses its own.'
  const count = (kind: string): number => kinds.filter(each => each === kind).length
  if (count('direct') > 1 && (await hasEnvCredentials(env, files)))
    throw new AxisorError('usage', 'the API key of the environment would be used for all profiles', { hint })
  if (count('relay') > 1 && (await relayTokenFrom(env, files)) !== null)
    throw new AxisorError('usage', 'the relay token of the environment would be used for all profiles', {
      hint,
    })
}

/** The settings of the first usable source, for what does not depend on the profile. There is one, else `watchSources` has thrown. */
export function usableSettings(sources: WatchSources): SourceSettings {
  for (const { settings } of sources) if (!(settings instanceof AxisorError)) return settings
  throw new Error('no source is usable')
}
