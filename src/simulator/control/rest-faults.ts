import type { Blank } from '../faults.ts'
import { type Knob, MS } from './knob.ts'

const BLANKS: readonly Blank[] = ['funding', 'ask', 'bid', 'quotes', 'prices']

function blankOf(word: string): Blank {
  return BLANKS.find(blank => blank === word) ?? 'quotes'
}

/** Knobs that spoil replies, keys and the clock. */
export const REST_KNOBS: readonly Knob[] = [
  {
    name: 'status',
    description: 'REST answers everything with this status for so long',
    parameters: { code: { kind: 'whole', least: 400, most: 599 }, ms: MS },
    run({ context: core }, values) {
      core.faults.status = { code: values.number('code'), until: core.clock.nowMs() + values.number('ms') }
      return undefined
    },
  },
  {
    name: 'truncate',
    description: 'REST replies end in the middle for so long',
    parameters: { ms: MS },
    run({ context: core }, values) {
      core.faults.truncateUntil = core.clock.nowMs() + values.number('ms')
      return undefined
    },
  },
  {
    name: 'omit',
    description: 'REST replies lack a field, wherever it stands, for so long',
    parameters: { field: { kind: 'text' }, ms: MS },
    run({ context: core }, values) {
      core.faults.omit = { field: values.text('field'), until: core.clock.nowMs() + values.number('ms') }
      return undefined
    },
  },
  {
    name: 'blank',
    description: 'the market has no funding, ask, bid, quotes (both sides) or prices for so long',
    parameters: { what: { kind: 'choice', words: BLANKS }, ms: MS },
    run({ context: core }, values) {
      const until = core.clock.nowMs() + values.number('ms')
      core.faults.blank = { what: blankOf(values.text('what')), until }
      return undefined
    },
  },
  {
    name: 'holdSnapshot',
    description: 'replies of the private picture are worked out at once and delivered when so long is over',
    parameters: { ms: MS },
    run({ context: core }, values) {
      core.faults.holdUntil = core.clock.nowMs() + values.number('ms')
      return undefined
    },
  },
  {
    name: 'revoke',
    description: 'no key is known any more: REST answers 401, authenticated sockets are closed',
    parameters: {},
    run({ context: core, hub }) {
      core.faults.revoked = true
      hub.endAuthenticated()
      return undefined
    },
  },
  {
    name: 'restore',
    description: 'the keys are known again',
    parameters: {},
    run({ context: core }) {
      core.faults.revoked = false
      return undefined
    },
  },
  {
    name: 'skew',
    description: "the exchange's clock is off by so much, also to the past; 0 ends it",
    parameters: { ms: { kind: 'whole', least: -86_400_000, most: 86_400_000 } },
    run({ context: core }, values) {
      core.faults.skewMs = values.number('ms')
      core.state.market.resetFunding(core.clock.nowMs() + core.faults.skewMs)
      return undefined
    },
  },
]
