import { readListedAlerts } from '../../alerts/host/stored-alerts.ts'
import { EXIT, type ExitCode } from '../../domain/error.ts'
import { alertListDocument, alertListLines } from '../../output/alert-list.ts'
import { linesText } from '../../output/listing-text.ts'
import type { Outbox } from '../../ports/outbox.ts'
import type { CommandContext } from '../command-context.ts'
import { formatOf } from '../output-format.ts'
import type { ListOptions } from './options.ts'
import { type OutboxContext, withReadOutbox } from './outbox.ts'

type ListingContext = Pick<CommandContext, 'clock' | 'terminal'>

/** Prints the alerts that fire and those of the last hour, as the host that delivers stored them. */
export async function listAlerts(
  options: ListOptions,
  context: OutboxContext & ListingContext,
): Promise<ExitCode> {
  return withReadOutbox(options, context, (outbox, damagedPath) =>
    printAlerts(outbox, options, context, damagedPath),
  )
}

/** Prints the alerts of an outbox. `damagedPath`: the file in whose place an empty outbox is read. */
export async function printAlerts(
  outbox: Outbox,
  { json }: Pick<ListOptions, 'json'>,
  { clock, terminal }: ListingContext,
  damagedPath: string | null = null,
): Promise<ExitCode> {
  const format = formatOf({ json }, terminal.stdout.isTTY)
  const document = alertListDocument(await readListedAlerts(outbox, clock), clock.toWall)
  const text =
    format === 'json'
      ? `${JSON.stringify({ ...document, damagedOutbox: damagedPath })}\n`
      : linesText(alertListLines(document))
  await terminal.print(text, format)
  return EXIT.done
}
