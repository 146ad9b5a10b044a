import type { AxisorError } from '../../src/domain/error.ts'
import type { SecretId, Secrets, StoreKind, StoreState } from '../../src/ports/secrets.ts'

/** An in-memory store that tests can inspect and switch to another state. */
export interface MemorySecrets extends Secrets {
  /** Secrets by `exchange:network:profile`. */
  readonly texts: Map<string, string>
  /** Sets the state. Unless it is `ready`, every call fails with its error. */
  become(state: StoreState): void
}

function keyOf({ exchange, network, profile }: SecretId): string {
  return `${exchange}:${network}:${profile}`
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
      return texts.get(keyOf(id)) ?? null
    },
    async write(id, text) {
      await usable()
      texts.set(keyOf(id), text)
    },
    async remove(id) {
      await usable()
      return texts.delete(keyOf(id))
    },
  }
}
