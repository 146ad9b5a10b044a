import { credentialsFrom } from '../config/credentials.ts'
import { readProfiles } from '../config/profiles.ts'
import type { Settings } from '../config/settings.ts'
import { canWrite } from '../domain/account.ts'
import { AxisorError, EXIT, type ExitCode } from '../domain/error.ts'
import type { Credentials } from '../domain/secret.ts'
import { type Proof, proveKey } from '../feed/prove-key.ts'
import { iso } from '../output/numbers.ts'
import { statusText } from '../output/status.ts'
import type { Reason, StatusDocument } from '../wire/status.ts'
import type { Call, Command } from './call.ts'
import { settingsOf } from './compose.ts'
import { formatOf } from './format.ts'
import { guardSecret, storedSecret } from './identity.ts'
import { Stores } from './stores.ts'

function reasonOf({ world }: Call, { code, message, hint }: AxisorError): Reason {
  return { code, message: world.redact(message), hint }
}

/** Where the key comes from, and the key itself where nobody has to be asked for it. */
interface Found {
  readonly document: StatusDocument['credentials']
  readonly credentials: Credentials | null
}

const NOTHING = { requirePassphrase: null, error: null } as const

/** Says who we are; asks nobody anything, waits for nobody, and shows no value of a secret. */
export const status: Command = async call => {
  const { stdout } = call.world.terminal
  const format = formatOf(call.typed, stdout.isTTY)
  const settings = await settingsOf(call)
  const stores = new Stores(call, 'nobody')
  const found = await stores.unlessStopped(findKey(call, stores, settings))
  const reached =
    settings.source === 'demo' || settings.profile?.kind === 'relay'
      ? null
      : await reach(call, stores, settings, found)
  const document = await documentOf(call, settings, found, reached)
  const text = format === 'json' ? `${JSON.stringify(document)}\n` : statusText(document)
  await call.world.terminal.print(text)
  return exitOf(document)
}

async function findKey(call: Call, stores: Stores, settings: Settings): Promise<Found> {
  if (settings.source === 'demo')
    return { document: { from: 'demo', state: 'ready', ...NOTHING }, credentials: null }
  try {
    const credentials = await credentialsFrom(call.world.env, call.world.files)
    if (credentials !== null) {
      guardSecret(call, { kind: 'direct', credentials })
      return { document: { from: 'env', state: 'ready', ...NOTHING }, credentials }
    }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return {
      document: { from: 'env', state: 'unusable', ...NOTHING, error: reasonOf(call, error) },
      credentials: null,
    }
  }
  return settings.profile === null
    ? { document: { from: null, state: 'absent', ...NOTHING }, credentials: null }
    : findStored(call, stores, settings.profile)
}

async function findStored(
  call: Call,
  stores: Stores,
  profile: NonNullable<Settings['profile']>,
): Promise<Found> {
  const { store: from, requirePassphrase } = profile
  const document = { from, requirePassphrase, error: null }
  const state = await (await stores.open(from, requirePassphrase)).state()
  if (state.kind !== 'ready')
    return {
      document: { ...document, state: state.kind, error: reasonOf(call, state.error) },
      credentials: null,
    }
  // Opening it takes a passphrase, and nobody is asked for one here.
  if (requirePassphrase && !(await stores.hasPassphrase()))
    return { document: { ...document, state: 'ready' }, credentials: null }
  try {
    const stored = await storedSecret(call, stores, profile)
    return {
      document: { ...document, state: 'ready' },
      credentials: stored.kind === 'direct' ? stored.credentials : null,
    }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return { document: { ...document, state: 'absent', error: reasonOf(call, error) }, credentials: null }
  }
}

async function reach(
  call: Call,
  stores: Stores,
  settings: Settings,
  found: Found,
): Promise<Proof | AxisorError> {
  const { clock, chance } = call.world
  const { http, sockets } = await call.world.openNet()
  const { streamUrl, timeoutMs } = settings
  try {
    const proving = { streamUrl, timeoutMs, credentials: found.credentials }
    return await stores.unlessStopped(proveKey({ clock, chance, sockets }, proving))
  } catch (error) {
    if (error instanceof AxisorError) return error
    throw error
  } finally {
    http.close()
  }
}

async function documentOf(
  call: Call,
  settings: Settings,
  found: Found,
  reached: Proof | AxisorError | null,
): Promise<StatusDocument> {
  const { env, files, clock } = call.world
  const { profile, source } = settings
  const { current } = source === 'demo' ? { current: null } : await readProfiles(env, files)
  const proof = reached === null || reached instanceof AxisorError ? null : reached
  const now = clock.nowMs()
  const error = reached instanceof AxisorError ? reached : null
  return {
    schemaVersion: 1,
    asOf: iso(now),
    profile: profile && { name: profile.name, current: profile.name === current },
    source: source === 'demo' ? 'demo' : (profile?.kind ?? 'direct'),
    network:
      proof?.simulated || source === 'demo'
        ? 'simulator'
        : profile?.kind === 'relay'
          ? 'relay'
          : settings.network,
    address: source === 'demo' ? null : profile?.kind === 'relay' ? profile.relayUrl : settings.apiUrl,
    credentials: found.document,
    key: keyOf(profile, proof, now),
    exchange: {
      // A key that was refused was refused by an exchange that is there.
      reachable: reached === null ? null : error === null || error.exitCode !== EXIT.network,
      rttMs: proof?.rttMs ?? null,
      clockOffsetMs: proof?.clockOffsetMs ?? null,
      error: error && reasonOf(call, error),
    },
  }
}

/** What the exchange has just said, or else what it said at login. */
function keyOf(profile: Settings['profile'], proof: Proof | null, now: number): StatusDocument['key'] {
  const permissions = proof?.permissions ?? (profile?.kind === 'direct' ? profile.permissions : null)
  if (permissions === null) return null
  const at = proof?.permissions ? now : (profile?.provenAt ?? now)
  return { permissions, canWrite: canWrite({ permissions }), checkedAt: iso(at) }
}

function exitOf({ credentials, exchange }: StatusDocument): ExitCode {
  if (credentials.state !== 'ready' || exchange.error?.code === 'key-refused') return EXIT.credentials
  return exchange.reachable === false ? EXIT.network : EXIT.done
}
