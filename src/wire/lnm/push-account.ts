import { entryOf } from '../../domain/entry.ts'
import { UNKNOWN_POSITION } from '../../domain/position.ts'
import type { CloseReason } from '../../domain/snapshot.ts'
import { type Decoded, invalid } from '../decoded.ts'
import { idField, wordField } from '../foreign-text.ts'
import { decodeObject, decodeRow, optional, type RowOf, type RowSpec, required } from '../rows.ts'
import { lazy } from '../validate.ts'
import {
  buySellField,
  levelUnlessZero,
  leverageField,
  marginField,
  msTime,
  priceField,
  quantityField,
  satsField,
} from './fields.ts'
import { otherMarketOf } from './instrument.ts'
import { decodeCross } from './rest-cross.ts'
import { type StreamMessage, streamMessage } from './stream-message.ts'

/** The trade of a message, whose fields depend on the event. */
interface TradeMessage {
  readonly where: string
  readonly trade: unknown
}

/** Decodes the trade of a message. */
function decodeTrade<S extends RowSpec>(
  { where, trade }: TradeMessage,
  spec: S,
  build: (row: RowOf<S>, faults: StreamMessage['faults'], raw: object) => Decoded<StreamMessage>,
): Decoded<StreamMessage> {
  const decoded = decodeRow(spec, trade)
  if (!decoded.ok) return invalid(where, `trade.${decoded.fault.field} ${decoded.fault.problem}`)
  return build(decoded.row, decoded.faults, trade as object)
}

const openSpec = lazy(() => ({
  id: required(idField),
  side: required(buySellField),
  quantity: required(quantityField),
  price: required(priceField),
  leverage: optional(leverageField),
  createdAt: optional(msTime),
}))

function decodeOpened(message: TradeMessage): Decoded<StreamMessage> {
  return decodeTrade(message, openSpec(), (row, faults, raw) => {
    const { id, side, quantity, price, leverage, createdAt } = row
    // The reserved amount includes the maintenance margin, which this message lacks: null until the next read.
    return streamMessage(
      {
        kind: 'order-opened',
        order: {
          id,
          mode: 'isolated',
          side,
          type: 'limit',
          quantityUsd: quantity,
          priceUsd: price,
          leverage,
          reservedSats: null,
          createdAt,
          otherMarket: otherMarketOf(raw),
        },
      },
      createdAt,
      faults,
    )
  })
}

const filledSpec = lazy(() => ({
  id: required(idField),
  type: optional(wordField),
  side: required(buySellField),
  quantity: required(quantityField),
  leverage: optional(leverageField),
  price: optional(priceField),
  margin: optional(marginField),
  openingFee: optional(satsField),
  createdAt: optional(msTime),
}))

function decodeFilled(message: TradeMessage): Decoded<StreamMessage> {
  return decodeTrade(message, filledSpec(), (trade, faults, raw) => {
    // A market order fills when it is created. For a limit order, the message has the time of placement only.
    const openedAt = trade.type === 'market' ? trade.createdAt : null
    return streamMessage(
      {
        kind: 'trade-filled',
        position: {
          id: trade.id,
          mode: 'isolated',
          side: trade.side,
          quantityUsd: trade.quantity,
          ...UNKNOWN_POSITION,
          ...entryOf({ priceUsd: trade.price, entryPriceUsd: null }),
          marginSats: trade.margin,
          leverage: trade.leverage,
          openingFeeSats: trade.openingFee,
          openedAt,
          otherMarket: otherMarketOf(raw),
        },
      },
      openedAt,
      faults,
    )
  })
}

const endedSpec = lazy(() => ({
  id: required(idField),
  closedAt: optional(msTime),
  closingFee: optional(satsField),
  pl: optional(satsField),
  exitPrice: optional(priceField),
}))

function decodeEnded(message: TradeMessage, why: CloseReason): Decoded<StreamMessage> {
  return decodeTrade(message, endedSpec(), ({ id, closedAt, closingFee, pl, exitPrice }, faults) =>
    streamMessage(
      {
        kind: 'trade-ended',
        id,
        why,
        plSats: pl,
        exitPriceUsd: exitPrice,
        closingFeeSats: closingFee,
        endedAt: closedAt,
      },
      closedAt,
      faults,
    ),
  )
}

const fundedSpec = lazy(() => ({
  id: required(idField),
  margin: optional(marginField),
  liquidationPrice: optional(levelUnlessZero),
  fundingFee: optional(satsField),
  fundedAt: optional(msTime),
}))

function decodeFunded(message: TradeMessage): Decoded<StreamMessage> {
  return decodeTrade(message, fundedSpec(), (row, faults) =>
    streamMessage(
      {
        kind: 'trade-funded',
        id: row.id,
        marginSats: row.margin,
        liquidationPriceUsd: row.liquidationPrice,
        feeSats: row.fundingFee,
        fundedAt: row.fundedAt,
      },
      row.fundedAt,
      faults,
    ),
  )
}

const CLOSE_REASONS: Readonly<Record<string, CloseReason>> = {
  closed: 'closed',
  stoploss: 'stop-loss',
  takeprofit: 'take-profit',
  liquidation: 'liquidation',
  canceled: 'canceled',
}

const eventSpec = lazy(() => ({ event: required(wordField) }))

/** Decodes `isolated/trades`. Messages are partial: missing values are null until the next read. */
export function decodeTradeMessage(data: unknown, where: string): Decoded<StreamMessage> {
  const head = decodeRow(eventSpec(), data)
  if (!head.ok) return invalid(where, `${head.fault.field} ${head.fault.problem}`)
  const { event } = head.row
  const message: TradeMessage = { where, trade: Reflect.get(data as object, 'trade') }
  if (event === 'open') return decodeOpened(message)
  if (event === 'filled') return decodeFilled(message)
  if (event === 'funding') return decodeFunded(message)
  const why = Object.hasOwn(CLOSE_REASONS, event) ? CLOSE_REASONS[event] : undefined
  return why === undefined ? invalid(where, 'event has an unknown value') : decodeEnded(message, why)
}

/** Decodes `cross/position`: the whole position without its id. */
export function decodeCrossPositionMessage(data: unknown, where: string): Decoded<StreamMessage> {
  const head = decodeRow(eventSpec(), data)
  if (!head.ok) return invalid(where, `${head.fault.field} ${head.fault.problem}`)
  const cross = decodeCross(Reflect.get(data as object, 'position'), where, msTime)
  if (!cross.ok) return cross
  const { value, faults } = cross.value
  return streamMessage(
    { kind: 'cross-position', event: head.row.event, cross: value },
    value.updatedAt,
    faults,
  )
}

const walletSpec = lazy(() => ({
  id: required(idField),
  amount: required(satsField),
  balance: optional(satsField),
  status: required(wordField),
}))

/** Decodes `wallet/deposit` and `wallet/withdrawal`. */
export function decodeWalletMessage(
  data: unknown,
  where: string,
  direction: 'deposit' | 'withdrawal',
): Decoded<StreamMessage> {
  const row = decodeObject(data, where, walletSpec(), value => value)
  if (!row.ok) return row
  const { id, amount, balance, status } = row.value.value
  return streamMessage(
    { kind: 'wallet', direction, id, amountSats: amount, balanceSats: balance, status },
    null,
    row.value.faults,
  )
}
