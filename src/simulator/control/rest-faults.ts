import type { BlankTarget, CursorMode } from '../faults.ts'
import { type Knob, MS } from './knob.ts'

const BLANK_TARGETS: readonly BlankTarget[] = ['funding', 'ask', 'bid', 'quotes', 'prices']

function blankTargetOf(name: string): BlankTarget {
  return BLANK_TARGETS.find(target => target === name) ?? 'quotes'
}

const CURSOR_MODES: readonly CursorMode[] = ['inclusive', 'exclusive', 'stuck']

/** Knobs that inject faults into REST replies, keys and the clock. */
export const REST_KNOBS: readonly Knob[] = [
  {
    name: 'status',
    description: 'answers every REST request with this status for the given time',
    parameters: { code: { kind: 'integer', min: 400, max: 599 }, ms: MS },
    run({ context }, values) {
      context.faults.status = {
        code: values.number('code'),
        until: context.clock.nowMs() + values.number('ms'),
      }
      return undefined
    },
  },
  {
    name: 'truncate',
    description: 'cuts REST replies off in the middle for the given time',
    parameters: { ms: MS },
    run({ context }, values) {
      context.faults.truncateUntil = context.clock.nowMs() + values.number('ms')
      return undefined
    },
  },
  {
    name: 'omit',
    description: 'omits a field from REST replies, at any depth, for the given time',
    parameters: { field: { kind: 'text' }, ms: MS },
    run({ context }, values) {
      context.faults.omit = {
        field: values.text('field'),
        until: context.clock.nowMs() + values.number('ms'),
      }
      return undefined
    },
  },
  {
    name: 'blank',
    description: 'omits funding, ask, bid, quotes (both sides) or prices from the market for the given time',
    parameters: { what: { kind: 'choice', choices: BLANK_TARGETS }, ms: MS },
    run({ context }, values) {
      const until = context.clock.nowMs() + values.number('ms')
      context.faults.blank = { what: blankTargetOf(values.text('what')), until }
      return undefined
    },
  },
  {
    name: 'cursor',
    description:
      'sets how lists are paged: the next page includes the time of the cursor (default), or excludes it, or every page is the first one',
    parameters: { mode: { kind: 'choice', choices: CURSOR_MODES } },
    run({ context }, values) {
      const mode = values.text('mode')
      context.faults.cursor = CURSOR_MODES.find(candidate => candidate === mode) ?? 'inclusive'
      return undefined
    },
  },
  {
    name: 'oracle',
    description:
      'serves `/oracle/index` and `/oracle/last-price`, which LN Markets removed, or answers 404 for them (default)',
    parameters: { answer: { kind: 'choice', choices: ['on', 'off'] } },
    run({ context }, values) {
      context.faults.servesOracle = values.text('answer') === 'on'
      return undefined
    },
  },
  {
    name: 'holdSnapshot',
    description: 'holds replies with account state, computed at request time, until the given time is over',
    parameters: { ms: MS },
    run({ context }, values) {
      context.faults.holdUntil = context.clock.nowMs() + values.number('ms')
      return undefined
    },
  },
  {
    name: 'revoke',
    description: 'revokes all keys: REST answers 401, authenticated sockets are closed',
    parameters: {},
    run({ context, hub }) {
      context.faults.revoked = true
      hub.closeAuthenticated()
      return undefined
    },
  },
  {
    name: 'restore',
    description: 'restores the revoked keys',
    parameters: {},
    run({ context }) {
      context.faults.revoked = false
      return undefined
    },
  },
  {
    name: 'skew',
    description: "shifts the exchange's clock by the given time, also backward; 0 turns it off",
    parameters: { ms: { kind: 'integer', min: -86_400_000, max: 86_400_000 } },
    run({ context }, values) {
      context.faults.skewMs = values.number('ms')
      context.state.market.resetFunding(context.clock.nowMs() + context.faults.skewMs)
      return undefined
    },
  },
]
