import { describeFeedLaws } from './feed-laws.ts'
import { openMemoryRig } from './feed-memory-rig.ts'
import type { FeedRig } from './feed-rig.ts'

/** Opens rigs whose exchange was changed by commands. */
function afterCommands(...commands: readonly Readonly<Record<string, unknown>>[]): () => Promise<FeedRig> {
  return async () => {
    const rig = await openMemoryRig()
    for (const command of commands) rig.knob(command)
    return rig
  }
}

const RUNNING = '/futures/isolated/trades/running'

describeFeedLaws('directly from the exchange, in memory', openMemoryRig)

describeFeedLaws(
  'of an exchange with unreadable rows and rows of other instruments, in memory',
  afterCommands(
    { do: 'row', route: RUNNING, row: 0, field: 'side', action: 'set', value: 'sideways' },
    { do: 'row', route: '/futures/isolated/trades/open', row: 0, field: 'quantity', action: 'drop' },
    { do: 'row', route: '/account', field: 'feeTier', action: 'set', value: 'gold' },
    ...['running', 'open', 'crossOrders'].map(where => ({ do: 'market', where })),
  ),
)

describeFeedLaws(
  'of an exchange with other conventions, a reported limit and the removed routes, in memory',
  afterCommands(
    { do: 'trailing', level: 'current' },
    { do: 'cashIn', sats: 1_000, moves: 'entryPrice' },
    { do: 'maintenance', report: 'gross' },
    { do: 'cursor', mode: 'exclusive' },
    { do: 'oracle', answer: 'on' },
    { do: 'limit', requests: 'signed', perSecond: 20, burst: 40, headers: 'on' },
  ),
)
