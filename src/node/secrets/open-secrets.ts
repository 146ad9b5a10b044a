import { AxisorError } from '../../domain/error.ts'
import type { Secrets, SecretsOptions, WritableStoreKind } from '../../ports/secrets.ts'

/** Opens a store without touching it. */
export async function openSecrets(kind: WritableStoreKind, _options: SecretsOptions): Promise<Secrets> {
  throw new AxisorError('no-credentials', `the ${kind} is not in this build`)
}
