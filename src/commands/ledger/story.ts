import { EXIT, type ExitCode } from '../../domain/error.ts'
import { storyText } from '../../output/ledger/story.ts'
import type { LedgerContext } from './open-account-ledger.ts'
import type { StoryOptions } from './options.ts'
import { ledgerQuery, runLedgerCommand } from './run-ledger-command.ts'

/** Prints what happened to one isolated trade. */
export async function story(options: StoryOptions, context: LedgerContext): Promise<ExitCode> {
  const query = ledgerQuery({ id: options.id })
  return runLedgerCommand(options, context, { name: 'story', query }, (document, format, width) => ({
    text: format === 'text' ? storyText(document, width) : `${JSON.stringify(document)}\n`,
    exitCode: EXIT.done,
  }))
}
