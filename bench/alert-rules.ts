import { type AlertInput, alertInputOf } from '../src/alerts/alert-input.ts'
import { type EngineOptions, updateAlerts } from '../src/alerts/engine.ts'
import { type EngineState, initialEngineState } from '../src/alerts/engine-state.ts'
import { type AlertRule, DEFAULT_RULES } from '../src/domain/alerts/rule.ts'
import { usd } from '../src/domain/units.ts'
import { openStore } from '../src/store/store.ts'
import { ENGINE_OPTIONS } from '../test/support/alert-log.ts'
import { longAt, marketAt } from '../test/support/alert-rig.ts'
import { madePosition, readAt, statusEvent, T0 } from '../test/support/samples.ts'
import { median, type Result } from './result.ts'

const ACCOUNTS = 1_000
const FRAMES_PER_SECOND = 25

/** Accounts with the same data share the input of a frame, never the state of the engine. */
const KINDS = 100
const WARM_UP_FRAMES = 2 * FRAMES_PER_SECOND
const FRAMES = 2 * FRAMES_PER_SECOND

const COMMON = { level: null, channels: null, repeatMs: 'default', quiet: null, enabled: true } as const

const NO_BOUNDS = { above: null, below: null } as const

/** Ten rules: the default ones, and bounds and changes that are not reached. */
const RULES: readonly AlertRule[] = [
  ...DEFAULT_RULES,
  { ...COMMON, name: 'price', type: 'price', of: 'last', above: 200_000, below: 1_000, moves: null },
  {
    ...COMMON,
    name: 'move',
    type: 'price',
    of: 'index',
    ...NO_BOUNDS,
    moves: { amount: 50, withinMs: 900_000 },
  },
  {
    ...COMMON,
    name: 'pl',
    type: 'pl',
    unit: 'sats',
    above: null,
    below: -9e9,
    changes: { amount: 9e9, withinMs: 3_600_000 },
  },
  { ...COMMON, name: 'margin', type: 'margin', unit: 'sats', above: null, below: 1, changes: null },
  { ...COMMON, name: 'funding', type: 'funding', ratePercentAbove: 1, costSatsAbove: 1e9 },
]

const OPTIONS: EngineOptions = { ...ENGINE_OPTIONS, rules: RULES }

/**
 * What the rules of many accounts cost at 25 frames a second, in percent of a core; and the same as a multiple of the selection of the data.
 * Each account is evaluated just after the selection, as in a relay: an input of seconds ago would have to come from memory.
 */
export async function alertRules(): Promise<readonly Result[]> {
  const kinds = Array.from({ length: KINDS }, (_, kind) => openKind(kind))
  const states: EngineState[] = Array.from({ length: ACCOUNTS }, () => initialEngineState(T0))
  const frames = Array.from({ length: WARM_UP_FRAMES + FRAMES }, (_, frame) => runFrame(kinds, states, frame))
  const measured = frames.slice(WARM_UP_FRAMES)
  const perEvaluationMs = median(measured.map(({ evaluationsMs }) => evaluationsMs)) / ACCOUNTS
  const perSelectionMs = median(measured.map(({ selectionsMs }) => selectionsMs)) / KINDS
  if (states.some(({ firing }) => firing.size > 0))
    throw new Error('an alert fires: the figure means nothing')
  return [
    {
      name: '10,000 rules, 1,000 accounts, 25 frames/s',
      value: (perEvaluationMs * FRAMES_PER_SECOND * ACCOUNTS) / 10,
      unit: '% of a core',
      target: 10,
      note: `${(perEvaluationMs * 1_000).toFixed(1)} µs`,
    },
    {
      name: 'ten rules of one account',
      value: perEvaluationMs / perSelectionMs,
      unit: '× selection',
      target: null,
      note: `${(perSelectionMs * 1_000).toFixed(1)} µs`,
    },
  ]
}

/** Selects the data of each kind once, and evaluates it for each account of the kind. */
function runFrame(
  kinds: readonly ((frame: number) => AlertInput)[],
  states: EngineState[],
  frame: number,
): { readonly selectionsMs: number; readonly evaluationsMs: number } {
  let [selectionsMs, evaluationsMs] = [0, 0]
  for (const [kind, inputOf] of kinds.entries()) {
    const startedAt = performance.now()
    const input = inputOf(frame)
    const selectedAt = performance.now()
    for (let account = kind; account < ACCOUNTS; account += KINDS) {
      const state = states[account]
      if (state !== undefined) states[account] = updateAlerts(state, input, OPTIONS).state
    }
    selectionsMs += selectedAt - startedAt
    evaluationsMs += performance.now() - selectedAt
  }
  return { selectionsMs, evaluationsMs }
}

/** Opens an account with 0 to 4 positions, far from liquidation, whose prices move with each frame. */
function openKind(kind: number): (frame: number) => AlertInput {
  const store = openStore()
  const isolated = Array.from({ length: kind % 5 }, (_, index) =>
    madePosition({
      id: `${kind}-${index}`,
      liquidationPriceUsd: usd(50_000 - kind),
      stopLossUsd: usd(60_000),
    }),
  )
  store.dispatch(statusEvent(T0))
  store.dispatch(longAt(T0, 0.03, { isolated: readAt(T0, isolated) }))
  return frame => {
    const at = T0 + (frame + 1) * (1_000 / FRAMES_PER_SECOND)
    for (const event of marketAt(at, 0.03 + (frame % 7) / 10_000)) store.dispatch(event)
    return alertInputOf(store.state(), at)
  }
}
