import { EXIT, type ExitCode } from '../../domain/error.ts'
import { alertListDocument, alertListLines } from '../../output/alert-list.ts'
import { linesText } from '../../output/listing-text.ts'
import type { CommandContext } from '../command-context.ts'
import type { ListOptions } from './options.ts'
import { type OutboxContext, readStoredAlerts, withOutbox } from './outbox.ts'

/** Prints the alerts that fire and those of the last hour, as the host that delivers stored them. */
export async function listAlerts(
  options: ListOptions,
  context: OutboxContext & Pick<CommandContext, 'terminal'>,
): Promise<ExitCode> {
  const { clock, terminal } = context
  const stored = await withOutbox(options, context, async outbox => {
    const now = clock.nowMs()
    const alerts = await readStoredAlerts(outbox, context)
    return { ...alerts, deliveries: await outbox.summaries(clock.toWall(now) - DAY_MS) }
  })
  const document = alertListDocument(stored, clock.toWall)
  const text = options.json ? `${JSON.stringify(document)}\n` : linesText(alertListLines(document))
  await terminal.print(text)
  return EXIT.done
}

const DAY_MS = 86_400_000
