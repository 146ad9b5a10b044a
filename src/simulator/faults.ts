import type { RowChange } from './protocol/row-change.ts'
import { DEFAULT_REQUEST_LIMITS, type RestLimits } from './rest/request-limits.ts'
import type { RouteFault } from './rest/route-fault.ts'

/** The market values that the `blank` knob leaves out. */
export type BlankTarget = 'funding' | 'ask' | 'bid' | 'quotes' | 'prices'

/**
 * Whether the page after a cursor includes the rows of the cursor's time. `stuck`: every page is the first one, and its cursor never
 * advances.
 */
export type CursorMode = 'inclusive' | 'exclusive' | 'stuck'

/**
 * What happens to a topic: its subscription is refused with an error, or left out of the acknowledgement, or acknowledged and never
 * served. Sockets that are subscribed receive nothing either.
 */
export interface TopicFault {
  readonly topic: string
  readonly answer: 'refused' | 'ignored' | 'silent'
  readonly until: number
}

/** The fault of a topic at `now`, a time of the real clock, or null. */
export function topicFault(faults: Faults, topic: string, now: number): TopicFault['answer'] | null {
  const isMeant = (fault: TopicFault) => now < fault.until && fault.topic === topic
  return faults.topics.findLast(isMeant)?.answer ?? null
}

/** The active faults. `until` values are ms of the real clock, not of the exchange's skewed one. */
export interface Faults {
  skewMs: number
  slowMs: number
  revoked: boolean
  downUntil: number
  muteUntil: number
  holdUntil: number
  partialUntil: number
  rpcErrorUntil: number
  bareUntil: number
  truncateUntil: number
  status: { readonly code: number; readonly until: number } | null
  omit: { readonly field: string; readonly until: number } | null
  limits: RestLimits
  blank: { readonly what: BlankTarget; readonly until: number } | null
  cursor: CursorMode
  /** Serves the routes of the removed oracle. */
  servesOracle: boolean
  topics: readonly TopicFault[]
  /** The list of permissions that replies report; undefined inside if they report none. Null for the key's own. */
  permissions: { readonly reported: unknown } | null
  routes: readonly RouteFault[]
  rows: readonly RowChange[]
}

/** Returns faults that are all off, with cursors as the documentation describes them: a row at a page boundary may be repeated. */
export function noFaults(): Faults {
  return {
    skewMs: 0,
    slowMs: 0,
    revoked: false,
    downUntil: 0,
    muteUntil: 0,
    holdUntil: 0,
    partialUntil: 0,
    rpcErrorUntil: 0,
    bareUntil: 0,
    truncateUntil: 0,
    status: null,
    omit: null,
    limits: DEFAULT_REQUEST_LIMITS,
    blank: null,
    cursor: 'inclusive',
    servesOracle: false,
    topics: [],
    permissions: null,
    routes: [],
    rows: [],
  }
}

/** True if the market value is left out at `now`, a time of the real clock. */
export function isBlank(faults: Faults, now: number, part: 'funding' | 'ask' | 'bid' | 'prices'): boolean {
  if (faults.blank === null || now >= faults.blank.until) return false
  const { what } = faults.blank
  return what === part || (what === 'quotes' && (part === 'ask' || part === 'bid'))
}
