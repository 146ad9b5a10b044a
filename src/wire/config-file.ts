import * as z from 'zod/mini'
import { closestMatches } from '../domain/closest-match.ts'
import { sanitize } from '../domain/sanitize.ts'
import { ROLES } from '../domain/theme.ts'
import { type Decoded, decoded, invalid } from './decoded.ts'

const text = z.optional(z.string())

/** Schema of the config file. Durations and addresses stay text: config/ parses them by the same rules as flags and variables. */
const configSchema = z.object({
  profile: text,
  source: text,
  relayUrl: text,
  relayUser: text,
  network: text,
  apiUrl: text,
  streamUrl: text,
  allowWriteKey: z.optional(z.boolean()),
  interval: text,
  timeout: text,
  theme: text,
  colors: z.optional(z.record(z.string(), z.union([z.string(), z.number()]))),
  lang: text,
  numberFormat: text,
  proxy: text,
  relayDatabase: text,
})

const KNOWN = Object.keys(configSchema.shape)

/** Begins the names of the settings of the object `colors`, one for each role. */
const COLORS = 'colors.'
const ROLE_NAMES: readonly string[] = ROLES

/** Matches names of secrets. */
const SECRET_NAME = /key|secret|pass|token/i

/**
 * Decodes the config file's settings as text. An unknown setting is a fault, as ignoring it would hide a mistake. The fault names the
 * setting and never contains its value.
 */
export function decodeConfigFile(content: string): Decoded<Readonly<Record<string, string>>> {
  let parsed: unknown
  try {
    parsed = JSON.parse(content)
  } catch {
    return invalid('config file', 'is not valid JSON')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return invalid('config file', 'is not a JSON object')
  const unknownName = Object.keys(parsed).find(name => !KNOWN.includes(name))
  if (unknownName !== undefined)
    return invalid('config file', unknownSettingMessage(unknownName, closestMatches(unknownName, KNOWN)))
  const checked = z.safeParse(configSchema, parsed)
  if (!checked.success) {
    const path = checked.error.issues[0]?.path ?? []
    const name = path.length === 0 ? 'a setting' : path.map(String).join('.')
    return invalid(
      'config file',
      `${sanitize(name, { asciiOnly: true, maxLength: 40 })} must be ${expectedAt(name)}`,
    )
  }
  const { colors = {}, ...others } = checked.data
  const unknownRole = Object.keys(colors).find(role => !ROLE_NAMES.includes(role))
  if (unknownRole !== undefined) {
    const near = closestMatches(unknownRole, ROLE_NAMES).map(role => COLORS + role)
    return invalid('config file', unknownSettingMessage(COLORS + unknownRole, near))
  }
  const ownColors = Object.entries(colors).map(([role, color]) => [COLORS + role, color] as const)
  const settings: Record<string, string> = {}
  for (const [name, value] of [...Object.entries(others), ...ownColors]) {
    if (value !== undefined) settings[name] = String(value)
  }
  return decoded(settings)
}

function expectedAt(name: string): string {
  if (name === 'allowWriteKey') return 'true or false'
  if (name === 'colors') return 'an object of colors, such as {"loss": "#ff8700"}'
  return name.startsWith(COLORS) ? 'a color in double quotes, or a number' : 'a string in double quotes'
}

function unknownSettingMessage(name: string, near: readonly string[]): string {
  const shown = sanitize(name, { asciiOnly: true, maxLength: 40 })
  if (SECRET_NAME.test(name)) return `${shown} is not allowed: this file must not contain secrets`
  return `unknown setting ${shown}${near.length === 0 ? '' : `, did you mean ${near.join(' or ')}?`}`
}
