import type { Alert, Notice } from '../domain/alerts/alert.ts'
import type { Order, Position } from '../domain/position.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { ToWall } from '../domain/wall-clock.ts'
import { crossMoveOf } from '../store/cross-move.ts'
import type { ActivityEvent, EndedOrder } from '../store/state.ts'
import { iso } from './numbers.ts'
import { sentenceOf } from './sentences.ts'
import { alertDocument } from './snapshot.ts'

/** A line of `axisor watch --json --events`, without the snapshots, whose type is `snapshot`. */
export type EventDocument = Readonly<Record<string, unknown>> & {
  readonly type: 'alert' | 'event' | 'gap'
  /** ISO 8601 UTC. */
  readonly at: string
  readonly simulated: boolean
}

/** What all lines have in common. */
interface EventContext {
  readonly simulated: boolean
  readonly toWall: ToWall
}

/** Kinds of events about the account; others are about the connection, which `source` of a snapshot has. */
const ACCOUNT_KINDS: ReadonlySet<ActivityEvent['kind']> = new Set([
  'order-opened',
  'filled',
  'ended',
  'appeared',
  'vanished',
  'funded',
  'cross',
  'wallet',
  'announcement',
])

/** Returns why an alert is reported, and the alert. */
export function alertEventDocument(
  event: Notice['event'],
  alert: Alert,
  now: number,
  { simulated, toWall }: EventContext,
): EventDocument {
  return { type: 'alert', at: iso(toWall(now)), simulated, event, alert: alertDocument(alert, toWall) }
}

/** Returns the time without sight that has ended. */
export function gapDocument(
  { from, to }: { readonly from: number; readonly to: number },
  { simulated, toWall }: EventContext,
): EventDocument {
  return {
    type: 'gap',
    at: iso(toWall(to)),
    simulated,
    from: iso(toWall(from)),
    to: iso(toWall(to)),
    ms: to - from,
  }
}

/** Returns an event of the account; null for one of the connection. */
export function activityDocument(
  event: ActivityEvent,
  { simulated, toWall }: EventContext,
): EventDocument | null {
  if (!ACCOUNT_KINDS.has(event.kind)) return null
  const head = {
    type: 'event',
    at: iso(toWall(event.at)),
    simulated,
    kind: event.kind,
    text: `${simulated ? 'SIMULATED ' : ''}${sentenceOf(event)}`,
  } as const
  switch (event.kind) {
    case 'order-opened':
      return { ...head, order: orderFields(event.order) }
    case 'filled':
    case 'appeared':
    case 'vanished':
      return { ...head, position: positionFields(event.position) }
    case 'ended': {
      const { id, why, position, plSats, exitPriceUsd, order } = event
      return {
        ...head,
        id: sanitize(id),
        ...{ why, plSats, exitPriceUsd },
        position: position && positionFields(position),
        order: order && rowFields(order),
      }
    }
    case 'cross': {
      const { before, cross } = event
      return {
        ...head,
        cause: event.event === null ? null : sanitize(event.event),
        change: crossMoveOf(before, cross.position),
        before: before && positionFields(before),
        position: cross.position && positionFields(cross.position),
      }
    }
    case 'funded':
      return { ...head, id: event.id === null ? null : sanitize(event.id), feeSats: event.feeSats }
    case 'wallet':
      return {
        ...head,
        direction: event.direction,
        amountSats: event.amountSats,
        status: sanitize(event.status),
      }
    default:
      return head
  }
}

type Fields = Readonly<Record<string, unknown>>

function positionFields(position: Position): Fields {
  const { entryPriceUsd, marginSats, liquidationPriceUsd } = position
  return { ...rowFields(position), entryPriceUsd, marginSats, liquidationPriceUsd }
}

function orderFields(order: Order): Fields {
  return { ...rowFields(order), priceUsd: order.priceUsd }
}

function rowFields({ id, mode, side, quantityUsd }: EndedOrder): Fields {
  return { id: sanitize(id), mode, side, quantityUsd }
}
