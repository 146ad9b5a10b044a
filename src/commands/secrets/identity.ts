import {
  credentialsFrom,
  hasEnvCredentials,
  noCredentials,
  noRelayToken,
  relayTokenFrom,
} from '../../config/credentials.ts'
import type { Settings } from '../../config/settings.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Profile } from '../../domain/profile.ts'
import type { Credentials, Secret } from '../../domain/secret.ts'
import { decodeStoredSecret, type StoredSecret } from '../../wire/stored-secret.ts'
import type { CommandContext } from '../command-context.ts'
import { placeOf, SecretStores } from './secret-stores.ts'

/** As whom a source is asked. */
export interface Identity {
  /** The profile's name, or `env`. */
  readonly name: string
  readonly credentials: Credentials
}

/** From now on the values of a secret are taken out of every message. */
export function redactSecret({ world }: CommandContext, stored: StoredSecret): void {
  const values =
    stored.kind === 'relay' ? [stored.token] : [stored.credentials.secret, stored.credentials.passphrase]
  for (const value of values) world.addRedaction(value)
}

/**
 * The key: a complete one of the environment, else exactly the one where the profile says that it is. No other place is looked at.
 * A person may have to type a passphrase or to unlock a keyring, so this comes before anything takes the screen.
 * @throws AxisorError no-credentials; Stopped
 */
export async function identityOf(call: CommandContext, settings: Settings): Promise<Identity> {
  const { world } = call
  const { profile } = settings
  const credentials = await credentialsFrom(world.env, world.files)
  if (credentials !== null) {
    redactSecret(call, { kind: 'direct', credentials })
    return { name: profile?.store === 'env' ? profile.name : 'env', credentials }
  }
  if (profile === null) throw noCredentials()
  const stores = new SecretStores(call)
  try {
    const stored = await storedSecret(call, stores, profile)
    if (stored.kind === 'direct') return { name: profile.name, credentials: stored.credentials }
    throw wrongKind(profile)
  } finally {
    stores.close()
  }
}

/** As whom a relay is asked. */
export interface Bearer {
  /** The profile's name, or `env`. */
  readonly name: string
  readonly token: Secret
}

/**
 * The token for a relay, in the same order; one that was kept goes to the relay that it was kept for and to no other.
 * @throws AxisorError no-credentials; Stopped
 */
export async function tokenOf(call: CommandContext, { profile }: Settings): Promise<Bearer> {
  const token = await relayTokenFrom(call.world.env, call.world.files)
  if (token !== null) {
    redactSecret(call, { kind: 'relay', token, url: null })
    return { name: 'env', token }
  }
  if (profile?.kind !== 'relay') throw noRelayToken()
  const stores = new SecretStores(call)
  try {
    const stored = await storedSecret(call, stores, profile)
    if (stored.kind === 'relay' && (stored.url === null || stored.url === profile.relayUrl))
      return { name: profile.name, token: stored.token }
    throw wrongKind(profile)
  } finally {
    stores.close()
  }
}

/**
 * What the store of a profile holds for it.
 * @throws AxisorError no-credentials, naming that store; Stopped
 */
export async function storedSecret(
  call: CommandContext,
  stores: SecretStores,
  profile: Profile,
): Promise<StoredSecret> {
  const stored = await lookForSecret(call, stores, profile)
  if (stored === null) throw secretMissing(profile)
  return stored
}

/** The same; null when it is not there. */
export async function lookForSecret(
  call: CommandContext,
  stores: SecretStores,
  profile: Profile,
): Promise<StoredSecret | null> {
  const { name, store } = profile
  const secrets = await stores.open(store, profile.requirePassphrase)
  const text = await stores.untilInterrupted(secrets.read(placeOf(profile)))
  if (text === null) return null
  const decoded = decodeStoredSecret(text)
  if (!decoded.ok)
    throw new AxisorError('no-credentials', `what the ${store} holds for profile ${name} cannot be read`, {
      hint: `Run axisor login --profile ${name} again.`,
    })
  redactSecret(call, decoded.value)
  return decoded.value
}

/** The failure of a store that does not hold what the profile says. */
export function secretMissing({ name, store }: Profile): AxisorError {
  if (store === 'env')
    return new AxisorError(
      'no-credentials',
      `profile ${name} takes its key from the environment, where there is none`,
      {
        hint: 'Set AXISOR_API_KEY, AXISOR_API_SECRET, AXISOR_API_PASSPHRASE, or run axisor login again.',
      },
    )
  return new AxisorError(
    'no-credentials',
    `the secret of profile ${name} should be in the ${store}, and is not there any more`,
    {
      hint: `Run axisor login --profile ${name} again; something else may have removed it.`,
    },
  )
}

function wrongKind({ name, store }: Profile): AxisorError {
  return new AxisorError(
    'no-credentials',
    `what the ${store} holds for profile ${name} is for something else`,
    {
      hint: `Run axisor login --profile ${name} again.`,
    },
  )
}

/** True when the environment holds a key, or a part of one. */
export function envHasKey({ world }: CommandContext): Promise<boolean> {
  return hasEnvCredentials(world.env, world.files)
}
