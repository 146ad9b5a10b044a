import { PART_NAMES } from '../domain/parts.ts'
import type { PartDocument, PositionDocument, SnapshotDocument } from '../wire/snapshot.ts'

type Labels = Readonly<Record<string, string>>

interface Sample {
  readonly labels: Labels
  /** Null if unknown: the sample is then omitted, as 0 would look like a measurement. */
  readonly value: number | null
}

interface Metric {
  readonly name: string
  readonly help: string
  readonly samples: readonly Sample[]
}

const SEVERITY = { ok: 0, watch: 1, warn: 2, critical: 3 } as const

/** Formats labels. The text format requires escapes for backslash, quote and line feed. */
function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => {
    const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    return `${name}="${escaped}"`
  })
  return `{${pairs.join(',')}}`
}

function metricText({ name, help, samples }: Metric): string {
  const lines = samples.flatMap(({ labels, value }) =>
    value === null ? [] : [`axisor_${name}${labelText(labels)} ${value}`],
  )
  if (lines.length === 0) return ''
  return `# HELP axisor_${name} ${help}\n# TYPE axisor_${name} gauge\n${lines.join('\n')}\n`
}

function seconds(isoTime: string | null): number | null {
  return isoTime === null ? null : Date.parse(isoTime) / 1000
}

/** Returns the time of the data on the local clock, in seconds since 1970; null if there is no data. */
function dataAt(asOf: string, ageMs: number | null): number | null {
  return ageMs === null ? null : (Date.parse(asOf) - ageMs) / 1000
}

/** The number of orders; null while a part of them was never read. */
function orderCount({ orders, parts }: SnapshotDocument): number | null {
  const isUnread = parts.isolatedOrders.ageMs === null || parts.crossOrders.ageMs === null
  return orders === null || isUnread ? null : orders.length
}

/** Returns name, help and value of the metrics with one sample. */
function singleMetrics(document: SnapshotDocument): readonly (readonly [string, string, number | null])[] {
  const { source, market, account, totals, key } = document
  return [
    ['snapshot_timestamp_seconds', 'Time of this snapshot', seconds(document.asOf)],
    ['source_stale', '1 if the data is too old to act on', source.stale ? 1 : 0],
    ['source_data_timestamp_seconds', 'Time of the data', dataAt(document.asOf, source.ageMs)],
    ['source_reconnects', 'Number of reconnects', source.reconnects],
    [
      'key_can_write',
      '1 if the API key may do more than read',
      key.canWrite === null ? null : Number(key.canWrite),
    ],
    ['key_refused', '1 while the exchange refuses the API key', source.keyRefusal === null ? 0 : 1],
    ['market_last_price_usd', 'Last price of one bitcoin', market.lastPriceUsd],
    ['market_index_usd', 'Index price', market.indexUsd],
    ['market_bid_usd', 'Bid for the smallest size', market.bidUsd],
    ['market_ask_usd', 'Ask for the smallest size', market.askUsd],
    ['market_funding_rate_ratio', 'Next funding rate; positive if longs pay', market.fundingRate],
    ['market_next_funding_timestamp_seconds', 'Time of the next funding', seconds(market.nextFundingAt)],
    ['account_balance_sats', 'Free balance', account.balanceSats],
    ['account_synthetic_usd', 'Synthetic USD balance', account.syntheticUsdBalance],
    ['equity_sats', 'Equity at closing prices', totals.equitySats],
    ['equity_usd', 'Equity in USD at the index price', totals.equityUsd],
    ['margin_sats', 'Margin of isolated trades and of the cross margin account', totals.marginSats],
    ['unrealized_pl_sats', 'Unrealized profit and loss', totals.unrealizedPlSats],
    [
      'realized_24h_net_sats',
      'Realized profit and loss of the last 24 hours, net of fees and funding',
      totals.realized24hNetSats,
    ],
    ['fees_24h_sats', 'Trading fees of the last 24 hours; negative if paid', totals.fees24hSats],
    ['funding_24h_sats', 'Funding of the last 24 hours; negative if paid', totals.funding24hSats],
    ['net_exposure_usd', 'Long minus short quantity', totals.netExposureUsd],
    ['positions', 'Open positions', totals.positionCount],
    ['orders', 'Open orders', orderCount(document)],
    [
      'worst_liquidation_distance_ratio',
      'Smallest liquidation distance as a fraction of the mark price; negative beyond the liquidation price',
      totals.worstLiquidationDistance,
    ],
  ]
}

/** Name, help and value of the metrics of each position. */
const POSITION_METRICS: readonly (readonly [string, string, (row: PositionDocument) => number | null])[] = [
  ['position_quantity_usd', 'Quantity', row => row.quantityUsd],
  ['position_entry_price_usd', 'Entry price', row => row.entryPriceUsd],
  ['position_mark_price_usd', 'Price at which the position would be closed now', row => row.markPriceUsd],
  ['position_margin_sats', 'Margin', row => row.marginSats],
  ['position_leverage_ratio', 'Leverage', row => row.leverage],
  ['position_liquidation_price_usd', 'Liquidation price', row => row.liquidationPriceUsd],
  [
    'position_liquidation_distance_ratio',
    'Liquidation distance as a fraction of the mark price; negative beyond the liquidation price',
    row => row.liquidationDistance,
  ],
  ['position_unrealized_pl_sats', 'Unrealized profit and loss', row => row.unrealizedPlSats],
  [
    'position_stop_loss_usd',
    'Stop-loss price, of a trailing stop its current level; absent if none is set or the level is unknown',
    row => row.stopLossUsd,
  ],
  [
    'position_stop_loss_trailing_ratio',
    'Distance of a trailing stop as a fraction of the price; absent if the stop-loss does not trail',
    row => row.stopLossTrailingDistance,
  ],
  ['position_risk', 'Liquidation risk: 0 ok, 1 watch, 2 warn, 3 critical', row => SEVERITY[row.risk]],
  ['position_stale', '1 if the data of the position is too old to act on', row => (row.stale ? 1 : 0)],
]

/** The market of a position that is not valued. */
function marketLabel({ otherMarket }: PositionDocument): Labels {
  return otherMarket === null ? {} : { market: otherMarket }
}

/** Name, help and value of the metrics of each part. */
const PART_METRICS: readonly (readonly [string, string, (part: PartDocument) => number | null])[] = [
  [
    'part_age_seconds',
    'Age of the data of the part; absent if it was never read',
    ({ ageMs }) => (ageMs === null ? null : ageMs / 1000),
  ],
  [
    'part_unreadable_rows',
    'Rows that are left out because they are unreadable',
    ({ ageMs, unreadable }) => (ageMs === null ? null : unreadable.length),
  ],
  [
    'part_faults',
    'Fields that were converted or read as unknown, and rows without effect',
    ({ ageMs, faults }) => (ageMs === null ? null : faults.length),
  ],
  [
    'part_since_timestamp_seconds',
    'Since when the part is not live; absent if live',
    ({ since }) => seconds(since),
  ],
]

function partMetrics({ parts }: SnapshotDocument, labels: Labels): readonly Metric[] {
  const states = PART_NAMES.map(part => ({ labels: { ...labels, part, state: parts[part].state }, value: 1 }))
  const help = 'State of the part of the data; 1 for the current state'
  return [
    { name: 'part_state', help, samples: states },
    ...PART_METRICS.map(([name, partHelp, read]) => ({
      name,
      help: partHelp,
      samples: PART_NAMES.map(part => ({ labels: { ...labels, part }, value: read(parts[part]) })),
    })),
  ]
}

/**
 * Returns the document in the Prometheus text format. Every sample is labeled with `origin` (`simulated` is not real money) and
 * `network`. Unknown values are omitted.
 */
export function prometheusText(document: SnapshotDocument): string {
  const labels: Labels = {
    origin: document.origin ?? 'unknown',
    network: document.network ?? 'unknown',
  }
  const metrics: Metric[] = singleMetrics(document).map(([name, help, value]) => ({
    name,
    help,
    samples: [{ labels, value }],
  }))
  metrics.push({
    name: 'source_state',
    help: 'State of the connection; 1 for the current state',
    samples: [{ labels: { ...labels, state: document.source.state }, value: 1 }],
  })
  const hops = document.source.upstream ?? []
  metrics.push({
    name: 'source_upstream_live',
    help: 'Connections from the relay to the exchange, nearest first; 1 if live',
    samples: hops.map(({ kind, link }, index) => ({
      labels: { ...labels, hop: String(index + 1), kind },
      value: link === 'live' ? 1 : 0,
    })),
  })
  metrics.push(...partMetrics(document, labels))
  for (const [name, help, read] of POSITION_METRICS) {
    const samples = (document.positions ?? []).map(row => ({
      labels: { ...labels, id: row.id, mode: row.mode, side: row.side, ...marketLabel(row) },
      value: read(row),
    }))
    metrics.push({ name, help, samples })
  }
  return metrics.map(metricText).join('')
}
