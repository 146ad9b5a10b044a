import { changeProfiles, readProfiles, requireProfile } from '../../config/profiles.ts'
import { EXIT } from '../../domain/error.ts'
import { networkOf, type Profile } from '../../domain/profile.ts'
import { type Column, tableLines } from '../../output/table.ts'
import type { Command } from '../command-context.ts'
import { formatOf } from '../output-format.ts'
import { documentOf } from './store-choice.ts'

function columnsFor(current: string | null): readonly Column<Profile>[] {
  return [
    { title: '', align: 'left', cell: row => (row.name === current ? '*' : '') },
    { title: 'NAME', align: 'left', cell: row => row.name },
    { title: 'NETWORK', align: 'left', cell: row => networkOf(row) },
    { title: 'SECRET IN', align: 'left', cell: row => row.store },
    { title: 'KEY', align: 'left', cell: rightsOf },
    {
      title: 'CHECKED UTC',
      align: 'left',
      cell: row => new Date(row.provenAt).toISOString().slice(0, 16).replace('T', ' '),
    },
    {
      title: 'AT',
      align: 'left',
      cell: row => (row.kind === 'relay' ? row.relayUrl : (row.addresses?.apiUrl ?? 'LN Markets')),
    },
  ]
}

function rightsOf(profile: Profile): string {
  if (profile.kind === 'relay') return 'token'
  return profile.permissions.some(each => each.endsWith(':write')) ? '!! WRITE' : 'read-only'
}

/** Lists the profiles; the current one has a star. */
export const profiles: Command = async ({ world, flags: typed }) => {
  const { stdout } = world.terminal
  const { current, all } = await readProfiles(world.env, world.files)
  if (formatOf(typed, stdout.isTTY) === 'json') {
    await world.terminal.print(`${JSON.stringify({ current, profiles: all.map(documentOf) })}\n`)
    return EXIT.done
  }
  const lines =
    all.length === 0
      ? ['No profile. Run axisor login.']
      : tableLines(columnsFor(current), all, stdout.columns || 80)
  await world.terminal.print(`${lines.join('\n')}\n`)
  return EXIT.done
}

/** Makes a profile the one that is used when none is named. */
export const useProfile: Command = async ({ world, flags: typed }) => {
  const name = String(typed.name)
  await changeProfiles(world.env, world.files, known => {
    requireProfile(known, name, 'profiles use')
    return { ...known, current: name }
  })
  await world.terminal.printError(`Profile ${name} is used from now on.\n`)
  return EXIT.done
}
