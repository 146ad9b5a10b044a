import { changeProfiles, readProfiles, requireProfile } from '../../config/profiles.ts'
import { canWrite } from '../../domain/account.ts'
import { EXIT, type ExitCode } from '../../domain/error.ts'
import { networkOf, type Profile, verifiedPermissions } from '../../domain/profile.ts'
import { type TableColumn, tableLines } from '../../output/table.ts'
import type { CommandContext } from '../command-context.ts'
import { formatOf } from '../output-format.ts'
import type { ProfilesOptions, UseProfileOptions } from './options.ts'
import { profileDocument } from './store-choice.ts'

function columnsFor(current: string | null): readonly TableColumn<Profile>[] {
  return [
    { title: '', align: 'left', cell: row => (row.name === current ? '*' : '') },
    { title: 'NAME', align: 'left', cell: row => row.name },
    { title: 'NETWORK', align: 'left', cell: row => networkOf(row) },
    { title: 'SECRET IN', align: 'left', cell: row => row.store },
    { title: 'KEY', align: 'left', cell: permissionText },
    {
      title: 'CHECKED UTC',
      align: 'left',
      cell: ({ verifiedAt }) =>
        verifiedAt === null ? '-' : new Date(verifiedAt).toISOString().slice(0, 16).replace('T', ' '),
    },
    {
      title: 'AT',
      align: 'left',
      cell: row => (row.kind === 'relay' ? row.relayUrl : (row.addresses?.apiUrl ?? 'LN Markets')),
    },
  ]
}

function permissionText(profile: Profile): string {
  if (profile.kind === 'relay') return 'token'
  const key = verifiedPermissions(profile)
  if (key === null) return 'not verified'
  return canWrite(key) ? '!! WRITE' : 'read-only'
}

type ProfilesContext = Pick<CommandContext, 'env' | 'files' | 'terminal'>

/** Lists the profiles; an asterisk marks the current one. */
export async function profiles(
  options: ProfilesOptions,
  { env, files, terminal }: ProfilesContext,
): Promise<ExitCode> {
  const { stdout } = terminal
  const { current, all } = await readProfiles(env, files)
  if (formatOf(options, stdout.isTTY) === 'json') {
    await terminal.print(`${JSON.stringify({ current, profiles: all.map(profileDocument) })}\n`)
    return EXIT.done
  }
  const lines =
    all.length === 0
      ? ['No profiles. Run axisor login.']
      : tableLines(columnsFor(current), all, stdout.columns || 80)
  await terminal.print(`${lines.join('\n')}\n`, 'text')
  return EXIT.done
}

/** Sets the current profile. */
export async function useProfile(
  { name }: UseProfileOptions,
  { env, files, terminal }: ProfilesContext,
): Promise<ExitCode> {
  await changeProfiles(env, files, known => {
    requireProfile(known, name, 'profiles use')
    return { ...known, current: name }
  })
  await terminal.printError(`Profile ${name} is now the current profile.\n`)
  return EXIT.done
}
