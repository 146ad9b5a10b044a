import { sectionOf } from '../../config/alerts/alert-files.ts'
import type { Outbox } from '../../ports/outbox.ts'
import type { CommandContext } from '../command-context.ts'
import { type SourceFlags, sourceSettings } from '../source-settings.ts'

export type OutboxContext = Pick<CommandContext, 'clock' | 'env' | 'files' | 'openOutbox'>

/** Runs a command on the outbox of a profile, which its hosts share, and closes it. */
export async function withOutbox<T>(
  flags: SourceFlags,
  context: OutboxContext,
  work: (outbox: Outbox) => Promise<T>,
): Promise<T> {
  const settings = await sourceSettings(flags, context)
  const { outbox } = await context.openOutbox(sectionOf(settings.profile))
  try {
    return await work(outbox)
  } finally {
    await outbox.close()
  }
}
