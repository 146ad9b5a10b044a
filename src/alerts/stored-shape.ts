import { type Alert, ENDED_STATES, LEVELS, type RecentAlert, RULE_TYPES } from '../domain/alerts/alert.ts'
import type { EntryCandidates, Position } from '../domain/position.ts'
import type { Sats, Usd } from '../domain/units.ts'
import type {
  EngineState,
  FiringAlert,
  KnownEnd,
  ListedEnds,
  MissingPosition,
  SeenPosition,
  Snooze,
  UnsettledEnd,
} from './engine-state.ts'

/** The stored form of the engine's memory. */
export interface StoredState
  extends Pick<
    EngineState,
    | 'account'
    | 'simulated'
    | 'seenAt'
    | 'lastGapMs'
    | 'recent'
    | 'snoozes'
    | 'open'
    | 'missing'
    | 'unsettled'
    | 'closedTrades'
    | 'crossRounds'
    | 'lastEventAt'
  > {
  readonly version: number
  readonly firing: readonly (readonly [string, FiringAlert])[]
}

type Check<T> = (value: unknown) => value is T

/** The largest time whose date can be written, with a margin for the offset between two clocks. */
const MAX_TIME = 8e15

const isText: Check<string> = value => typeof value === 'string'
const isFlag: Check<boolean> = value => typeof value === 'boolean'
const isNumber: Check<number> = (value): value is number => Number.isFinite(value)
const isTime: Check<number> = (value): value is number => isNumber(value) && Math.abs(value) <= MAX_TIME
const isCount: Check<number> = (value): value is number => Number.isSafeInteger(value) && Number(value) >= 0
const isSats: Check<Sats> = (value): value is Sats => isNumber(value)
const isUsd: Check<Usd> = (value): value is Usd => isNumber(value)

function isOneOf<T extends string>(...values: readonly T[]): Check<T> {
  return (value): value is T => values.some(each => each === value)
}

function isNullOr<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value)
}

function isListOf<T>(check: Check<T>): Check<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(check)
}

/** Checks every member of a type. Other members are ignored. */
function hasShape<T extends object>(checks: { readonly [K in keyof T]: Check<T[K]> }): Check<T> {
  const members = Object.entries<Check<unknown>>(checks)
  return (value): value is T =>
    typeof value === 'object' &&
    value !== null &&
    members.every(([name, check]) => Object.hasOwn(value, name) && check(Reflect.get(value, name)))
}

const ALERT = {
  id: isText,
  kind: isOneOf(...RULE_TYPES, 'unreadable-position'),
  rule: isText,
  level: isOneOf(...LEVELS),
  state: isOneOf('firing', 'acknowledged'),
  subject: isText,
  positionId: isNullOr(isText),
  since: isTime,
  message: isText,
  remedy: isNullOr(isText),
} as const

const isFiring = hasShape<FiringAlert>({
  alert: hasShape<Alert>(ALERT),
  ruleName: isText,
  key: isText,
  foundAt: isTime,
  foundMessage: isText,
  notices: isCount,
  noticedAt: isNullOr(isTime),
  noticedLevel: isNullOr(ALERT.level),
  channels: isNullOr(isListOf(isText)),
  isLatched: isFlag,
})

const isPosition = hasShape<Position>({
  id: isText,
  mode: isOneOf('isolated', 'cross'),
  side: isOneOf('long', 'short'),
  quantityUsd: isNumber,
  entryPriceUsd: isNullOr(isUsd),
  entryCandidates: isNullOr(
    hasShape<EntryCandidates>({ priceUsd: isNullOr(isUsd), entryPriceUsd: isNullOr(isUsd) }),
  ),
  entrySource: isNullOr(isOneOf('same', 'price', 'entryPrice', 'undecided', 'neither')),
  marginSats: isNullOr(isSats),
  entryMarginSats: isNullOr(isSats),
  maintenanceMarginSats: isNullOr(isSats),
  runningMarginSats: isNullOr(isSats),
  leverage: isNullOr(isNumber),
  liquidationPriceUsd: isNullOr(isUsd),
  stopLossUsd: isNullOr(isUsd),
  stopLossTrailingDistance: isNullOr(isNumber),
  takeProfitUsd: isNullOr(isUsd),
  exchangePlSats: isNullOr(isSats),
  fundingPaidSats: isNullOr(isSats),
  openingFeeSats: isNullOr(isSats),
  cashInMarginSats: isNullOr(isSats),
  cashInPlSats: isNullOr(isSats),
  openedAt: isNullOr(isTime),
  otherMarket: isNullOr(isText),
})

const SEEN = { position: isPosition, liquidationDistance: isNullOr(isNumber) } as const

const MISSING = { ...SEEN, since: isTime, unseenMs: isNumber } as const

const isEntry: Check<readonly [string, FiringAlert]> = (value): value is readonly [string, FiringAlert] =>
  Array.isArray(value) && value.length === 2 && isText(value[0]) && isFiring(value[1])

const LISTED_ENDS = hasShape<ListedEnds>({
  after: isNullOr(isTime),
  known: isListOf(hasShape<KnownEnd>({ id: isText, at: isTime })),
})

/** Returns true for a complete stored state, of any version. */
export const isStoredState = hasShape<StoredState>({
  version: isNumber,
  account: isNullOr(isText),
  simulated: isFlag,
  seenAt: isNullOr(isTime),
  lastGapMs: isNumber,
  recent: isListOf(hasShape<RecentAlert>({ ...ALERT, state: isOneOf(...ENDED_STATES), endedAt: isTime })),
  snoozes: isListOf(hasShape<Snooze>({ rule: isNullOr(isText), until: isTime })),
  open: isListOf(hasShape<SeenPosition>(SEEN)),
  missing: isListOf(hasShape<MissingPosition>(MISSING)),
  unsettled: isListOf(
    hasShape<UnsettledEnd>({
      ...MISSING,
      why: isOneOf('closed', 'stop-loss', 'take-profit', 'liquidation'),
    }),
  ),
  closedTrades: LISTED_ENDS,
  crossRounds: LISTED_ENDS,
  lastEventAt: isTime,
  firing: isListOf(isEntry),
})
