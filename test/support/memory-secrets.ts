import type { AxisorError } from '../../src/domain/error.ts'
import type { SecretId, Secrets, StoreKind, StoreState } from '../../src/ports/secrets.ts'

/** A store in memory, and what a test may do to it and see of it. */
export interface MemorySecrets extends Secrets {
  /** By `exchange:network:profile`. */
  readonly texts: Map<string, string>
  /** From now on: `ready` again, or every call fails with that state's error. */
  become(state: StoreState): void
}

function placeKey({ exchange, network, profile }: SecretId): string {
  return `${exchange}:${network}:${profile}`
}

/** Keeps the laws of a store, and nothing else. */
export function openMemorySecrets(kind: StoreKind, texts = new Map<string, string>()): MemorySecrets {
  let now: StoreState = { kind: 'ready' }
  const failure = (): AxisorError | null => (now.kind === 'ready' ? null : now.error)
  async function usable(): Promise<void> {
    const error = failure()
    if (error !== null) throw error
  }
  return {
    kind,
    texts,
    become(state) {
      now = state
    },
    state: async () => now,
    async read(place) {
      await usable()
      return texts.get(placeKey(place)) ?? null
    },
    async write(place, text) {
      await usable()
      texts.set(placeKey(place), text)
    },
    async remove(place) {
      await usable()
      return texts.delete(placeKey(place))
    },
  }
}
