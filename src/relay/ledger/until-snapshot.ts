import { AxisorError } from '../../domain/error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Store } from '../../store/store.ts'

/**
 * Waits for the first snapshot of an account: its key is verified then.
 * @throws AxisorError unavailable, if there is none in time
 */
export async function untilSnapshot(
  store: Pick<Store, 'state' | 'subscribe'>,
  clock: Clock,
  maxMs: number,
): Promise<void> {
  const isThere = () => store.state().lastSnapshot !== null
  if (isThere()) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const cancel = clock.after(maxMs, resolve)
  const unsubscribe = store.subscribe(() => {
    if (isThere()) resolve()
  })
  await promise
  cancel()
  unsubscribe()
  if (!isThere()) throw new AxisorError('unavailable', 'there is no snapshot of the account yet')
}
