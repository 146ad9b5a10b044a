import { AxisorError } from '../../src/domain/error.ts'
import type { Outbox } from '../../src/ports/outbox.ts'

/** An outbox that a test can break. */
export interface FailingOutbox extends Outbox {
  /** `write`: the disk is full; `all`: it can't be read either. */
  fail(what: 'write' | 'all' | 'nothing'): void
}

const WRITES = ['commit', 'record', 'request', 'takeRequests', 'lease', 'release', 'prune'] as const
const READS = ['revision', 'engine', 'pending', 'summaries', 'log', 'readLease'] as const

/** Wraps an outbox. */
export function openFailingOutbox(outbox: Outbox): FailingOutbox {
  let failing: 'write' | 'all' | 'nothing' = 'nothing'
  const wrapped = [...WRITES, ...READS].map(name => {
    const isWrite = WRITES.some(each => each === name)
    const call = async (...args: unknown[]): Promise<unknown> => {
      if (failing === 'all' || (failing === 'write' && isWrite))
        throw new AxisorError('config', 'cannot use the database a.db: the disk is full')
      return Reflect.apply(outbox[name], outbox, args)
    }
    return [name, call] as const
  })
  return {
    ...(Object.fromEntries(wrapped) as unknown as Outbox),
    close: () => outbox.close(),
    fail(what) {
      failing = what
    },
  }
}
