import { type CommandDefinition, defineCommand } from '../definition.ts'
import { WHAT_IF_OPTIONS } from './options.ts'

const EXITS =
  'Exits 8 if the market data or a part that the result needs is stale (older than 30 s), 6 if such a part could not be read as a whole; the rest is printed.'
const READS = 'It only calculates: no order is placed.'

const WHAT_IF = defineCommand({
  name: 'whatif',
  summary: 'print the account at another price: P&L, liquidations in their order, equity',
  details: [
    'The price goes straight from the last price to the other one, and bid, ask and index move in proportion. Stops, orders, funding and slippage are left out.',
    'ADD is the margin to add, before the move, for --distance at the other price.',
    READS,
    EXITS,
  ],
  options: WHAT_IF_OPTIONS,
  examples: [
    { command: 'axisor whatif --price 60000', what: 'at a price' },
    { command: 'axisor whatif --move -10% --json | jq .totals.equitySats', what: 'equity after a fall' },
    { command: 'axisor whatif --move 0 --distance 15%', what: 'margin to add now' },
  ],
  load: async () => (await import('./what-if.ts')).whatIf,
})

/** Commands that calculate before a trade. */
export const PLAN_COMMANDS: readonly CommandDefinition[] = [WHAT_IF]
