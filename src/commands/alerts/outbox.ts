import { sectionOf } from '../../config/alerts/alert-files.ts'
import { credentialsFrom } from '../../config/credentials.ts'
import type { Profile } from '../../domain/profile.ts'
import type { Outbox } from '../../ports/outbox.ts'
import type { CommandContext } from '../command-context.ts'
import { type SourceFlags, sourceSettings } from '../source-settings.ts'

export type OutboxNameContext = Pick<CommandContext, 'env' | 'files' | 'hmac'>

export type OutboxContext = OutboxNameContext & Pick<CommandContext, 'clock' | 'openOutbox'>

/** Characters of the digest in the name of an outbox. */
const DIGEST_LENGTH = 16

/**
 * Returns the name of the outbox that all hosts of an account share: the profile, or for a key of the environment a digest of its id, since
 * the environment of another terminal may have the key of another account.
 */
export async function outboxNameOf(
  profile: Profile | null,
  { env, files, hmac }: OutboxNameContext,
): Promise<string> {
  const section = sectionOf(profile)
  const credentials = profile === null ? await credentialsFrom(env, files) : null
  if (credentials === null) return section
  const digest = hmac('axisor outbox', credentials.key).replace(/[^A-Za-z0-9]/g, '')
  return `${section}-${digest.slice(0, DIGEST_LENGTH)}`
}

/** Runs a command on the outbox of a profile, which its hosts share, and closes it. */
export async function withOutbox<T>(
  flags: SourceFlags,
  context: OutboxContext,
  work: (outbox: Outbox) => Promise<T>,
): Promise<T> {
  const { profile } = await sourceSettings(flags, context)
  const { outbox } = await context.openOutbox(await outboxNameOf(profile, context))
  try {
    return await work(outbox)
  } finally {
    await outbox.close()
  }
}
