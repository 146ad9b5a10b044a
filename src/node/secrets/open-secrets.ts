import type { Crypto } from '../../ports/crypto.ts'
import type { Env } from '../../ports/env.ts'
import type { Secrets, SecretsOptions, WritableStoreKind } from '../../ports/secrets.ts'
import { Keychain } from './keychain/keychain.ts'
import { Vault } from './vault/vault.ts'

/** Returns a store of secrets. Does not access it yet. */
export function openSecrets(
  kind: WritableStoreKind,
  options: SecretsOptions,
  { env, crypto }: { readonly env: Env; readonly crypto: Crypto },
): Secrets {
  return kind === 'vault' ? new Vault(env, options) : new Keychain(env, crypto, options)
}
