import type { RelayStore } from '../../ports/relay-store.ts'

/** When accounts last had data, and how that of a user is removed. */
export function memoryLastData(isUser: (id: string) => boolean): {
  readonly methods: Pick<RelayStore, 'lastData' | 'putLastData' | 'forgetLastData'>
  remove(userId: string): void
} {
  const seenAt = new Map<string, number>()
  return {
    methods: {
      lastData: async () => new Map(seenAt),
      async putLastData(times, now) {
        for (const [id, at] of times) {
          const known = seenAt.get(id) ?? 0
          if (isUser(id) && (known < at || known > now)) seenAt.set(id, at)
        }
      },
      async forgetLastData(userIds) {
        for (const id of userIds) seenAt.delete(id)
      },
    },
    remove: userId => seenAt.delete(userId),
  }
}
