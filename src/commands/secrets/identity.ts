import {
  credentialsFrom,
  hasEnvCredentials,
  noCredentials,
  noRelayToken,
  relayTokenFrom,
} from '../../config/credentials.ts'
import { secretParts } from '../../domain/alerts/channel-secret.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Profile } from '../../domain/profile.ts'
import type { Credentials, Secret } from '../../domain/secret.ts'
import { decodeStoredSecret, type StoredSecret } from '../../wire/stored-secret.ts'
import type { CommandContext } from '../command-context.ts'
import type { SourceSettings } from '../source-settings.ts'
import { type SecretContext, type SecretStores, secretIdOf, withStores } from './secret-stores.ts'

/** The settings that select an identity. */
export type IdentitySettings = Pick<SourceSettings, 'profile' | 'passphraseFd'>

/**
 * Returns the profile whose key or token is used, which is also the one whose alert settings and outbox are: null where those of the
 * environment take its place, since they may be of another account.
 * @throws AxisorError no-credentials or config, for an unusable token of the environment
 */
export async function usedProfile(
  { profile, relayUrl }: Pick<SourceSettings, 'profile' | 'relayUrl'>,
  { env, files }: Pick<CommandContext, 'env' | 'files'>,
): Promise<Profile | null> {
  if (profile === null || profile.store === 'env') return profile
  const isReplaced =
    relayUrl === null ? await hasEnvCredentials(env, files) : (await relayTokenFrom(env, files)) !== null
  return isReplaced ? null : profile
}

/** The identity at an exchange. */
export interface Identity {
  /** The name of the profile, or `env`. */
  readonly name: string
  readonly credentials: Credentials
}

/** Removes the values of a secret from all later messages. */
export function redactSecret(
  { addRedaction }: Pick<CommandContext, 'addRedaction'>,
  stored: StoredSecret,
): void {
  for (const value of secretsOf(stored)) addRedaction(value)
}

function secretsOf(stored: StoredSecret): readonly Secret[] {
  switch (stored.kind) {
    case 'channel':
      return secretParts(stored.secret)
    case 'relay':
      return [stored.token]
    case 'direct':
      return [stored.credentials.secret, stored.credentials.passphrase]
  }
}

/**
 * Returns the API key: a complete one in the environment, else the one in the store of the profile. No other store is read. This may
 * prompt for a passphrase or unlock a keyring, so it must precede anything that draws on the screen.
 * @throws AxisorError no-credentials; InterruptedError
 */
export async function identityOf(settings: IdentitySettings, context: SecretContext): Promise<Identity> {
  const { env, files } = context
  const { profile } = settings
  const credentials = await credentialsFrom(env, files)
  if (credentials !== null) {
    redactSecret(context, { kind: 'direct', credentials })
    return { name: profile?.store === 'env' ? profile.name : 'env', credentials }
  }
  if (profile === null) throw noCredentials()
  return withStores(settings, context, async stores => {
    const stored = await storedSecret(context, stores, profile)
    if (stored.kind === 'direct') return { name: profile.name, credentials: stored.credentials }
    throw wrongKind(profile)
  })
}

/** The identity at a relay. */
export interface Bearer {
  /** The name of the profile, or `env`. */
  readonly name: string
  readonly token: Secret
}

/**
 * Returns the token of a relay, from the same sources. A stored token is only sent to the relay that it was stored for.
 * @throws AxisorError no-credentials; InterruptedError
 */
export async function relayTokenOf(settings: IdentitySettings, context: SecretContext): Promise<Bearer> {
  const { profile } = settings
  const token = await relayTokenFrom(context.env, context.files)
  if (token !== null) {
    redactSecret(context, { kind: 'relay', token, url: null })
    return { name: 'env', token }
  }
  if (profile?.kind !== 'relay') throw noRelayToken()
  return withStores(settings, context, async stores => {
    const stored = await storedSecret(context, stores, profile)
    if (stored.kind === 'relay' && (stored.url === null || stored.url === profile.relayUrl))
      return { name: profile.name, token: stored.token }
    throw wrongKind(profile)
  })
}

/**
 * Returns the secret of a profile from its store.
 * @throws AxisorError no-credentials, naming the store; InterruptedError
 */
export async function storedSecret(
  context: Pick<CommandContext, 'addRedaction'>,
  stores: SecretStores,
  profile: Profile,
): Promise<StoredSecret> {
  const stored = await findStoredSecret(context, stores, profile)
  if (stored === null) throw secretMissing(profile)
  return stored
}

/** Returns the secret of a profile from its store; null if it is missing. */
export async function findStoredSecret(
  context: Pick<CommandContext, 'addRedaction'>,
  stores: SecretStores,
  profile: Profile,
): Promise<StoredSecret | null> {
  const { name, store } = profile
  const secrets = await stores.open(store, profile.requirePassphrase)
  const text = await stores.untilInterrupted(secrets.read(secretIdOf(profile)))
  if (text === null) return null
  const decoded = decodeStoredSecret(text)
  if (!decoded.ok)
    throw new AxisorError('no-credentials', `the secret of profile ${name} in the ${store} is unreadable`, {
      hint: `Run axisor login --profile ${name} again.`,
    })
  redactSecret(context, decoded.value)
  return decoded.value
}

/** The failure of a profile whose secret is not in its store. */
export function secretMissing({ name, store }: Profile): AxisorError {
  if (store === 'env')
    return new AxisorError(
      'no-credentials',
      `profile ${name} expects its key in the environment, but none is set`,
      {
        hint: 'Set AXISOR_API_KEY, AXISOR_API_SECRET and AXISOR_API_PASSPHRASE, or run axisor login again.',
      },
    )
  return new AxisorError('no-credentials', `the secret of profile ${name} is missing from the ${store}`, {
    hint: `Run axisor login --profile ${name} again. Another program may have removed it.`,
  })
}

function wrongKind({ name, store, kind }: Profile): AxisorError {
  const expected = kind === 'relay' ? 'a token for its relay' : 'an API key'
  return new AxisorError(
    'no-credentials',
    `the secret of profile ${name} in the ${store} is not ${expected}`,
    {
      hint: `Run axisor login --profile ${name} again.`,
    },
  )
}
