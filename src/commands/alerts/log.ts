import { EXIT, type ExitCode } from '../../domain/error.ts'
import { deliveryDocument, deliveryLine } from '../../output/delivery-log.ts'
import { linesText } from '../../output/listing-text.ts'
import type { CommandContext } from '../command-context.ts'
import type { AlertLogOptions } from './options.ts'
import { type OutboxContext, withOutbox } from './outbox.ts'

/** Prints the attempts to deliver notices, newest first. */
export async function alertLog(
  options: AlertLogOptions,
  context: OutboxContext & Pick<CommandContext, 'terminal'>,
): Promise<ExitCode> {
  const attempts = await withOutbox(options, context, outbox => outbox.log(options.limit))
  const documents = attempts.map(deliveryDocument)
  const text = options.json
    ? `${JSON.stringify({ attempts: documents })}\n`
    : linesText(documents.length === 0 ? ['No delivery was attempted.'] : documents.map(deliveryLine))
  await context.terminal.print(text)
  return EXIT.done
}
