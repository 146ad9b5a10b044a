import { credentialsFrom, relayTokenFrom } from '../../config/credentials.ts'
import type { Settings } from '../../config/settings.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Profile } from '../../domain/profile.ts'
import type { Reason, StatusDocument } from '../../wire/status.ts'
import type { StoredSecret } from '../../wire/stored-secret.ts'
import type { CommandContext } from '../command-context.ts'
import { lookForSecret, redactSecret, secretMissing } from '../secrets/identity.ts'
import type { SecretStores } from '../secrets/secret-stores.ts'

/** A failure as the document has it. */
export function reasonOf({ world }: CommandContext, { code, message, hint }: AxisorError): Reason {
  return { code, message: world.redact(message), hint }
}

/** Where the secret comes from, and the secret itself where nobody has to be asked for it. */
export interface Found {
  readonly document: StatusDocument['credentials']
  readonly secret: StoredSecret | null
}

const NOTHING = { requirePassphrase: null, error: null } as const

/** Looks for the key or the token as every command does, but asks nobody. */
export async function findSecret(
  call: CommandContext,
  stores: SecretStores,
  settings: Settings,
): Promise<Found> {
  if (settings.source === 'demo')
    return { document: { from: 'demo', state: 'ready', ...NOTHING }, secret: null }
  try {
    const secret = await inEnvironment(call, settings)
    if (secret !== null) {
      redactSecret(call, secret)
      return { document: { from: 'env', state: 'ready', ...NOTHING }, secret }
    }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    const document = { ...NOTHING, from: 'env', state: 'unusable', error: reasonOf(call, error) } as const
    return { document, secret: null }
  }
  const { profile } = settings
  if (profile === null) return { document: { from: null, state: 'absent', ...NOTHING }, secret: null }
  return findStored(call, stores, profile)
}

async function inEnvironment({ world }: CommandContext, { source }: Settings): Promise<StoredSecret | null> {
  if (source === 'relay') {
    const token = await relayTokenFrom(world.env, world.files)
    return token && { kind: 'relay', token, url: null }
  }
  const credentials = await credentialsFrom(world.env, world.files)
  return credentials && { kind: 'direct', credentials }
}

async function findStored(call: CommandContext, stores: SecretStores, profile: Profile): Promise<Found> {
  const { store: from, requirePassphrase } = profile
  const document = { from, requirePassphrase, error: null }
  const state = await (await stores.open(from, requirePassphrase)).state()
  if (state.kind !== 'ready')
    return { document: { ...document, state: state.kind, error: reasonOf(call, state.error) }, secret: null }
  try {
    const secret = await lookForSecret(call, stores, profile)
    if (secret !== null) return { document: { ...document, state: 'ready' }, secret }
    return {
      document: { ...document, state: 'absent', error: reasonOf(call, secretMissing(profile)) },
      secret,
    }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    // It is there and in order, as far as can be seen without the passphrase, for which nobody is asked here.
    if (stores.missesPassphrase) return { document: { ...document, state: 'ready' }, secret: null }
    return { document: { ...document, state: 'unusable', error: reasonOf(call, error) }, secret: null }
  }
}
