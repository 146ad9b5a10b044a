import { formatNumber } from '../domain/format.ts'
import type { Position } from '../domain/position.ts'
import { RISK_BANDS, type Risk, riskOf, severityOf } from '../domain/risk.ts'
import type { PositionRow } from '../store/view.ts'

/** What a trader must be told about one position. `since` is our clock. */
export interface Alert {
  readonly kind: 'liquidation'
  readonly level: Risk
  readonly positionId: string
  readonly since: number
  /** One sentence with position, distance and level, without the time. */
  readonly message: string
}

/** What the watcher remembers of each position: its level, since when, and the alert that told it. */
export type RiskAlertState = ReadonlyMap<string, Alert>

/** Before anything was watched. */
export const NO_RISK_ALERTS: RiskAlertState = new Map()

/** A band is left only this much (a fraction of its bound) beyond it, so that a price on the edge tells once, not all day. */
const HYSTERESIS = 0.1

/** A fill that only the stream has told has no levels until the picture is read again, about a second later: no alarm yet. */
const FRESH_FILL_MS = 5_000

/**
 * Looks at all positions and says what has become worse. A position rises to a worse band at once, in one step however far the
 * price jumped; it falls back only when it is clearly out of the band. Rows that are stale are not evaluated: what was known of
 * them stays. `active` is every position above `ok`, worst first.
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
    const known = previous.get(id)
    if (row.stale) {
      if (known !== undefined) next.set(id, known)
      continue
    }
    const level = levelOf(row, known?.level ?? 'ok')
    if (level === 'ok') continue
    const since = known !== undefined && known.level === level ? known.since : now
    const alert: Alert = { kind: 'liquidation', level, positionId: id, since, message: messageOf(row) }
    next.set(id, alert)
    if (severityOf(level) > severityOf(known?.level ?? 'ok')) raised.push(alert)
  }
  const active = [...next.values()].sort((a, b) => severityOf(b.level) - severityOf(a.level))
  return { state: next, raised, active }
}

function levelOf(row: PositionRow, known: Risk): Risk {
  const distance = row.liquidationDistance
  if (distance === null && isFreshFill(row)) return known
  const level = riskOf(distance)
  if (severityOf(level) >= severityOf(known) || distance === null) return level
  const bound = RISK_BANDS.find(band => band.risk === known)?.atMost ?? 0
  return distance <= bound * (1 + HYSTERESIS) ? known : level
}

function isFreshFill({ position, ageMs }: PositionRow): boolean {
  return position.mode === 'isolated' && position.maintenanceMarginSats === null && ageMs < FRESH_FILL_MS
}

function messageOf(row: PositionRow): string {
  const { position, liquidationDistance } = row
  const name = nameOf(position)
  if (liquidationDistance === null) return `${name} has no known distance to liquidation`
  const percent = Math.abs(liquidationDistance * 100).toFixed(2)
  const where =
    liquidationDistance < 0
      ? `${percent} percent beyond its liquidation price`
      : `${percent} percent from liquidation`
  return `${name} is ${where} at ${formatNumber(position.liquidationPriceUsd, 1)}`
}

function nameOf({ mode, side, quantityUsd }: Position): string {
  return `${mode} ${side} ${formatNumber(quantityUsd)} USD`
}
