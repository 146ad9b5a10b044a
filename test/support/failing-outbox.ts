import { AxisorError } from '../../src/domain/error.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Outbox } from '../../src/ports/outbox.ts'

/** An outbox that a test can break. */
export interface FailingOutbox extends Outbox {
  /** `write`: the disk is full; `all`: it can't be read either. */
  fail(what: 'write' | 'all' | 'nothing'): void
  /** Each call takes so long: writes take effect at its end, and reads return what was there at its beginning. */
  slow(ms: number): void
}

const WRITES = ['commit', 'record', 'request', 'lease', 'release', 'prune'] as const
const READS = [
  'revision',
  'engine',
  'pending',
  'summaries',
  'untaken',
  'hasTaken',
  'log',
  'requests',
  'readLease',
] as const

/** Wraps an outbox; `clock` is for slow calls. */
export function openFailingOutbox(outbox: Outbox, clock: Clock): FailingOutbox {
  let slowMs = 0
  const pause = (): Promise<void> | null =>
    slowMs === 0 ? null : new Promise<void>(resolve => clock.after(slowMs, resolve))
  let failing: 'write' | 'all' | 'nothing' = 'nothing'
  const check = (isWrite: boolean): void => {
    if (failing === 'all' || (failing === 'write' && isWrite))
      throw new AxisorError('config', 'cannot use the database a.db: the disk is full')
  }
  const wrapped = [...WRITES, ...READS].map(name => {
    const isWrite = WRITES.some(each => each === name)
    const call = async (...args: unknown[]): Promise<unknown> => {
      if (isWrite) await pause()
      check(isWrite)
      const result: unknown = await Reflect.apply(outbox[name], outbox, args)
      if (!isWrite) await pause()
      if (!isWrite) check(isWrite)
      return result
    }
    return [name, call] as const
  })
  return {
    ...(Object.fromEntries(wrapped) as unknown as Outbox),
    close: () => outbox.close(),
    fail(what) {
      failing = what
    },
    slow(ms) {
      slowMs = ms
    },
  }
}
