import * as z from 'zod/mini'
import { isProfileName, type Profile, type Profiles } from '../domain/profile.ts'
import { type Decoded, decoded, invalid } from './decoded.ts'
import { parseJson, validate } from './validate.ts'

/** Incremented if a field is removed, renamed or changes its meaning. */
const VERSION = 1

const WHERE = 'profiles file'

const MAX_PROFILES = 1_000

/** Built when there is a file: most processes have a key in the environment, and building it takes as long as reading all files. */
function fileSchema() {
  const url = z.url('is not a URL')
  const time = z.iso.datetime('is not an ISO 8601 time')

  const storage = {
    store: z.enum(['keychain', 'vault', 'env']),
    requirePassphrase: z.boolean(),
  }

  const directSchema = z.object({
    ...storage,
    kind: z.literal('direct'),
    network: z.enum(['mainnet', 'signet', 'simulator']),
    addresses: z.nullable(z.object({ apiUrl: url, streamUrl: url })),
    /** Null if the list was unreadable or never received. */
    permissions: z.nullable(z.array(z.string())),
    /** Null if the permissions were never received. */
    provenAt: z.nullable(time),
    /** Only if `provenAt` is null: when the exchange accepted the key without reporting its permissions. */
    acceptedAt: z.optional(time),
  })

  const relaySchema = z.object({ ...storage, kind: z.literal('relay'), relayUrl: url, provenAt: time })

  return z.object({
    current: z.nullable(z.string()),
    profiles: z.record(z.string(), z.discriminatedUnion('kind', [directSchema, relaySchema])),
  })
}

const versionSchema = z.object({ version: z.number() })

function profileJson(profile: Profile) {
  const iso = (at: number): string => new Date(at).toISOString()
  if (profile.kind === 'relay') {
    const { name: _, verifiedAt, ...rest } = profile
    return { ...rest, provenAt: iso(verifiedAt) }
  }
  const { name: _, verifiedAt, acceptedAt, ...rest } = profile
  if (verifiedAt !== null) return { ...rest, provenAt: iso(verifiedAt) }
  return { ...rest, provenAt: null, ...(acceptedAt === null ? {} : { acceptedAt: iso(acceptedAt) }) }
}

/** Encodes the profiles file. It contains no secrets. */
export function encodeProfiles({ current, all }: Profiles): string {
  const profiles = Object.fromEntries(all.map(profile => [profile.name, profileJson(profile)]))
  return `${JSON.stringify({ version: VERSION, current, profiles }, null, 2)}\n`
}

/** Decodes the profiles file. The fault names the field and contains no value. A file of another version is a fault. */
export function decodeProfiles(text: string): Decoded<Profiles> {
  const parsed = parseJson(text, WHERE)
  if (!parsed.ok) return parsed
  const version = validate(versionSchema, parsed.value, WHERE)
  if (!version.ok) return version
  if (version.value.version !== VERSION)
    return invalid(WHERE, `has the unsupported version ${version.value.version}`)
  const checked = validate(fileSchema(), parsed.value, WHERE)
  if (!checked.ok) return checked
  const { current, profiles } = checked.value
  const names = Object.keys(profiles)
  if (names.length > MAX_PROFILES) return invalid(WHERE, `has more than ${MAX_PROFILES} profiles`)
  if (!names.every(isProfileName)) return invalid(WHERE, 'has a profile with an invalid name')
  if (current !== null && !names.includes(current))
    return invalid(WHERE, 'current is not the name of a profile')
  return decoded({
    current,
    all: Object.entries(profiles).map(([name, profile]): Profile => {
      if (profile.kind === 'relay') {
        const { provenAt, ...rest } = profile
        return { ...rest, name, verifiedAt: Date.parse(provenAt) }
      }
      const { provenAt, acceptedAt = provenAt, ...rest } = profile
      const timeOf = (text: string | null): number | null => (text === null ? null : Date.parse(text))
      return { ...rest, name, verifiedAt: timeOf(provenAt), acceptedAt: timeOf(acceptedAt) }
    }),
  })
}
