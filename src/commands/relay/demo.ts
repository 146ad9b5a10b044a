import { stateFolder } from '../../config/profiles.ts'
import { AxisorError } from '../../domain/error.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import type { World } from '../../ports/world.ts'
import { issueToken, isTokenText, tokenText } from '../../relay/auth/issue-token.ts'
import { openMemoryRelayStore } from '../../relay/auth/memory-store.ts'

/**
 * The demo's token, the same at every start, so that a terminal that was told it comes back when the demo does. Without a folder
 * to keep it in it is a new one each time, which spoils nothing else.
 */
async function demoToken({ env, files, random }: World): Promise<string> {
  try {
    const path = `${stateFolder(env)}/relay-demo-token`
    const kept = await files.read(path)
    if (kept !== null && !kept.othersMayRead && !kept.othersMayWrite && isTokenText(kept.text))
      return kept.text
    const text = tokenText(random)
    await files.writePrivate(path, text)
    return text
  } catch (error) {
    if (error instanceof AxisorError) return tokenText(random)
    throw error
  }
}

/** A database that is gone with the process, with one user and one token that may read. */
export async function openDemoStore(
  world: World,
): Promise<{ readonly store: RelayStore; readonly token: string }> {
  const store = openMemoryRelayStore()
  const user = { id: 'demo', name: 'demo', createdAt: world.clock.nowMs() }
  await store.addUser(user)
  const request = { userId: user.id, name: 'demo', scopes: ['read'], expiresAt: null } as const
  const issued = await issueToken(world, store, request, await demoToken(world))
  if (issued === null) throw new TypeError('the demo’s own user is not there')
  return { store, token: issued.text }
}
