import { AxisorError } from '../domain/error.ts'
import { isKeyRefused, type KeyRefusal, type Status } from '../domain/status.ts'
import { hopsOf } from './hops.ts'

/**
 * Returns the refusal of the API key: ours, or the one that a relay reports for its key. Null while the key is accepted. A key that
 * never worked stops the source instead.
 */
export function keyRefusalOf(status: Pick<Status, 'refusal' | 'upstream'> | null): KeyRefusal | null {
  if (status === null) return null
  if (status.refusal !== null) return status.refusal
  const hop = hopsOf(status).find(isKeyRefused)
  if (hop === undefined || hop.lastError === null) return null
  const { since, attempt, retryAt, lastError } = hop
  return { since, attempt, retryAt, error: new AxisorError(lastError.code, lastError.message) }
}
