import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { TradeRow } from '../../ledger/rows.ts'
import { storyOf } from '../../ledger/story.ts'
import { storyDocument, storyText } from '../../output/ledger/story.ts'
import type { LedgerContext } from './open-account-ledger.ts'
import type { StoryOptions } from './options.ts'
import { runLedgerCommand } from './run-ledger-command.ts'

/** Prints what happened to one isolated trade. */
export async function story(options: StoryOptions, context: LedgerContext): Promise<ExitCode> {
  const { id } = options
  return runLedgerCommand(options, context, async ({ ledger, sync, facts }, format, width) => {
    await sync.settle()
    const trade = tradeOf(await ledger.read('trades'), id)
    const events = storyOf({
      trade,
      funding: await ledger.read('funding'),
      observations: await ledger.read('observations'),
      settlements: await ledger.read('settlements'),
    })
    const document = storyDocument(trade, events, await facts())
    const text = format === 'text' ? storyText(document, width) : `${JSON.stringify(document)}\n`
    return { text, exitCode: EXIT.done }
  })
}

const MIN_PREFIX = 4

/** Finds a trade by its id or the beginning of it. @throws AxisorError usage, if there is none or more than one */
function tradeOf(trades: readonly TradeRow[], id: string): TradeRow {
  const shown = sanitize(id, { asciiOnly: true, maxLength: 40 })
  const compact = (text: string): string => text.replaceAll('-', '')
  const isPrefix = compact(id).length >= MIN_PREFIX
  const found = trades.filter(
    trade => trade.id === id || (isPrefix && compact(trade.id).startsWith(compact(id))),
  )
  const [first, second] = found
  if (first === undefined)
    throw new AxisorError('usage', `no isolated trade ${shown}`, {
      hint: 'Run axisor history to see the ids.',
    })
  if (second === undefined || first.id === id) return first
  throw new AxisorError('usage', `${found.length} trades begin with ${shown}`, {
    hint: 'Type more of the id.',
  })
}
