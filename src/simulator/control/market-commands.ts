import { transferToCross } from '../account/cross.ts'
import { crossHolding } from '../account/cross-figures.ts'
import { depositLightning, withdrawLightning } from '../account/wallet.ts'
import { exchangeTimeMs } from '../context.ts'
import { toTick } from '../formulas.ts'
import { TOPIC } from '../protocol/topics.ts'
import { type Knob, KnobError, type KnobParameter } from './knob.ts'

const TEXT: KnobParameter = { kind: 'text', optional: true }
const SATS: KnobParameter = { kind: 'integer', min: 1, max: 1_000_000_000, optional: true }

/** Knobs that change prices, time and funds. */
export const MARKET_KNOBS: readonly Knob[] = [
  {
    name: 'tick',
    description: 'sets the interval between price moves',
    parameters: { ms: { kind: 'integer', min: 1, max: 3_600_000 } },
    run({ tickLoop }, values) {
      tickLoop.setTickMs(values.number('ms'))
      return undefined
    },
  },
  {
    name: 'price',
    description: 'moves the price and executes the orders, stops and liquidations that it triggers',
    parameters: { usd: { kind: 'number', min: 100, max: 10_000_000 } },
    run({ context, tickLoop }, values) {
      const usd = toTick(values.number('usd'))
      context.state.market.jumpTo(exchangeTimeMs(context), usd)
      tickLoop.refresh()
      return { lastPrice: usd }
    },
  },
  {
    name: 'funding',
    description: 'settles funding immediately',
    parameters: {},
    run({ tickLoop }) {
      tickLoop.settle()
      return undefined
    },
  },
  {
    name: 'deposit',
    description: 'credits a lightning deposit',
    parameters: { sats: SATS },
    run({ context }, values) {
      depositLightning(context.state, exchangeTimeMs(context), values.numberOr('sats', 50_000))
      return undefined
    },
  },
  {
    name: 'withdraw',
    description: 'pays a lightning invoice from the balance',
    parameters: { sats: SATS },
    run({ context }, values) {
      if (!withdrawLightning(context.state, exchangeTimeMs(context), values.numberOr('sats', 10_000))) {
        throw new KnobError('insufficient balance for this withdrawal')
      }
      return undefined
    },
  },
  {
    name: 'transfer',
    description: 'moves sats from the balance to the cross margin (negative: back)',
    parameters: { sats: { kind: 'integer', min: -1_000_000_000, max: 1_000_000_000 } },
    run({ context }, values) {
      if (!transferToCross(context.state, exchangeTimeMs(context), values.number('sats'))) {
        throw new KnobError('insufficient balance or free cross margin for this transfer')
      }
      return { crossIsFlat: crossHolding(context.state.books.cross) === null }
    },
  },
  {
    name: 'announce',
    description: 'publishes an announcement, or removes the one with the id',
    parameters: { title: TEXT, id: TEXT },
    run({ context }, values) {
      const removed = values.textOrNull('id')
      const id = removed ?? context.state.ids.uuid()
      const title = values.textOrNull('title') ?? 'Announcement'
      const added = { id, title, message: `${title} on the simulated exchange.`, link: null }
      context.state.publish(TOPIC.announcements, removed === null ? added : { id })
      return { id }
    },
  },
]
