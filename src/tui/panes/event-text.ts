import { canWrite, keyChangeText } from '../../domain/account.ts'
import type { Fault } from '../../domain/error.ts'
import { formatAge, formatNumber } from '../../domain/format.ts'
import { isLiquidatedAt } from '../../domain/liquidation.ts'
import type { PartName } from '../../domain/parts.ts'
import type { Position } from '../../domain/position.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { ClosedTrade, CloseReason } from '../../domain/snapshot.ts'
import { isKeyRefused } from '../../domain/status.ts'
import { hopName } from '../../store/hops.ts'
import { shortReason } from '../../store/part-text.ts'
import { PART_LABELS } from '../../store/selectors/parts.ts'
import type { ActivityEvent, EndedOrder } from '../../store/state.ts'
import type { EnglishText } from '../lang/catalog.ts'
import { type Line, type Role, segment, verbatimSegment } from '../paint/line.ts'
import { amount, dollars, gainRole, orderText, price, signedAmount } from '../view/format.ts'
import { nameOf, shortIdOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'

/** An event as text; `sign` is `!` if it needs attention, `‼` for a liquidation, a refused key or the end of the feed. */
export interface EventText {
  readonly sign: '' | '!' | '‼'
  readonly line: Line
}

/** The text of an event in the list of events. */
export function eventText(context: RenderContext, event: ActivityEvent): EventText {
  const { t } = context.info
  switch (event.kind) {
    case 'link-lost':
      return message('!', t('link lost: {reason}', { reason: t.sentence(sanitize(event.why)) }))
    case 'link-live': {
      const positions = t('{count} pos', { count: event.positions })
      const counts = `${positions}, ${t.count(event.orders, '{count} order', '{count} orders')}`
      const gap = event.gapMs
      return message(
        '',
        gap === null
          ? t('connected ({counts})', { counts })
          : t('reconnected after {age} gap; resync ok ({counts})', { age: formatAge(gap), counts }),
      )
    }
    case 'upstream-lost': {
      const { hop, index } = event
      const why = hop.lastError === null ? '' : `: ${sanitize(hop.lastError.message)}`
      const name = hopName(hop, index)
      if (isKeyRefused(hop)) return message('‼', t('{hop} refuses the key of the relay', { hop: name }) + why)
      return message('!', t('the relay lost its connection to {hop}', { hop: name }) + why)
    }
    case 'upstream-live':
      return message('', t('the relay reconnected after {age}', { age: formatAge(event.gapMs) }))
    case 'key-refused':
      return message('‼', t('the exchange refuses the key: {reason}', { reason: sanitize(event.why) }))
    case 'key-accepted':
      return message('', t('the key is accepted again after {age}', { age: formatAge(event.gapMs) }))
    case 'stopped':
      return message('‼', t('stopped: {reason}', { reason: sanitize(event.why) }))
    case 'unreadable':
      return message('!', t('unreadable: {fault}', { fault: faultText(context, event.fault) }))
    case 'key':
      return message(canWrite(event.after) ? '‼' : '!', t.sentence(keyChangeText(event.after)))
    case 'part-failed':
      return message('!', partFailure(context, event.part, event.why))
    case 'part-recovered':
      return message(
        '',
        t('{part} read again after {age}', {
          part: t.sentence(PART_LABELS[event.part]),
          age: formatAge(event.gapMs),
        }),
      )
    case 'announcement':
      return { sign: '', line: [verbatimSegment(`LN Markets: ${sanitize(event.title)}`)] }
    case 'wallet':
      return message(
        '',
        `${t(event.direction)} ${amount(context, event.amountSats)} ${context.ui.unit} ${sanitize(event.status)}`,
      )
    default:
      return tradeText(context, event)
  }
}

/** The place without the method and the API's version: the reason must fit as well. */
function faultText({ info }: RenderContext, { where, message: why }: Fault): string {
  return `${sanitize(where.replace(/^GET \/v\d+\//, ''))}: ${info.t.sentence(shortReason(why))}`
}

/** `1 position can't be read: side is missing`, or the part with its error in a few words. */
function partFailure({ info: { t } }: RenderContext, part: PartName, why: string): string {
  const isRows = /^\d+ [a-z ]+ can't be read/.test(why)
  if (isRows) return t.sentence(sanitize(why))
  const reason = t.sentence(shortReason(why))
  return t('{part} not read: {reason}', { part: t.sentence(PART_LABELS[part]), reason })
}

type TradeEvent = Exclude<
  ActivityEvent,
  {
    kind:
      | 'link-lost'
      | 'link-live'
      | 'upstream-lost'
      | 'upstream-live'
      | 'key-refused'
      | 'key-accepted'
      | 'stopped'
      | 'unreadable'
      | 'key'
      | 'part-failed'
      | 'part-recovered'
      | 'announcement'
      | 'wallet'
  }
>

function tradeText(context: RenderContext, event: TradeEvent): EventText {
  const { t } = context.info
  switch (event.kind) {
    case 'order-opened': {
      const { order } = event
      return message(
        '',
        t('order {order} $ @ {price} placed', {
          order: `${orderText(context, order)} ${dollars(context, order.quantityUsd)}`,
          price: price(order.priceUsd),
        }),
      )
    }
    case 'filled':
      return message(
        '',
        t('{position} $ filled @ {price}', {
          position: `${nameOf(event.position)} ${dollars(context, event.position.quantityUsd)}`,
          price: price(event.position.entryPriceUsd),
        }),
      )
    case 'ended':
      return ended(context, event)
    case 'appeared':
      return message(
        '!',
        t('{position} found after the gap: opened in the meantime', { position: nameOf(event.position) }),
      )
    case 'vanished':
      return vanished(context, event.position)
    case 'funded': {
      const fee = event.feeSats
      const owner = event.id === null ? '' : `${shortIdOf(event.id, 'isolated')} `
      const change = fee === null ? null : 0 - fee
      return message(
        '',
        `${owner}${t('funding settled')} ${signedAmount(context, change)} ${context.ui.unit}`,
        gainRole(change),
      )
    }
    case 'cross': {
      const { position } = event.cross
      const after =
        position === null ? t('flat') : `${nameOf(position)} ${dollars(context, position.quantityUsd)} $`
      return event.event === null
        ? message('!', t('cross changed in the gap: {position}', { position: after }))
        : message(
            event.event === 'liquidation' ? '‼' : '',
            `cross ${crossEvent(context, event.event)}: ${after}`,
          )
    }
  }
}

const CROSS_EVENTS: Readonly<Record<string, EnglishText>> = {
  new: 'new',
  limit: 'limit',
  cancel: 'cancel',
  leverage: 'leverage',
  deposit: 'deposit',
  withdraw: 'withdraw',
  liquidation: 'liquidation',
  funding: 'funding',
}

/** What changed the cross position; a word that the exchange has added since as it is. */
function crossEvent({ info: { t } }: RenderContext, event: string): string {
  const known = Object.hasOwn(CROSS_EVENTS, event) ? CROSS_EVENTS[event] : undefined
  return known === undefined ? sanitize(event) : t(known)
}

/** The exchange has not reported how the position ended. A liquidation must not pass for an orderly close: the history decides, once read. */
function vanished(context: RenderContext, position: Position): EventText {
  const { t } = context.info
  const name = nameOf(position)
  const closed = context.model.state.history?.value.closed?.find(({ id }) => id === position.id)
  if (closed === undefined)
    return message('!', t('{position} closed or liquidated in the gap', { position: name }))
  const at = closed.exitPriceUsd === null ? '' : ` @ ${formatNumber(closed.exitPriceUsd, 1)}`
  const result = `${at} ${signedAmount(context, closed.plSats)} ${context.ui.unit}`
  return isLiquidation(position, closed)
    ? message('‼', t('{position} LIQUIDATED in the gap', { position: name }) + result)
    : message('!', t('{position} closed in the gap', { position: name }) + result)
}

/** The history has no reason for a close. Only a liquidation fills beyond the level or costs the whole margin. */
function isLiquidation({ liquidationPriceUsd, marginSats }: Position, closed: ClosedTrade): boolean {
  const { exitPriceUsd, plSats, side } = closed
  const isBeyond = exitPriceUsd !== null && isLiquidatedAt(side, exitPriceUsd, liquidationPriceUsd)
  return isBeyond || (marginSats !== null && marginSats > 0 && plSats <= -marginSats)
}

const CLOSE_REASONS = {
  closed: 'closed',
  'stop-loss': 'closed by SL',
  'take-profit': 'closed by TP',
  liquidation: 'LIQUIDATED',
  canceled: 'canceled',
  filled: 'filled',
} as const satisfies Readonly<Record<CloseReason, string>>

function ended(context: RenderContext, event: Extract<ActivityEvent, { kind: 'ended' }>): EventText {
  const { position, why, plSats, exitPriceUsd, id, order } = event
  const name = position === null ? endedOrderName(context, id, order) : nameOf(position)
  const result = plSats === null ? '' : ` ${signedAmount(context, plSats)} ${context.ui.unit}`
  const at = exitPriceUsd === null ? '' : ` @ ${formatNumber(exitPriceUsd, 1)}`
  return message(
    why === 'liquidation' ? '‼' : '',
    `${name} ${context.info.t(CLOSE_REASONS[why])}${at}${result}`,
    gainRole(plSats),
  )
}

function endedOrderName(context: RenderContext, id: string, order: EndedOrder | null): string {
  if (order === null) return shortIdOf(id, 'isolated')
  const short = order.mode === 'cross' ? 'cross' : shortIdOf(id, 'isolated')
  return `${context.info.t('order')} ${short} ${orderText(context, order)} ${dollars(context, order.quantityUsd)} $`
}

function message(sign: EventText['sign'], text: string, role: Role = 'plain'): EventText {
  const signRole: Role = sign === '‼' ? 'critical' : sign === '!' ? 'warn' : role
  return { sign, line: [segment(text, signRole)] }
}
