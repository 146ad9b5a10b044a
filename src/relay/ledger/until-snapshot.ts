import { AxisorError } from '../../domain/error.ts'
import type { Clock } from '../../ports/clock.ts'
import { keyRefusalOf } from '../../store/key-refusal.ts'
import type { Store } from '../../store/store.ts'

/**
 * Waits for the first snapshot of an account: its key is verified then.
 * @throws AxisorError of a key that is refused; unavailable, if there is no snapshot in time
 */
export async function untilSnapshot(
  store: Pick<Store, 'state' | 'subscribe'>,
  clock: Clock,
  maxMs: number,
): Promise<void> {
  const isThere = () => store.state().lastSnapshot !== null
  const refusal = () => keyRefusalOf(store.state().status)
  const isDecided = () => isThere() || refusal() !== null
  const { promise, resolve } = Promise.withResolvers<void>()
  const cancel = clock.after(maxMs, resolve)
  const unsubscribe = store.subscribe(() => {
    if (isDecided()) resolve()
  })
  if (!isDecided()) await promise
  cancel()
  unsubscribe()
  const refused = refusal()
  if (refused !== null) throw new AxisorError(refused.error.code, refused.error.message)
  if (!isThere()) throw new AxisorError('unavailable', 'there is no snapshot of the account yet')
}
