import type { PositionDocument, SnapshotDocument } from '../wire/snapshot.ts'

type Labels = Readonly<Record<string, string>>

interface Sample {
  readonly labels: Labels
  /** Null: not known, and then left out; a 0 would look like a fact. */
  readonly value: number | null
}

interface Metric {
  readonly name: string
  readonly help: string
  readonly samples: readonly Sample[]
}

const SEVERITY = { ok: 0, watch: 1, warn: 2, critical: 3 } as const

/** Backslash, quote and line break are what the text format escapes. */
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

/** When the data was good, by our clock; null before there was any. */
function dataAt(asOf: string, ageMs: number | null): number | null {
  return ageMs === null ? null : (Date.parse(asOf) - ageMs) / 1000
}

/** Name, help and value of everything of which there is one. */
function singles(document: SnapshotDocument): readonly (readonly [string, string, number | null])[] {
  const { source, market, account, totals, key, orders } = document
  return [
    ['snapshot_timestamp_seconds', 'When this was written', seconds(document.asOf)],
    ['source_stale', '1 when the data is too old to act on', source.stale ? 1 : 0],
    ['source_data_timestamp_seconds', 'When the data was good', dataAt(document.asOf, source.ageMs)],
    ['source_reconnects', 'How often the link has come back', source.reconnects],
    [
      'key_can_write',
      '1 when the API key may do more than read',
      key.canWrite === null ? null : Number(key.canWrite),
    ],
    ['market_last_price_usd', 'Last price of a bitcoin', market.lastPriceUsd],
    ['market_index_usd', 'Index', market.indexUsd],
    ['market_bid_usd', 'Bid of the smallest size', market.bidUsd],
    ['market_ask_usd', 'Ask of the smallest size', market.askUsd],
    ['market_funding_rate_ratio', 'Rate of the next funding; positive: longs pay', market.fundingRate],
    ['market_next_funding_timestamp_seconds', 'When the next funding is', seconds(market.nextFundingAt)],
    ['account_balance_sats', 'Free balance', account.balanceSats],
    ['account_synthetic_usd', 'Synthetic dollars', account.syntheticUsdBalance],
    ['equity_sats', 'Worth of the account at closing prices', totals.equitySats],
    ['equity_usd', 'The same in dollars', totals.equityUsd],
    ['margin_sats', 'Margin of everything', totals.marginSats],
    ['unrealized_pl_sats', 'Unrealized profit and loss', totals.unrealizedPlSats],
    ['net_exposure_usd', 'Longs less shorts', totals.netExposureUsd],
    ['positions', 'Open positions', totals.positionCount],
    ['orders', 'Orders that wait', orders === null ? null : orders.length],
    [
      'worst_liquidation_distance_ratio',
      'Smallest distance to liquidation over the mark; negative: beyond it',
      totals.worstLiquidationDistance,
    ],
  ]
}

/** What every position says of itself. */
const OF_POSITION: readonly (readonly [string, string, (row: PositionDocument) => number | null])[] = [
  ['position_quantity_usd', 'Size', row => row.quantityUsd],
  ['position_entry_price_usd', 'Entry price', row => row.entryPriceUsd],
  ['position_mark_price_usd', 'Where it would be closed now', row => row.markPriceUsd],
  ['position_margin_sats', 'Margin', row => row.marginSats],
  ['position_leverage_ratio', 'Leverage', row => row.leverage],
  ['position_liquidation_price_usd', 'Liquidation price', row => row.liquidationPriceUsd],
  [
    'position_liquidation_distance_ratio',
    'Distance to liquidation over the mark; negative: beyond it',
    row => row.liquidationDistance,
  ],
  ['position_unrealized_pl_sats', 'Unrealized profit and loss', row => row.unrealizedPlSats],
  ['position_stop_loss_usd', 'Stop-loss; absent: none', row => row.stopLossUsd],
  ['position_risk', '0 ok, 1 watch, 2 warn, 3 critical', row => SEVERITY[row.risk]],
  ['position_stale', '1 when what is known of it is too old', row => (row.stale ? 1 : 0)],
]

/**
 * The document in Prometheus' text format. Every sample carries `origin` (`simulated` numbers are worth nothing) and `network`;
 * what is not known is left out.
 */
export function prometheusText(document: SnapshotDocument): string {
  const labels: Labels = {
    origin: document.origin ?? 'unknown',
    network: document.network ?? 'unknown',
  }
  const metrics: Metric[] = singles(document).map(([name, help, value]) => ({
    name,
    help,
    samples: [{ labels, value }],
  }))
  metrics.push({
    name: 'source_state',
    help: 'How the data comes in: 1 for the present state',
    samples: [{ labels: { ...labels, state: document.source.state }, value: 1 }],
  })
  const hops = document.source.upstream ?? []
  metrics.push({
    name: 'source_upstream_live',
    help: 'Links from the relay to the exchange, nearest first: 1 while one stands',
    samples: hops.map(({ kind, link }, index) => ({
      labels: { ...labels, hop: String(index + 1), kind },
      value: link === 'live' ? 1 : 0,
    })),
  })
  for (const [name, help, read] of OF_POSITION) {
    const samples = (document.positions ?? []).map(row => ({
      labels: { ...labels, id: row.id, mode: row.mode, side: row.side },
      value: read(row),
    }))
    metrics.push({ name, help, samples })
  }
  return metrics.map(metricText).join('')
}
