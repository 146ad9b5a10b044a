import type { RelayStore } from '../ports/relay-store.ts'
import type { World } from '../ports/world.ts'
import { issueToken } from '../relay/issue-token.ts'
import { openMemoryRelayStore } from '../relay/memory-store.ts'

/** A database that is gone with the process, with one user and one token that may read. */
export async function openDemoStore(
  world: World,
): Promise<{ readonly store: RelayStore; readonly token: string }> {
  const store = openMemoryRelayStore()
  const user = { id: 'demo', name: 'demo', createdAt: world.clock.nowMs() }
  await store.addUser(user)
  const issued = await issueToken(world, store, {
    userId: user.id,
    name: 'demo',
    scopes: ['read'],
    expiresAt: null,
  })
  if (issued === null) throw new TypeError('the demo’s own user is not there')
  return { store, token: issued.text }
}
