import { formatNumber } from '../domain/format.ts'
import type { Position } from '../domain/position.ts'
import { RISK_BANDS, type Risk, riskOf, severityOf } from '../domain/risk.ts'
import type { PositionRow } from '../store/view.ts'

/** An alert about one position. `since` is our clock, ms since 1970. */
export interface Alert {
  readonly kind: 'liquidation'
  readonly level: Risk
  readonly positionId: string
  readonly since: number
  /** One sentence with position, distance and level, without the time. */
  readonly message: string
}

/** Current alert of each position above `ok`, by position id. */
export type RiskAlertState = ReadonlyMap<string, Alert>

/** The initial state. */
export const NO_RISK_ALERTS: RiskAlertState = new Map()

/** A band is left only beyond its bound by this fraction, so that a price at the bound raises one alert, not many. */
const HYSTERESIS = 0.1

/** A fill known from the stream only has no liquidation price until the next refresh, about 1 s later. No alert before this age. */
const FRESH_FILL_MS = 5_000

/**
 * Updates the alerts. A position rises to a worse band at once, over several bands if the price jumped. It falls back only beyond the
 * hysteresis. Stale rows are not evaluated and keep their alert. `raised` are new or worse alerts; `active` are all, worst first.
 */
export function updateRiskAlerts(
  previous: RiskAlertState,
  rows: readonly PositionRow[],
  now: number,
): { readonly state: RiskAlertState; readonly raised: readonly Alert[]; readonly active: readonly Alert[] } {
  const next = new Map<string, Alert>()
  const raised: Alert[] = []
  for (const row of rows) {
    const { id } = row.position
    const previousAlert = previous.get(id)
    if (row.stale) {
      if (previousAlert !== undefined) next.set(id, previousAlert)
      continue
    }
    const level = levelOf(row, previousAlert?.level ?? 'ok')
    if (level === 'ok') continue
    const since = previousAlert !== undefined && previousAlert.level === level ? previousAlert.since : now
    const alert: Alert = { kind: 'liquidation', level, positionId: id, since, message: messageOf(row) }
    next.set(id, alert)
    if (severityOf(level) > severityOf(previousAlert?.level ?? 'ok')) raised.push(alert)
  }
  const active = [...next.values()].sort((a, b) => severityOf(b.level) - severityOf(a.level))
  return { state: next, raised, active }
}

function levelOf(row: PositionRow, previousLevel: Risk): Risk {
  const distance = row.liquidationDistance
  if (distance === null && isFreshFill(row)) return previousLevel
  const level = riskOf(distance)
  if (severityOf(level) >= severityOf(previousLevel) || distance === null) return level
  const bound = RISK_BANDS.find(band => band.risk === previousLevel)?.atMost ?? 0
  return distance <= bound * (1 + HYSTERESIS) ? previousLevel : level
}

function isFreshFill({ position, ageMs }: PositionRow): boolean {
  return position.mode === 'isolated' && position.maintenanceMarginSats === null && ageMs < FRESH_FILL_MS
}

function messageOf(row: PositionRow): string {
  const { position, liquidationDistance } = row
  const name = nameOf(position)
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
