import * as z from 'zod/mini'
import { closestMatches } from '../domain/closest-match.ts'
import { sanitize } from '../domain/sanitize.ts'
import { type Decoded, decoded, invalid } from './decoded.ts'

const text = z.optional(z.string())

/** Schema of the config file. Durations and addresses stay text: config/ parses them by the same rules as flags and variables. */
const configSchema = z.object({
  profile: text,
  source: text,
  relayUrl: text,
  network: text,
  apiUrl: text,
  streamUrl: text,
  allowWriteKey: z.optional(z.boolean()),
  interval: text,
  timeout: text,
  palette: text,
  proxy: text,
  relayDatabase: text,
})

const KNOWN = Object.keys(configSchema.shape)

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
  if (unknownName !== undefined) return invalid('config file', unknownSettingMessage(unknownName))
  const checked = z.safeParse(configSchema, parsed)
  if (!checked.success) {
    const [name = 'a setting'] = checked.error.issues[0]?.path ?? []
    const expected = name === 'allowWriteKey' ? 'true or false' : 'a string in double quotes'
    return invalid('config file', `${String(name)} must be ${expected}`)
  }
  const settings: Record<string, string> = {}
  for (const [name, value] of Object.entries(checked.data)) {
    if (value !== undefined) settings[name] = String(value)
  }
  return decoded(settings)
}

function unknownSettingMessage(name: string): string {
  const shown = sanitize(name, { asciiOnly: true, maxLength: 40 })
  if (SECRET_NAME.test(name)) return `${shown} is not allowed: this file must not contain secrets`
  const near = closestMatches(name, KNOWN)
  return `unknown setting ${shown}${near.length === 0 ? '' : `, did you mean ${near.join(' or ')}?`}`
}
