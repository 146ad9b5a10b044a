import { credentialsFrom, relayTokenFrom } from '../../config/credentials.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Profile } from '../../domain/profile.ts'
import type { Reason, StatusDocument } from '../../wire/status.ts'
import type { StoredSecret } from '../../wire/stored-secret.ts'
import type { CommandContext } from '../command-context.ts'
import { findStoredSecret, redactSecret, secretMissing } from '../secrets/identity.ts'
import type { SecretStores } from '../secrets/secret-stores.ts'
import type { SourceSettings } from '../source-settings.ts'

type KeyContext = Pick<CommandContext, 'env' | 'files' | 'redact' | 'addRedaction'>

/** Returns a failure as the status document shows it. */
export function reasonOf(
  { code, message, hint }: AxisorError,
  { redact }: Pick<CommandContext, 'redact'>,
): Reason {
  return { code, message: redact(message), hint }
}

/** The location of a secret, and the secret itself if it can be read without a prompt. */
export interface SecretStatus {
  readonly document: StatusDocument['credentials']
  readonly secret: StoredSecret | null
}

const NOTHING = { requirePassphrase: null, error: null } as const

/** Finds the key or token as every command does, but never prompts. */
export async function findSecret(
  settings: SourceSettings,
  stores: SecretStores,
  context: KeyContext,
): Promise<SecretStatus> {
  if (settings.source === 'demo')
    return { document: { from: 'demo', state: 'ready', ...NOTHING }, secret: null }
  try {
    const secret = await envSecret(settings, context)
    if (secret !== null) {
      redactSecret(context, secret)
      return { document: { from: 'env', state: 'ready', ...NOTHING }, secret }
    }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    const document = { ...NOTHING, from: 'env', state: 'unusable', error: reasonOf(error, context) } as const
    return { document, secret: null }
  }
  const { profile } = settings
  if (profile === null) return { document: { from: null, state: 'absent', ...NOTHING }, secret: null }
  return findStored(profile, stores, context)
}

async function envSecret(
  { source }: SourceSettings,
  { env, files }: KeyContext,
): Promise<StoredSecret | null> {
  if (source === 'relay') {
    const token = await relayTokenFrom(env, files)
    return token && { kind: 'relay', token, url: null }
  }
  const credentials = await credentialsFrom(env, files)
  return credentials && { kind: 'direct', credentials }
}

async function findStored(
  profile: Profile,
  stores: SecretStores,
  context: KeyContext,
): Promise<SecretStatus> {
  const { store: from, requirePassphrase } = profile
  const document = { from, requirePassphrase, error: null }
  const state = await (await stores.open(from, requirePassphrase)).state()
  if (state.kind !== 'ready')
    return {
      document: { ...document, state: state.kind, error: reasonOf(state.error, context) },
      secret: null,
    }
  try {
    const secret = await findStoredSecret(context, stores, profile)
    if (secret !== null) return { document: { ...document, state: 'ready' }, secret }
    const error = reasonOf(secretMissing(profile), context)
    return { document: { ...document, state: 'absent', error }, secret }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    // Without the passphrase, which is not prompted for here, the secret is only known to exist.
    if (stores.missesPassphrase) return { document: { ...document, state: 'ready' }, secret: null }
    return { document: { ...document, state: 'unusable', error: reasonOf(error, context) }, secret: null }
  }
}
