import * as z from 'zod/mini'
import { closestMatches } from '../domain/closest-match.ts'
import { sanitize } from '../domain/sanitize.ts'
import { type Decoded, read, unread } from './decoded.ts'

const text = z.optional(z.string())

/** The config file. Durations and addresses are texts that config/ reads, so that one rule holds wherever they are said. */
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
  relayDatabase: text,
})

const KNOWN = Object.keys(configSchema.shape)

/** What names a secret, in any spelling. */
const SECRET_NAME = /key|secret|pass|token/i

/**
 * The config file's settings, all as text. A setting that is not known is an error, because it was meant to do something. The
 * fault names the setting and never quotes the file.
 */
export function decodeConfigFile(content: string): Decoded<Readonly<Record<string, string>>> {
  let parsed: unknown
  try {
    parsed = JSON.parse(content)
  } catch {
    return unread('config file', 'is not JSON')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return unread('config file', 'is not a JSON object')
  const stranger = Object.keys(parsed).find(name => !KNOWN.includes(name))
  if (stranger !== undefined) return unread('config file', strangerMessage(stranger))
  const checked = z.safeParse(configSchema, parsed)
  if (!checked.success) {
    const [name = 'a setting'] = checked.error.issues[0]?.path ?? []
    const kind = name === 'allowWriteKey' ? 'true or false' : 'text in quotes'
    return unread('config file', `${String(name)} is not ${kind}`)
  }
  const settings: Record<string, string> = {}
  for (const [name, value] of Object.entries(checked.data)) {
    if (value !== undefined) settings[name] = String(value)
  }
  return read(settings)
}

function strangerMessage(name: string): string {
  const shown = sanitize(name, { asciiOnly: true, maxLength: 40 })
  if (SECRET_NAME.test(name)) return `${shown} does not belong here: this file holds no secrets`
  const near = closestMatches(name, KNOWN)
  return `unknown setting ${shown}${near.length === 0 ? '' : `, did you mean ${near.join(' or ')}?`}`
}
