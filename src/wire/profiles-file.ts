import * as z from 'zod/mini'
import { isProfileName, type Profile, type Profiles } from '../domain/profile.ts'
import { type Decoded, read, unread } from './decoded.ts'
import { parseJson, validate } from './lnm/validate.ts'

/** Grows when a field is removed, renamed or gets another meaning. */
const VERSION = 1

const WHERE = 'profiles file'

const MAX_PROFILES = 1_000

const url = z.url()
const time = z.iso.datetime()

const kept = {
  store: z.enum(['keychain', 'vault', 'env']),
  requirePassphrase: z.boolean(),
  provenAt: time,
}

const directSchema = z.object({
  ...kept,
  kind: z.literal('direct'),
  network: z.enum(['mainnet', 'signet', 'simulator']),
  addresses: z.nullable(z.object({ apiUrl: url, streamUrl: url })),
  permissions: z.array(z.string()),
})

const relaySchema = z.object({ ...kept, kind: z.literal('relay'), relayUrl: url })

const fileSchema = z.object({
  current: z.nullable(z.string()),
  profiles: z.record(z.string(), z.discriminatedUnion('kind', [directSchema, relaySchema])),
})

const versionSchema = z.object({ version: z.number() })

/** The text of the profiles file: no secret is in it. */
export function encodeProfiles({ current, all }: Profiles): string {
  const profiles = Object.fromEntries(
    all.map(({ name, provenAt, ...rest }) => [name, { ...rest, provenAt: new Date(provenAt).toISOString() }]),
  )
  return `${JSON.stringify({ version: VERSION, current, profiles }, null, 2)}\n`
}

/** Reads the profiles file. The fault names the field and quotes nothing; a file of a newer axisor is not guessed at. */
export function decodeProfiles(text: string): Decoded<Profiles> {
  const parsed = parseJson(text, WHERE)
  if (!parsed.ok) return parsed
  const version = validate(versionSchema, parsed.value, WHERE)
  if (!version.ok) return version
  if (version.value.version !== VERSION) return unread(WHERE, `is of version ${version.value.version}`)
  const checked = validate(fileSchema, parsed.value, WHERE)
  if (!checked.ok) return checked
  const { current, profiles } = checked.value
  const names = Object.keys(profiles)
  if (names.length > MAX_PROFILES) return unread(WHERE, `holds more than ${MAX_PROFILES} profiles`)
  if (!names.every(isProfileName)) return unread(WHERE, 'holds a profile with a name that none may have')
  if (current !== null && !names.includes(current)) return unread(WHERE, 'current names no profile')
  return read({
    current,
    all: Object.entries(profiles).map(
      ([name, { provenAt, ...rest }]): Profile => ({ ...rest, name, provenAt: Date.parse(provenAt) }),
    ),
  })
}
