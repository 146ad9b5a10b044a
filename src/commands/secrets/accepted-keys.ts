import { stateFolder } from '../../config/profiles.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Credentials } from '../../domain/secret.ts'
import type { Files } from '../../ports/files.ts'
import type { CommandContext } from '../command-context.ts'

/** Incremented if a field is removed, renamed or changes its meaning. */
const VERSION = 1

/** The oldest records above this number are dropped. */
const MAX_KEYS = 64

type KeysContext = Pick<CommandContext, 'env' | 'files' | 'clock' | 'hmac'>

/** A key of one exchange. */
export interface ExchangeKey {
  readonly apiUrl: string
  readonly credentials: Credentials
}

/** Times of acceptance by digest, ms since 1970. */
type Records = ReadonlyMap<string, number>

/** The digest reveals nothing without the secret, and changes with the secret and the passphrase. */
function digestOf({ apiUrl, credentials }: ExchangeKey, { hmac }: Pick<KeysContext, 'hmac'>): string {
  const { key, secret, passphrase } = credentials
  const text = JSON.stringify(['axisor accepted key', new URL(apiUrl).host, key, passphrase.reveal()])
  return hmac(secret.reveal(), text)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** Decodes the file. Text that is not understood holds no records: they only spare the user a restart. */
function decode(text: string): Records {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return new Map()
  }
  if (!isObject(parsed) || parsed.version !== VERSION || !isObject(parsed.keys)) return new Map()
  return new Map(
    Object.entries(parsed.keys).flatMap(([digest, time]): [string, number][] => {
      const at = typeof time === 'string' ? Date.parse(time) : Number.NaN
      return Number.isFinite(at) ? [[digest, at]] : []
    }),
  )
}

function encode(records: Records): string {
  const newest = [...records].toSorted(([, a], [, b]) => b - a).slice(0, MAX_KEYS)
  const keys = Object.fromEntries(newest.map(([digest, at]) => [digest, new Date(at).toISOString()]))
  return `${JSON.stringify({ version: VERSION, keys }, null, 2)}\n`
}

async function readRecords(files: Files, path: string): Promise<Records> {
  const found = await files.read(path)
  // Other users could otherwise make a wrong key look like one that worked.
  return found === null || found.othersMayWrite ? new Map() : decode(found.text)
}

function pathOf({ env }: Pick<KeysContext, 'env'>): string {
  return `${stateFolder(env)}/accepted-keys.json`
}

/** Returns when the exchange first accepted a key that has no profile, ms since 1970, or null if there is no record. */
export async function keyAcceptedAt(key: ExchangeKey, context: KeysContext): Promise<number | null> {
  try {
    const records = await readRecords(context.files, pathOf(context))
    return records.get(digestOf(key, context)) ?? null
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return null
  }
}

/** Records that the exchange accepts a key that has no profile. Without a writable state folder there is no record. */
export async function recordAcceptedKey(key: ExchangeKey, context: KeysContext): Promise<void> {
  const { files, clock } = context
  try {
    const path = pathOf(context)
    const digest = digestOf(key, context)
    if ((await readRecords(files, path)).has(digest)) return
    await files.locked(`${path}.lock`, async () => {
      const records = new Map(await readRecords(files, path))
      await files.writePrivate(path, encode(records.set(digest, clock.toWall(clock.nowMs()))))
    })
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
  }
}
