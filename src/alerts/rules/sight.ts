import { canWrite, keyChangeText } from '../../domain/account.ts'
import type { Alert } from '../../domain/alerts/alert.ts'
import type { ConnectionRule, KeyRule, StaleRule } from '../../domain/alerts/rule.ts'
import { formatAge } from '../../domain/format.ts'
import { PART_PERMISSIONS, type PartName, POSITION_PARTS } from '../../domain/parts.ts'
import { CROSS_ID } from '../../domain/position.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { STALE_AFTER_MS } from '../../store/age.ts'
import { lastEvent } from '../../store/events.ts'
import { isWithheld, partReason } from '../../store/part-text.ts'
import { PART_LABELS } from '../../store/selectors/parts.ts'
import { ALL_HELD, type AlertInput, type Finding, NOTHING_FOUND, type Outcome } from '../alert-input.ts'
import type { EngineState } from '../engine-state.ts'

const SIGHT_PARTS: readonly PartName[] = ['market', ...POSITION_PARTS]

/** How old the data is that liquidation alerts need, and which part is the oldest. */
export interface Sight {
  /** Before the first data, the time since `startedAt`. */
  readonly ageMs: number
  readonly oldest: PartName
  /** False before the first data. */
  readonly isKnown: boolean
}

/**
 * Returns the age of the oldest of prices and positions. A part that the key may not read is left out, unless the state has a position of
 * it. Without any position part there is no sight.
 */
export function sightOf({ source, now }: AlertInput, previous: EngineState): Sight {
  const sight: { -readonly [K in keyof Sight]: Sight[K] } = { ageMs: 0, oldest: 'market', isKnown: true }
  if (isBlind(source)) sight.isKnown = false
  for (const part of SIGHT_PARTS) {
    const { ageMs } = source.parts[part]
    if (ageMs === null) {
      if (isWithheld(source, part) && !hasPosition(previous, part)) continue
      sight.isKnown = false
    }
    const waitedMs = ageMs ?? now - previous.startedAt
    if (waitedMs <= sight.ageMs) continue
    sight.ageMs = waitedMs
    sight.oldest = part
  }
  return sight
}

/** True if the key can read neither list of positions. */
function isBlind(source: AlertInput['source']): boolean {
  return POSITION_PARTS.every(part => source.parts[part].ageMs === null && isWithheld(source, part))
}

/** True if a position of this part was open, missing or in a band. */
function hasPosition({ open, missing, firing }: EngineState, part: PartName): boolean {
  const isOfPart = (id: string | null): boolean => (id === CROSS_ID) === (part === 'crossPosition')
  if ([...open, ...missing].some(({ position }) => isOfPart(position.id))) return true
  return [...firing.values()].some(
    ({ alert }) =>
      (alert.kind === 'liquidation' || alert.kind === 'unreadable-position') && isOfPart(alert.positionId),
  )
}

/** True if prices and positions are current. */
export function isInSight({ ageMs, isKnown }: Sight): boolean {
  return isKnown && ageMs <= STALE_AFTER_MS
}

/** What the rules about sight need besides the input. */
export interface SightContext {
  readonly sight: Sight
  /** Length of the last time without sight, in ms. */
  readonly unseenMs: number
  /** A position is missing, and a message or a listing may still report its end: that comes first. */
  readonly awaitsEnds: boolean
  /** Sentences about positions that were in a band when sight was lost. */
  readonly inBand: readonly string[]
  /** True if one of them was in the warn band or worse. */
  readonly isInWarnBand: boolean
}

/** Evaluates the age of prices and positions. */
export function evaluateStale(
  rule: StaleRule,
  { source, market }: AlertInput,
  { sight, unseenMs, awaitsEnds, inBand, isInWarnBand }: SightContext,
): Outcome {
  const { ageMs, oldest } = sight
  if (ageMs < (isInWarnBand ? rule.inBandAfterMs : rule.afterMs))
    return isInSight(sight) && !awaitsEnds
      ? { ...NOTHING_FOUND, endingOf: () => freshAgainText(unseenMs) }
      : ALL_HELD
  const reason = partReason(source, oldest)
  const why = reason === '' ? '' : ` (${reason})`
  const bands = inBand.length === 0 ? 'no position was in a band' : inBand.join('; ')
  const effect = market.stale ? 'are not evaluated' : 'rest on old data'
  const finding: Finding = {
    key: 'sight',
    kind: 'stale',
    level: rule.level ?? (isInWarnBand ? 'critical' : 'warn'),
    subject: 'account',
    positionId: null,
    message: `no fresh ${PART_LABELS[oldest]} for ${formatAge(ageMs)}${why}: liquidation alerts ${effect}. When sight was lost: ${bands}`,
    remedy: 'Check the positions on the exchange',
  }
  return { ...NOTHING_FOUND, findings: [finding] }
}

function freshAgainText(unseenMs: number): string {
  return `prices and positions are fresh again, after ${formatAge(unseenMs)} without sight`
}

/** Evaluates the link to the source, which was lost at `lostAt`; null while it is live. Data may arrive over HTTP meanwhile. */
export function evaluateConnection(
  rule: ConnectionRule,
  { source, now }: AlertInput,
  lostAt: number | null,
): Outcome {
  // A source that has stopped does not come back: a key that never worked, or one that may write.
  if (source.state === 'stopped') return stoppedSource(rule, source)
  if (lostAt === null) return source.status?.link === 'live' ? LIVE : ALL_HELD
  if (now - lostAt < rule.afterMs) return ALL_HELD
  const why = source.upstreamProblem ?? source.status?.lastError?.message ?? 'no reason is known'
  const data = source.stale ? 'data is stale' : 'data arrives over HTTP'
  const finding: Finding = {
    key: 'link',
    kind: 'connection',
    level: rule.level ?? 'warn',
    subject: 'connection',
    positionId: null,
    message: `the link is lost for ${formatAge(now - lostAt)} (${sanitize(why)}); ${data}`,
    remedy: null,
  }
  return { ...NOTHING_FOUND, findings: [finding] }
}

/** Key of the condition that the source has stopped. */
const STOPPED = 'stopped'

/** True for the alert that the source has stopped. */
export function isStoppedSource(alert: Alert): boolean {
  return alert.kind === 'connection' && isOfKey(alert, STOPPED)
}

/** The id of an alert has the key of its condition. */
function isOfKey({ id, rule }: Alert, key: string): boolean {
  return id.startsWith(`${rule}:${key}:`)
}

function stoppedSource({ level }: ConnectionRule, { status }: AlertInput['source']): Outcome {
  const why = status?.lastError?.message ?? 'no reason is known'
  const finding: Finding = {
    key: STOPPED,
    kind: 'connection',
    level: level === null || level === 'warn' ? 'critical' : level,
    subject: 'connection',
    positionId: null,
    message: `axisor no longer watches this account: ${sanitize(why)}`,
    remedy: 'Mend the reason and start axisor again',
  }
  return { ...ALL_HELD, findings: [finding] }
}

const LIVE: Outcome = { ...NOTHING_FOUND, endingOf: () => 'the link is live again' }

/** True while no link to the exchange is live, over all relays between. */
export function isLinkLost({ status, upstreamProblem }: AlertInput['source']): boolean {
  if (status === null || status.link === 'idle') return false
  return status.link !== 'live' || upstreamProblem !== null
}

/**
 * A key that is refused or can read no positions hides risk, so that it is critical. A key that may write since it was accepted is a
 * warning, until it may not: a restarted program no longer knows of the change. One that could write before was allowed by the user.
 */
export function evaluateKey(rule: KeyRule, { source, state }: AlertInput): Outcome {
  const { refusal, status, canWrite: mayWrite } = source
  // A program that has just started knows nothing about the key yet.
  if (status === null || (refusal === null && state.lastSnapshot === null)) return ALL_HELD
  const change = mayWrite === true ? lastEvent(state, 'key') : null
  const hasNewRights = change !== null && canWrite(change.after)
  const isUnsighted = refusal === null && isBlind(source)
  const isHeld = (key: string): boolean => {
    if (key === RIGHTS) return refusal !== null || mayWrite !== false
    return (
      key === BLIND && (refusal !== null || POSITION_PARTS.every(part => source.parts[part].ageMs === null))
    )
  }
  if (refusal === null && !hasNewRights && !isUnsighted) return { ...ACCEPTED, isHeld }
  const base = { kind: 'key', subject: 'key', positionId: null } as const
  const refused: Finding | null = refusal && {
    ...base,
    key: REFUSED,
    level: rule.level ?? 'critical',
    message: `the exchange refuses the API key: ${sanitize(refusal.error.message)}`,
    remedy: 'Check the key on the exchange',
  }
  const rights: Finding | null = hasNewRights
    ? {
        ...base,
        key: RIGHTS,
        level: rule.level ?? 'warn',
        message: keyChangeText(change.after),
        remedy: 'Replace the key by a read-only one',
      }
    : null
  const blind: Finding | null = isUnsighted
    ? {
        ...base,
        key: BLIND,
        level: rule.level ?? 'critical',
        message: "the key can't read positions: their risk is unknown",
        remedy: `Give the key a permission: ${POSITION_PARTS.map(part => PART_PERMISSIONS[part]).join(', ')}`,
      }
    : null
  return { ...ACCEPTED, isHeld, findings: [refused, blind, rights].filter(finding => finding !== null) }
}

const REFUSED = 'refused'
const BLIND = 'blind'
const RIGHTS = 'rights'

/** True for an alert about what is an event as well: the refusal of the key, and its new permissions. */
export function isKeyEvent(alert: Alert): boolean {
  return isOfKey(alert, REFUSED) || isOfKey(alert, RIGHTS)
}

const ENDINGS: Readonly<Record<string, string>> = {
  [REFUSED]: 'the exchange accepts the API key',
  [BLIND]: 'the API key can read positions',
  [RIGHTS]: 'the API key is read-only',
}

const ACCEPTED: Outcome = { ...NOTHING_FOUND, endingOf: key => ENDINGS[key] ?? null }
