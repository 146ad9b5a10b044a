import type { Secrets, SecretsOptions, StoreKind } from '../ports/secrets.ts'
import type { World } from '../ports/world.ts'
import { openEnvSecrets } from './env-secrets.ts'

/** Opens a secret store. Its `state` reports whether it is usable. */
export async function openSecretStore(
  world: Pick<World, 'env' | 'files' | 'openSecrets'>,
  kind: StoreKind,
  options: SecretsOptions,
): Promise<Secrets> {
  return kind === 'env' ? openEnvSecrets(world.env, world.files) : world.openSecrets(kind, options)
}
