import type { AxisorError } from '../../src/domain/error.ts'
import { secretIdText } from '../../src/node/secrets/secret-id.ts'
import type { Secrets, StoreKind, StoreState } from '../../src/ports/secrets.ts'

/** An in-memory store that tests can inspect and switch to another state. */
export interface MemorySecrets extends Secrets {
  /** Secrets by the text of their id. */
  readonly texts: Map<string, string>
  /** Sets the state. Unless it is `ready`, every call fails with its error. */
  become(state: StoreState): void
}

/** Implements the laws of a store, without encryption. */
export function openMemorySecrets(kind: StoreKind, texts = new Map<string, string>()): MemorySecrets {
  let current: StoreState = { kind: 'ready' }
  const failure = (): AxisorError | null => (current.kind === 'ready' ? null : current.error)
  async function usable(): Promise<void> {
    const error = failure()
    if (error !== null) throw error
  }
  return {
    kind,
    texts,
    become(state) {
      current = state
    },
    state: async () => current,
    async read(id) {
      await usable()
      return texts.get(secretIdText(id)) ?? null
    },
    async write(id, text) {
      await usable()
      texts.set(secretIdText(id), text)
    },
    async remove(id) {
      await usable()
      return texts.delete(secretIdText(id))
    },
  }
}
