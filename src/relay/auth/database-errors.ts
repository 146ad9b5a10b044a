import { AxisorError } from '../../domain/error.ts'

/**
 * Awaits a database query and hides the details of its failure from clients. The database's address and user belong
 * in the operator's log only.
 * @throws AxisorError unavailable
 */
export async function wrapDatabaseErrors<T>(query: Promise<T>): Promise<T> {
  try {
    return await query
  } catch (cause) {
    if (!(cause instanceof AxisorError)) throw cause
    throw new AxisorError('unavailable', 'the relay cannot read its database', { cause })
  }
}
