import { type CommandDefinition, defineCommand } from '../definition.ts'
import { SIZE_OPTIONS, WHAT_IF_OPTIONS } from './options.ts'

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

const SIZE = defineCommand({
  name: 'size',
  summary: 'print how large a trade may be for a risk and a stop, and the margin that it needs',
  details: [
    'For a new isolated trade: the largest quantity in whole USD whose loss at the stop, with the opening and the closing fee, is at most --risk of the equity.',
    'Without --leverage it takes the highest that is not liquidated before the stop: then a gap costs little more than the risk. Slippage and funding are left out.',
    READS,
    EXITS,
    'A stop on the wrong side of the entry exits 2, an unknown equity 6; then nothing is printed.',
  ],
  options: SIZE_OPTIONS,
  examples: [
    { command: 'axisor size --risk 1% --stop 67000', what: 'at the market now' },
    {
      command: 'axisor size --risk 0.5% --stop 71000 --entry 69500 --leverage 10',
      what: 'a limit order, short',
    },
    { command: 'axisor size --risk 1% --stop 67000 --json | jq .quantityUsd', what: 'the quantity alone' },
  ],
  load: async () => (await import('./size.ts')).size,
})

/** Commands that calculate before a trade. */
export const PLAN_COMMANDS: readonly CommandDefinition[] = [WHAT_IF, SIZE]
