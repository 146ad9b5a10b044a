import { type Level, levelRank } from '../../domain/alerts/alert.ts'
import type { LiquidationRule } from '../../domain/alerts/rule.ts'
import { formatAge, formatNumber, formatPercent } from '../../domain/format.ts'
import { CROSS_ID } from '../../domain/position.ts'
import type { UnreadPosition } from '../../store/selectors/parts.ts'
import type { PositionRow } from '../../store/view.ts'
import {
  type AlertInput,
  type Finding,
  NOTHING_FOUND,
  type Outcome,
  type PreviousLevel,
} from '../alert-input.ts'
import type { Evaluation } from '../evaluation.ts'
import { positionKey, subjectOf } from '../position-name.ts'

type Band = 'watch' | 'warn' | 'critical'

const BANDS: readonly Band[] = ['critical', 'warn', 'watch']

/** A band is left only beyond its bound by this fraction, so that a price at the bound raises one alert, not many. */
const HYSTERESIS = 0.1

/** A fill known from the stream only has no liquidation price until the next refresh, under load some seconds later. No alert before this age. */
const FRESH_FILL_MS = 15_000

/**
 * Evaluates the distance of each position to its liquidation. A position enters a worse band at once and leaves it only beyond the
 * hysteresis. Without a fresh price nothing is evaluated. An old row may get worse, but never better. A position that can't be read is
 * critical, because its risk is unknown. The alert of a missing position stays until its end is known.
 */
export function evaluateLiquidation(
  rule: LiquidationRule,
  input: AlertInput,
  previousLevel: PreviousLevel,
  { absent, isQuiet }: Pick<Evaluation, 'absent' | 'isQuiet'>,
): Outcome {
  const { positions, unread } = input
  const findings: Finding[] = []
  for (const row of positions) {
    if (row.marketIsStale) continue
    const band = bandOf(row, rule, previousLevel(positionKey(row.position)))
    if (band !== null) findings.push(findingOf(row, rule, band))
  }
  if (unread.length > 0) findings.push(...unreadFindings(unread))
  if (isQuiet && findings.length === 0) return NOTHING_FOUND
  return {
    ...NOTHING_FOUND,
    findings,
    isHeld: key =>
      key.startsWith(UNREADABLE)
        ? !wasRead(input, key)
        : absent.includes(key) || rowOf(input, key)?.marketIsStale === true,
    endingOf(key) {
      if (key.startsWith(UNREADABLE)) return 'the position can be read again or is no longer listed'
      const row = rowOf(input, key)
      return row === undefined ? 'the position is no longer open' : sentenceOf(row)
    },
  }
}

function rowOf({ positions }: AlertInput, key: string): PositionRow | undefined {
  return positions.find(({ position }) => positionKey(position) === key)
}

const UNREADABLE = 'unreadable '

/** True if the list was read that had the position. Without it an unreadable position may be there still. */
function wasRead({ source }: AlertInput, key: string): boolean {
  const { state } = source.parts[key === `${UNREADABLE}${CROSS_ID}` ? 'crossPosition' : 'isolatedPositions']
  return state === 'live' || state === 'partial' || state === 'stale'
}

function unreadFindings(unread: readonly UnreadPosition[]): readonly Finding[] {
  const unnamed = unread.filter(({ id }) => id === null)
  return unread.map(position => unreadFinding(position, unnamed.indexOf(position)))
}

/** `index`: among those without a readable id. */
function unreadFinding({ name, id, why }: UnreadPosition, index: number): Finding {
  return {
    key: `${UNREADABLE}${id ?? `${name} ${index}`}`,
    kind: 'unreadable-position',
    level: 'critical',
    subject: name,
    positionId: id,
    message: `${name} can't be read (${why}): its risk is unknown`,
    remedy: 'Check it on the exchange',
  }
}

function findingOf(row: PositionRow, { bands }: LiquidationRule, band: Band): Finding {
  const bound = bands[band]
  return {
    key: positionKey(row.position),
    kind: 'liquidation',
    level: band,
    subject: subjectOf(row.position),
    positionId: row.position.id,
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
  const percent = `${Math.abs(liquidationDistance * 100).toFixed(2)}%`
  const distanceText =
    liquidationDistance < 0 ? `${percent} beyond its liquidation price` : `${percent} from liquidation`
  return `${name} is ${distanceText} at ${formatNumber(position.liquidationPriceUsd, 1)}`
}
