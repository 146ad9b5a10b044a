import { type Level, levelRank } from '../../domain/alerts/alert.ts'
import type { LiquidationRule } from '../../domain/alerts/rule.ts'
import { formatAge, formatNumber, formatPercent } from '../../domain/format.ts'
import type { UnreadPosition } from '../../store/selectors/parts.ts'
import type { PositionRow } from '../../store/view.ts'
import type { AlertInput, Finding, Outcome, PreviousLevel } from '../alert-input.ts'
import type { EngineState } from '../engine-state.ts'
import { subjectOf } from '../position-name.ts'

type Band = 'watch' | 'warn' | 'critical'

const BANDS: readonly Band[] = ['critical', 'warn', 'watch']

/** A band is left only beyond its bound by this fraction, so that a price at the bound raises one alert, not many. */
const HYSTERESIS = 0.1

/** A fill known from the stream only has no liquidation price until the next refresh, about 1 s later. No alert before this age. */
const FRESH_FILL_MS = 5_000

/**
 * Evaluates the distance of each position to its liquidation. A position enters a worse band at once and leaves it only beyond the
 * hysteresis. Without a fresh price nothing is evaluated. An old row may get worse, but never better. A position that can't be read is
 * critical, because its risk is unknown. The alert of a position out of sight stays until its end is known.
 */
export function evaluateLiquidation(
  rule: LiquidationRule,
  { positions, unread }: AlertInput,
  previousLevel: PreviousLevel,
  unseen: EngineState['open'],
): Outcome {
  const findings: Finding[] = []
  const held = unseen.map(({ position }) => position.id)
  const endings = new Map<string, string>()
  for (const row of positions) {
    const { id } = row.position
    if (row.marketIsStale) {
      held.push(id)
      continue
    }
    const previous = previousLevel(id)
    const band = bandOf(row, rule, previous)
    if (band !== null) findings.push(findingOf(row, rule, band))
    else if (previous !== null) endings.set(id, sentenceOf(row))
  }
  for (const [index, position] of unread.entries()) findings.push(unreadFinding(position, index))
  const endingOf = (key: string): string => endings.get(key) ?? 'the position is no longer open'
  return { findings, held, events: [], endingOf }
}

function unreadFinding({ name, id, why }: UnreadPosition, index: number): Finding {
  return {
    key: `unreadable ${id ?? index}`,
    kind: 'unreadable-position',
    level: 'critical',
    subject: name,
    positionId: id,
    message: `${name} can't be read (${why}): its risk is unknown`,
    remedy: 'Check it on the exchange',
  }
}

function findingOf(row: PositionRow, { bands }: LiquidationRule, band: Band): Finding {
  const { id } = row.position
  const bound = bands[band]
  return {
    key: id,
    kind: 'liquidation',
    level: band,
    subject: subjectOf(row.position),
    positionId: id,
    message: sentenceOf(row),
    remedy: `More margin or a smaller position, until it is more than ${formatPercent(bound * (1 + HYSTERESIS))} away`,
  }
}

/** Returns the band of a position, or null outside all of them. An unknown distance is `warn`: it must not look safe. */
function bandOf(row: PositionRow, { bands }: LiquidationRule, previousLevel: Level | null): Band | null {
  const distance = row.liquidationDistance
  const previous = BANDS.find(band => band === previousLevel) ?? null
  if (distance === null && isFreshFill(row)) return previous
  const band = distance === null ? 'warn' : (BANDS.find(each => distance <= bands[each]) ?? null)
  if (previous === null || rankOf(band) >= levelRank(previous)) return band
  if (row.isOld || distance === null) return previous
  return distance <= bands[previous] * (1 + HYSTERESIS) ? previous : band
}

function rankOf(band: Band | null): number {
  return band === null ? -1 : levelRank(band)
}

function isFreshFill({ position, ageMs }: PositionRow): boolean {
  return position.mode === 'isolated' && position.maintenanceMarginSats === null && ageMs < FRESH_FILL_MS
}

function sentenceOf(row: PositionRow): string {
  const { position, liquidationDistance } = row
  const age = row.isOld ? ` (position data ${formatAge(row.ageMs)} old)` : ''
  const name = `${subjectOf(position)}${age}`
  if (liquidationDistance === null) return `${name} has no known distance to liquidation`
  const percent = Math.abs(liquidationDistance * 100).toFixed(2)
  const distanceText =
    liquidationDistance < 0
      ? `${percent} percent beyond its liquidation price`
      : `${percent} percent from liquidation`
  return `${name} is ${distanceText} at ${formatNumber(position.liquidationPriceUsd, 1)}`
}
