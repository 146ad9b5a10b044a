import type { Alert, Notice } from '../domain/alerts/alert.ts'
import { type AlertRule, MIN_STALE_MS } from '../domain/alerts/rule.ts'
import type { ActivityEvent } from '../store/state.ts'
import { type AlertInput, type Finding, NOTHING_FOUND, type PreviousLevel } from './alert-input.ts'
import { AlertPass } from './alert-pass.ts'
import { findEnded, UNKNOWN_AFTER_MS } from './ended-positions.ts'
import { type EngineState, initialEngineState } from './engine-state.ts'
import { evaluateRule } from './evaluate-rule.ts'
import type { Evaluation } from './evaluation.ts'
import type { NoticeContext, NoticeRule } from './notices.ts'
import { isInSight, isLinkLost, type Sight, type SightContext, sightOf } from './rules/sight.ts'
import { findUnseen } from './unseen-ends.ts'
import { settleEnds } from './unsettled-ends.ts'

/** What the engine needs besides data. */
export interface EngineOptions extends Pick<NoticeContext, 'minuteOfDay'> {
  readonly rules: readonly AlertRule[]
  /** Formats a time of the exchange for sentences. */
  readonly toTime: (exchangeMs: number) => string
  /** Conditions that the host found, such as an undelivered alert; they belong to the built-in rule `delivery`. */
  readonly hostFindings: readonly Finding[]
}

/** The result of an evaluation. */
export interface AlertUpdate {
  readonly state: EngineState
  /** To be delivered, in order. */
  readonly notices: readonly Notice[]
  /** New and worse alerts and events, also those without a notice. */
  readonly raised: readonly Alert[]
  /** The time without sight that has just ended, our clock; null if none has. */
  readonly gap: { readonly from: number; readonly to: number } | null
}

/** The built-in rule for conditions of the host. */
const DELIVERY: NoticeRule = { name: 'delivery', channels: null, repeatMs: 'default', quiet: null }

const NONE: readonly never[] = []

const NO_LEVEL: PreviousLevel = () => null

/** A gap in sight up to this long is not reported: data between two refreshes has this age. */
const REPORTED_GAP_MS = 30_000

/**
 * Evaluates all rules. The order of the rules is the order of the notices. A relay evaluates them for each frame of each account, so that
 * an evaluation without a finding allocates little.
 */
export function updateAlerts(known: EngineState, input: AlertInput, options: EngineOptions): AlertUpdate {
  const { now } = input
  const previous = ofSameAccount(known, input)
  const sight = sightOf(input, previous)
  const isSeen = isInSight(sight)
  const gap = gapOf(previous, isSeen, now)
  const lastGapMs = isSeen ? (endedGapMs(previous, now) ?? previous.lastGapMs) : previous.lastGapMs
  const newEvents = eventsSince(previous, input)
  const ends = allEnds(previous, input, newEvents)
  const context: Evaluation = {
    input,
    isQuiet: previous.firing.size === 0,
    ended: ends.ended,
    absent: ends.absent,
    unlisted: ends.unlisted,
    newEvents,
    sight: sightContext(previous, ends.missing, sight, lastGapMs, now),
    linkLostAt: isLinkLost(input.source) ? (previous.linkLostAt ?? now) : null,
    toTime: options.toTime,
    windows: previous.windows,
  }
  const { minuteOfDay } = options
  const { origin } = input.state
  const simulated = origin === null ? previous.simulated : origin === 'simulated'
  const pass = new AlertPass(previous, now, { minuteOfDay, simulated })
  for (const rule of options.rules)
    if (rule.enabled)
      pass.apply(
        rule,
        evaluateRule(rule, context, context.isQuiet ? NO_LEVEL : key => pass.levelOf(rule.name, key)),
      )
  const { hostFindings: findings } = options
  pass.apply(DELIVERY, findings.length === 0 ? NOTHING_FOUND : { ...NOTHING_FOUND, findings })
  const { firing, recent, notices, raised } = pass.finish()
  const lastEvent = input.state.events.at(-1) ?? null
  return {
    state: {
      startedAt: previous.startedAt,
      account: previous.account,
      simulated,
      seenAt: isSeen ? now - sight.ageMs : previous.seenAt,
      lastGapMs,
      sightedAt: isSeen ? now : previous.sightedAt,
      linkLostAt: context.linkLostAt,
      firing,
      recent,
      snoozes: previous.snoozes,
      open: ends.open,
      missing: ends.missing,
      unsettled: ends.unsettled,
      closedTrades: ends.closedTrades,
      crossRounds: ends.crossRounds,
      readHistory: input.state.history,
      lastEvent: lastEvent ?? previous.lastEvent,
      lastEventAt: lastEvent?.at ?? previous.lastEventAt,
      windows: previous.windows,
    },
    notices,
    raised,
    gap,
  }
}

/** All that ended: seen, found in a listing, or reported before without its result. */
function allEnds(previous: EngineState, input: AlertInput, newEvents: readonly ActivityEvent[]) {
  const found = findEnded(previous, input, newEvents)
  const { open, missing, absent } = found
  const { ended: unseen, closedTrades, crossRounds, unlisted } = findUnseen(previous, input, found)
  const { settled, unsettled } = settleEnds(previous, input, found.ended)
  const isFoundOnly = unseen.length === 0 && settled.length === 0
  const ended = isFoundOnly ? found.ended : [...found.ended, ...unseen, ...settled]
  return { ended, open, missing, absent, unlisted, closedTrades, crossRounds, unsettled }
}

/** The memory of another account, whose key was replaced, would report its positions as ended. */
function ofSameAccount(known: EngineState, { state, now }: AlertInput): EngineState {
  const username = state.account?.value.username ?? null
  const network = String(state.network)
  if (username === null || isAccount(known.account, network, username)) return known
  const account = `${network} ${username}`
  return known.account === null
    ? { ...known, account }
    : { ...initialEngineState(now), snoozes: known.snoozes, account }
}

/** Compares without making a text: it runs for each frame of each account. */
function isAccount(account: string | null, network: string, username: string): boolean {
  return (
    account !== null &&
    account.length === network.length + 1 + username.length &&
    account.startsWith(network) &&
    account.endsWith(username)
  )
}

/** The time without sight that has just ended. */
function gapOf({ seenAt }: EngineState, isSeen: boolean, now: number): AlertUpdate['gap'] {
  return isSeen && seenAt !== null && now - seenAt > REPORTED_GAP_MS ? { from: seenAt, to: now } : null
}

/** Length of the time without sight that has just ended; null if none was long enough for an alert. Before the first data, since the start. */
function endedGapMs({ seenAt, startedAt }: EngineState, now: number): number | null {
  const gapMs = now - (seenAt ?? startedAt)
  return gapMs < MIN_STALE_MS ? null : gapMs
}

/** Positions in a band are named while sight is lost; their alerts stay as they were. */
function sightContext(
  { firing }: EngineState,
  missing: EngineState['missing'],
  sight: Sight,
  unseenMs: number,
  now: number,
): SightContext {
  const awaitsEnds = missing.some(({ since }) => now - since < UNKNOWN_AFTER_MS)
  if (firing.size === 0) return { sight, unseenMs, awaitsEnds, inBand: NONE, isInWarnBand: false }
  const bands = [...firing.values()].filter(({ alert }) => alert.kind === 'liquidation')
  return {
    ...{ sight, unseenMs, awaitsEnds },
    inBand: bands.map(({ alert, foundMessage }) => `${alert.level}: ${foundMessage}`),
    isInWarnBand: bands.some(({ alert }) => alert.level !== 'watch'),
  }
}

/** Events after the last evaluated one. In a restarted program all that happened later. */
function eventsSince(
  { lastEvent, lastEventAt }: EngineState,
  { state }: AlertInput,
): readonly ActivityEvent[] {
  const { events } = state
  if (events.length === 0 || events.at(-1) === lastEvent) return NONE
  const index = lastEvent === null ? -1 : events.lastIndexOf(lastEvent)
  return index === -1 ? events.filter(({ at }) => at > lastEventAt) : events.slice(index + 1)
}
