import { parseColor } from '../domain/color.ts'
import { type OwnColors, ROLES } from '../domain/theme.ts'
import type { ParseResult } from './parsers.ts'
import { parseSetting } from './raw-setting.ts'
import type { ConfigFile } from './setting-sources.ts'

/** Reads the settings `colors.<role>` of the config file. @throws AxisorError config, naming the file, the role and what is accepted */
export function ownColorsOf(file: ConfigFile | null): OwnColors {
  const found = ROLES.flatMap(role => {
    const text = file?.values[`colors.${role}`]
    if (file === null || text === undefined) return []
    const place = `colors.${role} in ${file.path}`
    return [[role, parseSetting({ text, origin: 'file', place }, color)] as const]
  })
  return Object.fromEntries(found)
}

function color(text: string): ParseResult<NonNullable<ReturnType<typeof parseColor>>> {
  const value = parseColor(text)
  if (value !== null) return { ok: true, value }
  return {
    ok: false,
    expected: 'a color: #rrggbb, a name such as red or bright-blue, or a number from 0 to 255',
  }
}
