import { formatNumber, formatPercent, formatSigned, formatSignedPercent, shortId } from '../domain/format.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { TotalsView, WhatIfRow, WhatIfView } from '../store/view.ts'
import type { SnapshotDocument } from '../wire/snapshot.ts'
import type { WhatIfDocument } from '../wire/what-if.ts'
import { cents, fraction } from './numbers.ts'
import { planHeadOf } from './plan-head.ts'
import { staleMark } from './row-lines.ts'
import { type TableColumn, tableLines } from './table.ts'

type PositionDocument = NonNullable<WhatIfDocument['positions']>[number]

/** Returns the document of `axisor whatif --json`. */
export function whatIfDocument(view: WhatIfView, snapshot: SnapshotDocument): WhatIfDocument {
  return {
    ...planHeadOf(snapshot),
    todayUsd: view.todayUsd,
    priceUsd: Math.round(view.priceUsd * 100) / 100,
    move: fraction(view.move) ?? 0,
    wantedDistance: view.wantedDistance,
    today: totalsDocument(view.today, snapshot.account.balanceSats),
    totals: totalsDocument(view.totals, view.freeSats),
    liquidatedPlSats: view.liquidatedPlSats,
    ordersOnWay: view.ordersOnWay,
    positions: snapshot.positions === null ? null : view.rows.map(positionDocument),
  }
}

function totalsDocument(totals: TotalsView, freeSats: number | null): WhatIfDocument['totals'] {
  const { equitySats, equityUnknownReason, marginSats, unrealizedPlSats, positionCount } = totals
  return {
    equitySats,
    equityUsd: cents(totals.equityUsd),
    equityUnknownReason,
    freeSats,
    marginSats,
    unrealizedPlSats,
    positionCount,
  }
}

function positionDocument({ row, liquidatedAs, addedMargin, ...rest }: WhatIfRow): PositionDocument {
  const { position, markPriceUsd, stale } = row
  const { id, mode, side, quantityUsd, entryPriceUsd, liquidationPriceUsd, otherMarket } = position
  const isUnknown = otherMarket !== null || liquidationPriceUsd === null
  return {
    id: sanitize(id),
    mode,
    side,
    quantityUsd,
    entryPriceUsd,
    markPriceUsd: cents(markPriceUsd),
    plSats: rest.plSats,
    liquidationPriceUsd,
    liquidationDistance: fraction(row.liquidationDistance),
    liquidated: isUnknown ? null : liquidatedAs !== null,
    liquidationOrder: liquidatedAs,
    marginLeftSats: rest.marginLeftSats,
    reachedLevel: rest.reachedLevel,
    marginToAddSats: addedMargin.sats,
    marginToAddUnknownReason: addedMargin.unknownReason,
    unknownReason: rest.unknownReason,
    stale,
  }
}

/** What becomes of a position: `LIQ 1`, with the stop that is reached before. */
function fateText({ liquidated, liquidationOrder, reachedLevel }: PositionDocument): string {
  const stop = reachedLevel === null ? '' : reachedLevel === 'stop-loss' ? 'SL' : 'TP'
  if (liquidated === null) return '···'
  if (!liquidated) return stop === '' ? 'open' : `past ${stop}`
  return `LIQ ${liquidationOrder}${stop === '' ? '' : ` after ${stop}`}`
}

function distanceText({ liquidated, liquidationDistance }: PositionDocument): string {
  if (liquidated === true) return '0.00'
  return formatNumber(liquidationDistance === null ? null : liquidationDistance * 100, 2)
}

function columnsFor(wanted: number): readonly TableColumn<PositionDocument>[] {
  const number = (stale: boolean, text: string): string => staleMark(stale) + text
  return [
    { title: 'THEN', align: 'left', cell: fateText },
    { title: 'MODE', align: 'left', cell: row => (row.mode === 'cross' ? 'X' : 'iso') },
    { title: 'SIDE', align: 'left', cell: row => row.side.toUpperCase() },
    { title: 'QTY $', align: 'right', cell: row => formatNumber(row.quantityUsd) },
    { title: 'P&L sat', align: 'right', cell: row => number(row.stale, formatSigned(row.plSats)) },
    { title: 'LIQ', align: 'right', cell: row => formatNumber(row.liquidationPriceUsd, 1) },
    { title: 'DIST%', align: 'right', cell: row => number(row.stale, distanceText(row)) },
    {
      title: `ADD FOR ${formatPercent(wanted)}`,
      align: 'right',
      cell: row => number(row.stale, formatNumber(row.marginToAddSats)),
    },
    {
      title: 'MARGIN LEFT',
      align: 'right',
      cell: row => number(row.stale, formatNumber(row.marginLeftSats)),
    },
    { title: 'ID', align: 'left', cell: row => shortId(row.id, row.mode) },
  ]
}

/** The text of `axisor whatif`, at most `width` columns unless a number is wider. */
export function whatIfLines(document: WhatIfDocument, width: number): readonly string[] {
  const { todayUsd, priceUsd, move, wantedDistance, stale, positions } = document
  const m = staleMark(stale)
  const title = `WHAT IF  ${m}${formatNumber(priceUsd, 1)}, ${formatSignedPercent(move)}% from ${m}${formatNumber(todayUsd, 1)}`
  const rows = positions ?? []
  return [
    title,
    ...totalLines(document),
    '',
    positions === null
      ? 'POSITIONS not known'
      : `POSITIONS ${rows.length}${document.totals.positionCount === null ? ', incomplete' : ''}`,
    ...(rows.length === 0 ? [] : tableLines(columnsFor(wantedDistance), rows, width)),
    ...rows.flatMap(reasonLines),
    '',
    ...ordersText(document),
    'Stops, orders, funding and slippage are left out. axisor only reads: no order is placed.',
  ]
}

function ordersText({ ordersOnWay }: WhatIfDocument): readonly string[] {
  if (ordersOnWay === 0) return []
  if (ordersOnWay === null) return ['Orders that would fill on the way are not known.']
  return [`${ordersOnWay} ${ordersOnWay === 1 ? 'order' : 'orders'} would fill on the way.`]
}

function totalLines({ today, totals, liquidatedPlSats, stale }: WhatIfDocument): readonly string[] {
  const m = staleMark(stale)
  const change =
    today.equitySats === null || totals.equitySats === null
      ? ''
      : ` (${m}${formatSigned(totals.equitySats - today.equitySats)})`
  const lost = liquidatedPlSats === 0 ? '' : `  liquidated ${m}${formatSigned(liquidatedPlSats)}`
  return [
    totals.equityUnknownReason === null
      ? `EQUITY   ${m}${formatNumber(totals.equitySats)} sat${change}`
      : `EQUITY   not known: ${totals.equityUnknownReason}`,
    `         free ${m}${formatNumber(totals.freeSats)}  margin ${m}${formatNumber(totals.marginSats)}`,
    `P&L      ${m}${formatSigned(totals.unrealizedPlSats)} sat unrealized${lost}`,
  ]
}

/** Why values of a position are unknown. */
function reasonLines(row: PositionDocument): readonly string[] {
  const name = `${shortId(row.id, row.mode)} ${row.side.toUpperCase()}`
  const reasons = new Set([row.unknownReason, row.marginToAddUnknownReason].filter(each => each !== null))
  return [...reasons].map(reason => `${name}: ${reason}`)
}
