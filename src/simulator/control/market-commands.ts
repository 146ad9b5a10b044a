import { transferToCross } from '../account/cross.ts'
import { crossHolding } from '../account/cross-figures.ts'
import { depositLightning } from '../account/wallet.ts'
import { exchangeNow } from '../context.ts'
import { toTick } from '../formulas.ts'
import { TOPIC } from '../protocol/topics.ts'
import { type Knob, KnobError, type KnobParameter } from './knob.ts'

const TEXT: KnobParameter = { kind: 'text', optional: true }
const SATS: KnobParameter = { kind: 'whole', least: 1, most: 1_000_000_000, optional: true }

/** Knobs that move prices, time and money. */
export const MARKET_KNOBS: readonly Knob[] = [
  {
    name: 'tick',
    description: 'the price moves every so many milliseconds',
    parameters: { ms: { kind: 'whole', least: 1, most: 3_600_000 } },
    run({ tickLoop: ticking }, values) {
      ticking.setTickMs(values.number('ms'))
      return undefined
    },
  },
  {
    name: 'price',
    description: 'the price jumps, and what must happen at that price happens',
    parameters: { usd: { kind: 'number', least: 100, most: 10_000_000 } },
    run({ context: core, tickLoop: ticking }, values) {
      const usd = toTick(values.number('usd'))
      core.state.market.jumpTo(exchangeNow(core), usd)
      ticking.refresh()
      return { lastPrice: usd }
    },
  },
  {
    name: 'funding',
    description: 'funding is settled now, out of turn',
    parameters: {},
    run({ tickLoop: ticking }) {
      ticking.settle()
      return undefined
    },
  },
  {
    name: 'deposit',
    description: 'a lightning deposit arrives',
    parameters: { sats: SATS },
    run({ context: core }, values) {
      depositLightning(core.state, exchangeNow(core), values.numberOr('sats', 50_000))
      return undefined
    },
  },
  {
    name: 'transfer',
    description: 'sats move from the balance into the cross margin (negative: back)',
    parameters: { sats: { kind: 'whole', least: -1_000_000_000, most: 1_000_000_000 } },
    run({ context: core }, values) {
      if (!transferToCross(core.state, exchangeNow(core), values.number('sats'))) {
        throw new KnobError('so many sats cannot be moved')
      }
      return { crossIsFlat: crossHolding(core.state.books.cross) === null }
    },
  },
  {
    name: 'announce',
    description: 'an announcement appears, or the one with the id is taken back',
    parameters: { title: TEXT, id: TEXT },
    run({ context: core }, values) {
      const removed = values.textOrNull('id')
      const id = removed ?? core.state.ids.uuid()
      const title = values.textOrNull('title') ?? 'Announcement'
      const added = { id, title, message: `${title} on the simulated exchange.`, link: null }
      core.state.publish(TOPIC.announcements, removed === null ? added : { id })
      return { id }
    },
  },
]
