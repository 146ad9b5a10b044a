import { formatAge, formatNumber } from '../domain/format.ts'
import type { Position } from '../domain/position.ts'
import { RISK_BANDS, type Risk, riskOf, severityOf } from '../domain/risk.ts'
import type { UnreadPosition } from '../store/selectors/parts.ts'
import type { PositionRow } from '../store/view.ts'

/** An alert about one position or about the API key. `since` is our clock, ms since 1970. */
export interface Alert {
  /**
   * `unreadable-position`: the exchange lists a position whose row can't be read, so that its risk is unknown. `key`: the API key is
   * refused although it worked before, or may do more than before.
   */
  readonly kind: 'liquidation' | 'unreadable-position' | 'key'
  readonly level: Risk
  /** Null for the key, and if the id of an unreadable position can't be read either. */
  readonly positionId: string | null
  readonly since: number
  /** One sentence with position, distance and level, without the time. */
  readonly message: string
}

/** What the alerts are computed from. */
export interface RiskInput {
  /** Readable positions and the last known versions of unreadable ones. */
  readonly rows: readonly PositionRow[]
  readonly unreadable: readonly UnreadPosition[]
  /** What is wrong with the API key, or null. */
  readonly key: { readonly level: Risk; readonly message: string } | null
}

/** Current alert of each position above `ok`, by kind and position. */
export type RiskAlertState = ReadonlyMap<string, Alert>

/** The initial state. */
export const NO_RISK_ALERTS: RiskAlertState = new Map()

/** A band is left only beyond its bound by this fraction, so that a price at the bound raises one alert, not many. */
const HYSTERESIS = 0.1

/** A fill known from the stream only has no liquidation price until the next refresh, about 1 s later. No alert before this age. */
const FRESH_FILL_MS = 5_000

/**
 * Updates the alerts. A position rises to a worse band at once, over several bands if the price jumped. It falls back only beyond the
 * hysteresis. Without a fresh price nothing is evaluated and all alerts stay. An alert on an old row may get worse, but never better.
 * `raised` are new or worse alerts; `active` are all, worst first.
 */
export function updateRiskAlerts(
  previous: RiskAlertState,
  { rows, unreadable, key }: RiskInput,
  now: number,
): { readonly state: RiskAlertState; readonly raised: readonly Alert[]; readonly active: readonly Alert[] } {
  const next = new Map<string, Alert>()
  const raised: Alert[] = []
  const add = (key: string, alert: Omit<Alert, 'since'>): void => {
    const known = previous.get(key)
    const since = known !== undefined && known.level === alert.level ? known.since : now
    const dated = { ...alert, since }
    next.set(key, dated)
    if (severityOf(alert.level) > severityOf(known?.level ?? 'ok')) raised.push(dated)
  }
  for (const row of rows) {
    const { id } = row.position
    const known = previous.get(id)
    if (row.marketIsStale) {
      if (known !== undefined) next.set(id, known)
      continue
    }
    const level = levelOf(row, known?.level ?? 'ok')
    if (level !== 'ok') add(id, { kind: 'liquidation', level, positionId: id, message: messageOf(row) })
  }
  for (const [index, position] of unreadable.entries())
    add(`unreadable ${position.id ?? index}`, unreadableAlert(position))
  if (key !== null) add('key', { kind: 'key', positionId: null, ...key })
  const active = [...next.values()].sort((a, b) => severityOf(b.level) - severityOf(a.level))
  return { state: next, raised, active }
}

function unreadableAlert({ name, id, why }: UnreadPosition): Omit<Alert, 'since'> {
  const message = `${name} can't be read (${why}): its risk is unknown`
  return { kind: 'unreadable-position', level: 'critical', positionId: id, message }
}

function levelOf(row: PositionRow, previousLevel: Risk): Risk {
  const distance = row.liquidationDistance
  if (distance === null && isFreshFill(row)) return previousLevel
  const level = riskOf(distance)
  if (severityOf(level) >= severityOf(previousLevel)) return level
  if (row.isOld || distance === null) return previousLevel
  const bound = RISK_BANDS.find(band => band.risk === previousLevel)?.atMost ?? 0
  return distance <= bound * (1 + HYSTERESIS) ? previousLevel : level
}

function isFreshFill({ position, ageMs }: PositionRow): boolean {
  return position.mode === 'isolated' && position.maintenanceMarginSats === null && ageMs < FRESH_FILL_MS
}

function messageOf(row: PositionRow): string {
  const { position, liquidationDistance } = row
  const age = row.isOld ? ` (position data ${formatAge(row.ageMs)} old)` : ''
  const name = `${nameOf(position)}${age}`
  if (liquidationDistance === null) return `${name} has no known distance to liquidation`
  const percent = Math.abs(liquidationDistance * 100).toFixed(2)
  const distanceText =
    liquidationDistance < 0
      ? `${percent} percent beyond its liquidation price`
      : `${percent} percent from liquidation`
  return `${name} is ${distanceText} at ${formatNumber(position.liquidationPriceUsd, 1)}`
}

function nameOf({ mode, side, quantityUsd }: Position): string {
  return `${mode} ${side} ${formatNumber(quantityUsd)} USD`
}
