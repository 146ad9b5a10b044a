import { AxisorError } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { TradeRow } from '../../ledger/rows.ts'
import { storyOf } from '../../ledger/story.ts'
import { storyDocument } from '../../output/ledger/story.ts'
import type { StoryDocument } from '../../wire/ledger/story-document.ts'
import type { LedgerQuery } from '../../wire/relay/ledger-query.ts'
import type { AccountLedger } from './open-account-ledger.ts'

/** Reads what is new, and tells what happened to one isolated trade. @throws AxisorError usage, for an unknown id */
export async function makeStory(
  { ledger, sync, facts }: AccountLedger,
  { id }: LedgerQuery,
): Promise<StoryDocument> {
  await sync.settle()
  const trade = tradeOf(await ledger.read('trades'), id)
  const events = storyOf({
    trade,
    funding: await ledger.read('funding'),
    observations: await ledger.read('observations'),
    settlements: await ledger.read('settlements'),
  })
  return storyDocument(trade, events, await facts())
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
