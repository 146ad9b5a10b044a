import { AxisorError } from '../../domain/error.ts'

/** Returns the error of a commit after another writer has taken over. */
export function stolen(): AxisorError {
  return new AxisorError('unavailable', 'another axisor process has taken over the ledger', {
    hint: 'Nothing was lost. Try again.',
  })
}
