import { AxisorError } from '../../domain/error.ts'

/**
 * What the database answers. Where it is, and as whom the relay asks there, is for the log of whoever runs the relay: clients, who may be
 * anybody, hear that it failed, and to come back.
 * @throws AxisorError unavailable
 */
export async function wrapDatabaseErrors<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (cause) {
    if (!(cause instanceof AxisorError)) throw cause
    throw new AxisorError('unavailable', 'the relay can’t read its database', { cause })
  }
}
