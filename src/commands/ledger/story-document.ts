import { AxisorError } from '../../domain/error.ts'
import { CROSS_ID } from '../../domain/position.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { AccountState } from '../../ledger/account-state.ts'
import { type CrossRound, crossRounds } from '../../ledger/cross-rounds.ts'
import { crossStory } from '../../ledger/cross-story.ts'
import { type EventPrices, minuteOf } from '../../ledger/postings.ts'
import { realizedCross } from '../../ledger/realized-cross.ts'
import { eventPrices } from '../../ledger/report.ts'
import type { NoticeRow, TradeRow } from '../../ledger/rows.ts'
import type { Story } from '../../ledger/story-event.ts'
import { tradeStory } from '../../ledger/trade-story.ts'
import { storyDocument } from '../../output/ledger/story.ts'
import type { Ledger } from '../../ports/ledger.ts'
import type { StoryDocument } from '../../wire/ledger/story-document.ts'
import type { LedgerQuery } from '../../wire/relay/ledger-query.ts'
import type { AccountLedger } from './open-account-ledger.ts'
import { readCrossRows } from './read-booked-rows.ts'

/** Reads what is new unless `stored`, and tells what happened to one position. @throws AxisorError usage, for an unknown id */
export async function makeStory(
  opened: AccountLedger,
  { id, stored }: Pick<LedgerQuery, 'id' | 'stored'>,
): Promise<StoryDocument> {
  const state = stored ? null : await opened.sync.settle()
  const sync = stored ? { readPrices: async () => {} } : opened.sync
  const { ledger } = opened
  return storyDocument(await readStory({ ledger, sync }, id, state), await opened.facts())
}

/**
 * Reads the story of a trade, or with `cross` of the last cross position, or of the one that has a fill of this id.
 * @throws AxisorError usage, if there is none, or more than one
 */
async function readStory(
  { ledger, sync }: { readonly ledger: Ledger; readonly sync: Prices },
  id: string,
  state: AccountState | null,
): Promise<Story> {
  const trades = await ledger.read('trades')
  const rounds = await readRounds(ledger, state)
  const found = id === CROSS_ID ? rounds.at(-1) : positionOf(trades, rounds, id)
  if (found === undefined)
    throw new AxisorError('usage', 'the account has had no cross position', {
      hint: 'Run axisor history to see the ids of trades.',
    })
  const positionId = 'fills' in found ? CROSS_ID : found.id
  const notices = (await ledger.read('notices')).filter(row => row.positionId === positionId)
  return 'fills' in found
    ? readCrossStory(ledger, sync, found, notices)
    : readTradeStory(ledger, sync, found, notices)
}

/** `state`: null if it is not known; the last sample counts then. */
async function readRounds(ledger: Ledger, state: AccountState | null): Promise<readonly CrossRound[]> {
  const rows = await readCrossRows(ledger)
  const stated = state === null ? [] : ([{ ...state.cross, isRecent: false }] as const)
  return crossRounds(realizedCross(rows, await ledger.routes(), ...stated).fills)
}

type Prices = Pick<AccountLedger['sync'], 'readPrices'>

/** The prices of settlements and of some minutes. */
async function pricesOf(ledger: Ledger, sync: Prices, times: readonly number[]): Promise<EventPrices> {
  await sync.readPrices(times.map(minuteOf))
  return eventPrices({ settlements: await ledger.read('settlements'), prices: await ledger.read('prices') })
}

async function readTradeStory(
  ledger: Ledger,
  sync: Prices,
  trade: TradeRow,
  notices: readonly NoticeRow[],
): Promise<Story> {
  const observations = (await ledger.read('observations')).filter(({ tradeId }) => tradeId === trade.id)
  const funding = (await ledger.read('funding')).filter(({ tradeId }) => tradeId === trade.id)
  const times = [...observations.map(({ seenTo }) => seenTo), ...notices.map(({ at }) => at)]
  const prices = await pricesOf(ledger, sync, times)
  return tradeStory({ trade, funding, observations, notices, prices })
}

async function readCrossStory(
  ledger: Ledger,
  sync: Prices,
  round: CrossRound,
  notices: readonly NoticeRow[],
): Promise<Story> {
  const bounds = { from: round.from, ...(round.to === null ? {} : { to: round.to }) }
  const transfers = await ledger.read('transfers', bounds)
  const ofRound = notices.filter(({ at }) => at >= round.from && (round.to === null || at <= round.to))
  const prices = await pricesOf(
    ledger,
    sync,
    [...transfers, ...ofRound].map(({ at }) => at),
  )
  return crossStory({
    round,
    transfers,
    funding: (await ledger.read('funding', bounds)).filter(({ mode }) => mode === 'cross'),
    canceledOrders: await ledger.read('canceledOrders', bounds),
    notices,
    prices,
  })
}

const MIN_PREFIX = 4

/** Finds a trade, or the cross position of a fill, by the id or the beginning of it. @throws AxisorError usage, if there is none or more than one */
function positionOf(
  trades: readonly TradeRow[],
  rounds: readonly CrossRound[],
  id: string,
): TradeRow | CrossRound {
  const shown = sanitize(id, { asciiOnly: true, maxLength: 40 })
  const compact = (text: string): string => text.replaceAll('-', '')
  const isPrefix = compact(id).length >= MIN_PREFIX
  const matches = (each: string): boolean =>
    each === id || (isPrefix && compact(each).startsWith(compact(id)))
  const found = [
    ...trades.filter(trade => matches(trade.id)),
    // A fill that reverses the position is the begin of a round before it is the end of another.
    ...rounds
      .toReversed()
      .filter(({ fills }) => fills.some(({ booked }) => matches(booked.fill.id)))
      .slice(0, 1),
  ]
  const [first, second] = found
  if (first === undefined)
    throw new AxisorError('usage', `no trade and no cross fill ${shown}`, {
      hint: 'Run axisor history to see the ids, or axisor story cross.',
    })
  if (second === undefined || ('id' in first && first.id === id)) return first
  throw new AxisorError('usage', `${found.length} positions begin with ${shown}`, {
    hint: 'Type more of the id.',
  })
}
