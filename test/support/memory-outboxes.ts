import type { Outbox } from '../../src/ports/outbox.ts'
import type { World } from '../../src/ports/world.ts'
import { openMemoryOutbox } from '../../src/relay/auth/memory-outbox.ts'

/** Returns an `openOutbox` that opens the same outbox in memory each time it is called with the same name. */
function memoryOutboxes(): World['openOutbox'] {
  const outboxes = new Map<string, Outbox>()
  return async name => {
    const outbox = outboxes.get(name) ?? openMemoryOutbox()
    outboxes.set(name, outbox)
    return { outbox, damagedPath: null }
  }
}

/** How the outboxes of a world are opened. */
export interface OutboxOptions {
  /** In place of outboxes in memory, one for each name, which live as long as the world. */
  readonly openOutbox?: World['openOutbox']
  /** Default: `openOutbox`. */
  readonly findOutbox?: World['findOutbox']
}

/** Returns the parts of a world that open outboxes. */
export function outboxPorts({
  openOutbox = memoryOutboxes(),
  findOutbox = openOutbox,
}: OutboxOptions): Pick<World, 'openOutbox' | 'findOutbox'> {
  return { openOutbox, findOutbox }
}
