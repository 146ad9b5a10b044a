import { EXIT, type ExitCode } from '../../domain/error.ts'
import { storyText } from '../../output/ledger/story.ts'
import { type OutboxContext, withReadOutbox } from '../alerts/outbox.ts'
import { sourceSettings } from '../source-settings.ts'
import { deliveredNotices } from './delivered-notices.ts'
import type { LedgerContext, OwnLedger } from './open-account-ledger.ts'
import type { StoryOptions } from './options.ts'
import { formatted, ledgerQuery, runLedgerCommand } from './run-ledger-command.ts'

type StoryContext = LedgerContext & OutboxContext

/** Prints what happened to one position. */
export async function story(options: StoryOptions, context: StoryContext): Promise<ExitCode> {
  const query = ledgerQuery({ id: options.id })
  const prepare = (opened: OwnLedger) => keepAlerts(options, context, opened)
  return runLedgerCommand(options, context, { name: 'story', query, prepare }, (document, format, width) => ({
    text: formatted(document, { text: storyText }, format, width),
    exitCode: EXIT.done,
  }))
}

/** A demo has no alerts of other processes. */
async function keepAlerts(options: StoryOptions, context: StoryContext, { sync }: OwnLedger): Promise<void> {
  const { source } = await sourceSettings(options, context)
  if (source === 'demo') return
  const notices = await withReadOutbox(options, context, outbox => deliveredNotices(outbox))
  if (notices.length > 0) await sync.keep({ notices })
}
