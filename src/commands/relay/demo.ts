import { stateFolder } from '../../config/profiles.ts'
import { AxisorError } from '../../domain/error.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import { issueToken, isTokenText, tokenText } from '../../relay/auth/issue-token.ts'
import { openMemoryRelayStore } from '../../relay/auth/memory-store.ts'
import type { CommandContext } from '../command-context.ts'

type DemoContext = Pick<CommandContext, 'env' | 'files' | 'clock' | 'random' | 'crypto'>

/**
 * Returns the demo's token. It is kept in the state folder, so that a terminal can reconnect after the demo restarts; if it
 * cannot be kept there, every start makes a new one.
 */
async function demoToken({ env, files, random }: DemoContext): Promise<string> {
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

/** Opens a database in memory with one user and one read-only token. */
export async function openDemoStore(
  context: DemoContext,
): Promise<{ readonly store: RelayStore; readonly token: string }> {
  const store = openMemoryRelayStore()
  const user = { id: 'demo', name: 'demo', createdAt: context.clock.nowMs() }
  await store.addUser(user)
  const request = {
    userId: user.id,
    name: 'demo',
    scopes: ['read'],
    expiresAt: null,
    issuedBy: null,
  } as const
  const issued = await issueToken(context, store, request, await demoToken(context))
  if (issued === null) throw new TypeError("the demo's own user does not exist")
  return { store, token: issued.text }
}
