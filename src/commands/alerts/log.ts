import { EXIT, type ExitCode } from '../../domain/error.ts'
import { deliveryDocument, deliveryLine } from '../../output/delivery-log.ts'
import { linesText } from '../../output/listing-text.ts'
import type { Outbox } from '../../ports/outbox.ts'
import type { CommandContext } from '../command-context.ts'
import { formatOf } from '../output-format.ts'
import type { AlertLogOptions } from './options.ts'
import { type OutboxContext, withReadOutbox } from './outbox.ts'

/** Prints the attempts to deliver notices, newest first. */
export async function alertLog(
  options: AlertLogOptions,
  context: OutboxContext & Pick<CommandContext, 'terminal'>,
): Promise<ExitCode> {
  return withReadOutbox(options, context, (outbox, damagedPath) =>
    printLog(outbox, options, context, damagedPath),
  )
}

/** Prints the attempts of an outbox. `damagedPath`: the file in whose place an empty outbox is read. */
export async function printLog(
  outbox: Outbox,
  { limit, json }: Pick<AlertLogOptions, 'limit' | 'json'>,
  { terminal }: Pick<CommandContext, 'terminal'>,
  damagedPath: string | null = null,
): Promise<ExitCode> {
  const documents = (await outbox.log(limit)).map(deliveryDocument)
  const format = formatOf({ json }, terminal.stdout.isTTY)
  const text =
    format === 'json'
      ? `${JSON.stringify({ attempts: documents, damagedOutbox: damagedPath })}\n`
      : linesText(documents.length === 0 ? ['No delivery was attempted.'] : documents.map(deliveryLine))
  await terminal.print(text, format)
  return EXIT.done
}
