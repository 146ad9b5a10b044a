import { EXIT, type ExitCode } from '../../domain/error.ts'
import { deliveryDocument, deliveryLine } from '../../output/delivery-log.ts'
import { linesText } from '../../output/listing-text.ts'
import type { Outbox } from '../../ports/outbox.ts'
import type { CommandContext } from '../command-context.ts'
import { formatOf } from '../output-format.ts'
import type { AlertLogOptions } from './options.ts'
import { type OutboxContext, withOutbox } from './outbox.ts'

/** Prints the attempts to deliver notices, newest first. */
export async function alertLog(
  options: AlertLogOptions,
  context: OutboxContext & Pick<CommandContext, 'terminal'>,
): Promise<ExitCode> {
  return withOutbox(options, context, outbox => printLog(outbox, options, context))
}

/** Prints the attempts of an outbox. */
export async function printLog(
  outbox: Outbox,
  { limit, json }: Pick<AlertLogOptions, 'limit' | 'json'>,
  { terminal }: Pick<CommandContext, 'terminal'>,
): Promise<ExitCode> {
  const documents = (await outbox.log(limit)).map(deliveryDocument)
  const format = formatOf({ json }, terminal.stdout.isTTY)
  const text =
    format === 'json'
      ? `${JSON.stringify({ attempts: documents })}\n`
      : linesText(documents.length === 0 ? ['No delivery was attempted.'] : documents.map(deliveryLine))
  await terminal.print(text, format)
  return EXIT.done
}
