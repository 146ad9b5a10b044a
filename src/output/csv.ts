import type {
  AccountDocument,
  MarketDocument,
  OrderDocument,
  PositionDocument,
  SnapshotDocument,
  TotalsDocument,
} from '../wire/snapshot.ts'
import { ORIGIN_FIELDS, originCells, toCsv } from './csv-text.ts'

const POSITION_FIELDS = [
  'stale',
  'id',
  'mode',
  'side',
  'quantityUsd',
  'entryPriceUsd',
  'markPriceUsd',
  'marginSats',
  'maintenanceMarginSats',
  'leverage',
  'liquidationPriceUsd',
  'liquidationDistance',
  'liquidationDistanceUsd',
  'unrealizedPlSats',
  'unrealizedPlUsd',
  'exchangePlSats',
  'returnOnMargin',
  'stopLossUsd',
  'takeProfitUsd',
  'fundingPaidSats',
  'openingFeeSats',
  'risk',
  'warnings',
  'openedAt',
  'ageMs',
  'otherMarket',
  'entrySource',
  'maintenanceMarginBasis',
  'stopLossTrailingDistance',
  'cashInMarginSats',
  'cashInPlSats',
] as const satisfies readonly (keyof PositionDocument)[]

/** Returns one row per open position. */
export function positionsCsv(document: SnapshotDocument): string {
  const rows = document.positions ?? []
  return toCsv(
    [...ORIGIN_FIELDS, ...POSITION_FIELDS],
    rows.map(row => [...originCells(document), ...POSITION_FIELDS.map(field => row[field])]),
  )
}

const ORDER_FIELDS = [
  'id',
  'mode',
  'side',
  'type',
  'quantityUsd',
  'priceUsd',
  'distanceFromMark',
  'createdAt',
  'otherMarket',
] as const satisfies readonly (keyof OrderDocument)[]

/** Returns one row per open order. */
export function ordersCsv(document: SnapshotDocument): string {
  const rows = document.orders ?? []
  return toCsv(
    [...ORIGIN_FIELDS, 'stale', ...ORDER_FIELDS],
    rows.map(row => [
      ...originCells(document),
      document.source.stale,
      ...ORDER_FIELDS.map(field => row[field]),
    ]),
  )
}

const MARKET_FIELDS = [
  'stale',
  'lastPriceUsd',
  'indexUsd',
  'bidUsd',
  'askUsd',
  'fundingRate',
  'nextFundingAt',
  'ageMs',
] as const satisfies readonly (keyof MarketDocument)[]

/** Returns one row with prices and funding. */
export function marketCsv(document: SnapshotDocument): string {
  const cells = MARKET_FIELDS.map(field => document.market[field])
  return toCsv([...ORIGIN_FIELDS, ...MARKET_FIELDS], [[...originCells(document), ...cells]])
}

const ACCOUNT_FIELDS = [
  'stale',
  'username',
  'balanceSats',
  'syntheticUsdBalance',
  'feeTier',
  'ageMs',
] as const satisfies readonly (keyof AccountDocument)[]

const TOTALS_FIELDS = [
  'equitySats',
  'equityUsd',
  'marginSats',
  'unrealizedPlSats',
  'unrealizedPlUsd',
  'netExposureUsd',
  'positionCount',
  'worstLiquidationDistance',
  'realized24hNetSats',
  'realized24hGrossSats',
  'realized24hUnknownReason',
  'fees24hSats',
  'funding24hSats',
  'equityUnknownReason',
] as const satisfies readonly (keyof TotalsDocument)[]

/** Returns one row with account and totals. */
export function accountCsv(document: SnapshotDocument): string {
  const { account, totals } = document
  const cells = [...ACCOUNT_FIELDS.map(field => account[field]), ...TOTALS_FIELDS.map(field => totals[field])]
  return toCsv(
    [...ORIGIN_FIELDS, ...ACCOUNT_FIELDS, ...TOTALS_FIELDS],
    [[...originCells(document), ...cells]],
  )
}
