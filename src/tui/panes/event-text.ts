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
import { type Line, type Role, segment } from '../paint/line.ts'
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
  switch (event.kind) {
    case 'link-lost':
      return message('!', `link lost: ${sanitize(event.why)}`)
    case 'link-live': {
      const counts = `${event.positions} pos, ${event.orders} order${event.orders === 1 ? '' : 's'}`
      const gap = event.gapMs
      return message(
        '',
        gap === null
          ? `connected (${counts})`
          : `reconnected after ${formatAge(gap)} gap; resync ok (${counts})`,
      )
    }
    case 'upstream-lost': {
      const { hop, index } = event
      const why = hop.lastError === null ? '' : `: ${sanitize(hop.lastError.message)}`
      if (isKeyRefused(hop)) return message('‼', `${hopName(hop, index)} refuses the key of the relay${why}`)
      return message('!', `the relay lost its connection to ${hopName(hop, index)}${why}`)
    }
    case 'upstream-live':
      return message('', `the relay reconnected after ${formatAge(event.gapMs)}`)
    case 'key-refused':
      return message('‼', `the exchange refuses the key: ${sanitize(event.why)}`)
    case 'key-accepted':
      return message('', `the key is accepted again after ${formatAge(event.gapMs)}`)
    case 'stopped':
      return message('‼', `stopped: ${sanitize(event.why)}`)
    case 'unreadable':
      return message('!', `unreadable: ${faultText(event.fault)}`)
    case 'key':
      return message(canWrite(event.after) ? '‼' : '!', keyChangeText(event.after))
    case 'part-failed':
      return message('!', partFailure(event.part, event.why))
    case 'part-recovered':
      return message('', `${PART_LABELS[event.part]} read again after ${formatAge(event.gapMs)}`)
    case 'announcement':
      return message('', `LN Markets: ${sanitize(event.title)}`)
    case 'wallet':
      return message(
        '',
        `${event.direction} ${amount(context, event.amountSats)} ${context.ui.unit} ${sanitize(event.status)}`,
      )
    default:
      return tradeText(context, event)
  }
}

/** The place without the method and the API's version: the reason must fit as well. */
function faultText({ where, message: why }: Fault): string {
  return `${sanitize(where.replace(/^GET \/v\d+\//, ''))}: ${shortReason(why)}`
}

/** `1 position can't be read: side is missing`, or the part with its error in a few words. */
function partFailure(part: PartName, why: string): string {
  const isRows = /^\d+ [a-z ]+ can't be read/.test(why)
  return isRows ? sanitize(why) : `${PART_LABELS[part]} not read: ${shortReason(why)}`
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
  switch (event.kind) {
    case 'order-opened': {
      const { order } = event
      return message(
        '',
        `order ${orderText(order)} ${dollars(context, order.quantityUsd)} $ @ ${price(order.priceUsd)} placed`,
      )
    }
    case 'filled':
      return message(
        '',
        `${nameOf(event.position)} ${dollars(context, event.position.quantityUsd)} $ filled @ ${price(event.position.entryPriceUsd)}`,
      )
    case 'ended':
      return ended(context, event)
    case 'appeared':
      return message('!', `${nameOf(event.position)} found after the gap: opened in the meantime`)
    case 'vanished':
      return vanished(context, event.position)
    case 'funded': {
      const fee = event.feeSats
      const owner = event.id === null ? '' : `${shortIdOf(event.id, 'isolated')} `
      const change = fee === null ? null : 0 - fee
      return message(
        '',
        `${owner}funding settled ${signedAmount(context, change)} ${context.ui.unit}`,
        gainRole(change),
      )
    }
    case 'cross': {
      const { position } = event.cross
      const after =
        position === null ? 'flat' : `${nameOf(position)} ${dollars(context, position.quantityUsd)} $`
      return event.event === null
        ? message('!', `cross changed in the gap: ${after}`)
        : message('', `cross ${sanitize(event.event)}: ${after}`)
    }
  }
}

/** The exchange has not reported how the position ended. A liquidation must not pass for an orderly close: the history decides, once read. */
function vanished(context: RenderContext, position: Position): EventText {
  const name = nameOf(position)
  const closed = context.model.state.history?.value.closed?.find(({ id }) => id === position.id)
  if (closed === undefined) return message('!', `${name} closed or liquidated in the gap`)
  const at = closed.exitPriceUsd === null ? '' : ` @ ${formatNumber(closed.exitPriceUsd, 1)}`
  const result = `${at} ${signedAmount(context, closed.plSats)} ${context.ui.unit}`
  return isLiquidation(position, closed)
    ? message('‼', `${name} LIQUIDATED in the gap${result}`)
    : message('!', `${name} closed in the gap${result}`)
}

/** The history has no reason for a close. Only a liquidation fills beyond the level or costs the whole margin. */
function isLiquidation({ liquidationPriceUsd, marginSats }: Position, closed: ClosedTrade): boolean {
  const { exitPriceUsd, plSats, side } = closed
  const isBeyond = exitPriceUsd !== null && isLiquidatedAt(side, exitPriceUsd, liquidationPriceUsd)
  return isBeyond || (marginSats !== null && marginSats > 0 && plSats <= -marginSats)
}

const CLOSE_REASONS: Readonly<Record<CloseReason, string>> = {
  closed: 'closed',
  'stop-loss': 'closed by SL',
  'take-profit': 'closed by TP',
  liquidation: 'LIQUIDATED',
  canceled: 'canceled',
  filled: 'filled',
}

function ended(context: RenderContext, event: Extract<ActivityEvent, { kind: 'ended' }>): EventText {
  const { position, why, plSats, exitPriceUsd, id, order } = event
  const name = position === null ? endedOrderName(context, id, order) : nameOf(position)
  const result = plSats === null ? '' : ` ${signedAmount(context, plSats)} ${context.ui.unit}`
  const at = exitPriceUsd === null ? '' : ` @ ${formatNumber(exitPriceUsd, 1)}`
  return message(
    why === 'liquidation' ? '‼' : '',
    `${name} ${CLOSE_REASONS[why]}${at}${result}`,
    gainRole(plSats),
  )
}

function endedOrderName(context: RenderContext, id: string, order: EndedOrder | null): string {
  if (order === null) return shortIdOf(id, 'isolated')
  const short = order.mode === 'cross' ? 'cross' : shortIdOf(id, 'isolated')
  return `order ${short} ${orderText(order)} ${dollars(context, order.quantityUsd)} $`
}

function message(sign: EventText['sign'], text: string, role: Role = 'plain'): EventText {
  const signRole: Role = sign === '‼' ? 'critical' : sign === '!' ? 'warn' : role
  return { sign, line: [segment(text, signRole)] }
}
