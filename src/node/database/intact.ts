import { withLock } from '../files/file-lock.ts'
import { asideName, setAside } from './set-aside.ts'
import { isDamage } from './sqlite-error.ts'

/** A database that was opened. */
interface OpenedIntact<T> {
  readonly opened: T
  /** Path at which the damaged previous file is kept; null if it was intact. */
  readonly damagedPath: string | null
}

/** Opens a database file, or a new one in its place if it is damaged. `now`: wall clock, ms since 1970. */
export async function openIntact<T>(
  path: string,
  open: () => T,
  now: () => number,
): Promise<OpenedIntact<T>> {
  try {
    return { opened: open(), damagedPath: null }
  } catch (error) {
    if (!isDamage(error)) throw error
  }
  return withLock(`${path}.lock`, async () => {
    try {
      // Another process may have replaced it meanwhile.
      return { opened: open(), damagedPath: null }
    } catch (error) {
      if (!isDamage(error)) throw error
      const damagedPath = asideName(path, 'damaged', now())
      setAside(path, damagedPath)
      return { opened: open(), damagedPath }
    }
  })
}
