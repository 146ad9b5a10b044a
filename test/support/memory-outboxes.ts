import type { Outbox } from '../../src/ports/outbox.ts'
import type { World } from '../../src/ports/world.ts'
import { openMemoryOutbox } from '../../src/relay/auth/memory-outbox.ts'

/** Returns an `openOutbox` that opens the same outbox in memory each time it is called with the same name. */
export function memoryOutboxes(): World['openOutbox'] {
  const outboxes = new Map<string, Outbox>()
  return async name => {
    const outbox = outboxes.get(name) ?? openMemoryOutbox()
    outboxes.set(name, outbox)
    return { outbox, damagedPath: null }
  }
}
