import { formatAge } from '../../domain/format.ts'
import { PART_NAMES, type PartName, POSITION_PARTS } from '../../domain/parts.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { KeyRefusal, Status } from '../../domain/status.ts'
import { STALE_AFTER_MS } from '../../store/age.ts'
import { lastEvent } from '../../store/events.ts'
import { authErrorText } from '../../store/hops.ts'
import {
  goneText,
  impairedParts,
  isAllOld,
  isPartOld,
  isWithheld,
  partReason,
  SHORT_LABELS,
  stateText,
} from '../../store/part-text.ts'
import { PART_LABELS } from '../../store/selectors/parts.ts'
import type { SourceView } from '../../store/view.ts'
import type { Role } from '../paint/line.ts'
import { type DashboardInfo, hasSnapshot, type RenderContext } from '../view/render-context.ts'
import { shownAt, stopwatch, until, utcTime } from '../view/time-format.ts'
import type { ViewModel } from '../view/view-model.ts'

/** The state of the feed: sign and state, which are never dropped, and the details, most important first. */
export interface SourceText {
  readonly role: Role
  readonly state: string
  readonly details: readonly string[]
  /** Shorter states for a screen on which the state does not fit, the longest first. Default: none. */
  readonly shortStates?: readonly string[]
  /** True if other panes show the details as well. Default: false. */
  readonly isRepeated?: boolean
}

/** The state in the header. While frozen it is `FROZEN`, with the state of the feed among the details. */
export function sourceText(context: RenderContext): SourceText {
  const { frozen } = context.ui
  if (frozen === null) return feedText(context.model, context)
  const { model, live } = context
  const behind = feedText(live, context)
  return {
    role: 'warn',
    state: `‖ FROZEN by you ${stopwatch(live.now - frozen.at)}`,
    details: [`data ${formatAge(model.source.ageMs)} old`, `feed ${behind.state}`],
  }
}

/**
 * Liveness depends on the age of data only; the link adds how and when it will improve. Without current prices nothing is live. Any
 * other part that is not current is named, since the rest is.
 */
export function feedText(model: ViewModel, { info }: Pick<RenderContext, 'info'>): SourceText {
  const { source, market } = model
  if (source.state === 'stopped') return stoppedText(model, info)
  if (source.refusal !== null) return refusedText(model, source.refusal, info)
  if (!hasSnapshot(model)) return waitingText(model)
  if (isAllOld(source)) return staleText(model, `✗ STALE ${formatAge(source.ageMs)}`, info)
  if (market.stale) {
    const { state } = source.parts.market
    const age = market.ageMs === null ? '' : ` ${formatAge(market.ageMs)}`
    return staleText(
      model,
      market.ageMs === null ? '✗ NO PRICES' : `✗ PRICES ${state.toUpperCase()}${age}`,
      info,
    )
  }
  const [failing, ...others] = impairedParts(source).filter(part => !isWithheld(source, part))
  return failing === undefined ? linkText(model, info) : partText(model, failing, others, info)
}

function waitingText({ source, now }: ViewModel): SourceText {
  const { limitedText, upstreamProblem } = source
  const next = nextTry(source.status, now)
  const failed = impairedParts(source).find(part => source.parts[part].state !== 'waiting')
  const why = failed === undefined ? next : [...next, partReason(source, failed)]
  const details = upstreamProblem === null ? why : [upstreamProblem]
  return {
    role: 'warn',
    state: '◌ WAITING first data',
    details: limitedText === null ? details : [limitedText],
  }
}

function staleText(model: ViewModel, state: string, info: DashboardInfo): SourceText {
  const { source, now } = model
  const next = nextTry(source.status, now)
  const { ageMs } = isAllOld(source) ? source : source.parts.market
  const asOf = ageMs === null ? [] : [`as of ${utcTime(shownAt(model, info, now - ageMs))}`]
  const link = next.length > 0 ? next : [source.upstreamProblem ?? silentText(model)]
  const why = source.limitedText === null ? link : [source.limitedText]
  return { role: 'critical', state, details: [...why.filter(text => text !== ''), ...asOf] }
}

/** Prices are current, and one or more other parts are not. */
function partText(
  model: ViewModel,
  part: PartName,
  others: readonly PartName[],
  info: DashboardInfo,
): SourceText {
  const { source, market, now } = model
  const view = source.parts[part]
  const isCritical = POSITION_PARTS.some(name => name === part) && view.state !== 'waiting'
  const sign = isCritical ? '✗' : '◐'
  const word = view.state.toUpperCase()
  const more = others.length === 0 ? '' : ` +${others.length}`
  const link = source.state === 'live' ? [] : [linkState(source), ...nextTry(source.status, now)]
  return {
    role: isCritical ? 'critical' : 'warn',
    state: `${sign} ${SHORT_LABELS[part]} ${stateText(view)}${more}`,
    shortStates: [`${sign} ${SHORT_LABELS[part]} ${word}`, `${sign} ${word}`],
    isRepeated: true,
    details: [
      `prices ${formatAge(market.ageMs)}`,
      ...link,
      ...(source.upstreamProblem === null ? [] : [source.upstreamProblem]),
      ...(view.state === 'stale' || view.state === 'waiting' ? [] : [partReason(source, part)]),
      ...(view.since === null ? [] : [`since ${utcTime(shownAt(model, info, view.since))}`]),
      ...others.map(name => `${SHORT_LABELS[name]} ${stateText(source.parts[name])}`),
    ],
  }
}

function linkState({ state, status }: SourceView): string {
  if (state === 'http') return 'HTTP only'
  return state === 'syncing' && status?.link === 'preparing' ? 'syncing' : 'reconnecting'
}

/** The state of current data that does not change. */
export const QUIET = '◐ quiet'

/** Prices are current without a new one for this time, but a market that moves would have sent some. */
export const QUIET_AFTER_MS = 5_000

/** Time since the last price of any kind, in ms. */
export function quietMs({ state, now }: Pick<ViewModel, 'state' | 'now'>): number {
  const { lastPrice, index, buckets } = state
  return now - Math.max(...[lastPrice, index, buckets].map(stamp => stamp?.receivedAt ?? 0))
}

/** All parts that the key may read are current. */
function linkText(model: ViewModel, info: DashboardInfo): SourceText {
  const { source, now } = model
  const { status, upstreamProblem: behind } = source
  const age = `age ${formatAge(model.market.ageMs)}`
  const next = nextTry(status, now)
  switch (source.state) {
    case 'http': {
      const every = Math.round(info.httpEveryMs / 1000)
      return {
        role: 'warn',
        state: `◐ HTTP only (poll ${every}s)`,
        details: [age, ...(behind === null ? [] : [behind]), ...next],
      }
    }
    case 'waiting':
      return { role: 'warn', state: '◐ RECONNECTING', details: [age, ...next, ...lostAt(model, info)] }
    case 'live':
      if (behind !== null) return { role: 'warn', state: `◐ ${behind}`, details: [age] }
      if (quietMs(model) >= QUIET_AFTER_MS)
        return {
          role: 'watch',
          state: `${QUIET} ${formatAge(quietMs(model))}`,
          details: withheldTexts(source),
        }
      return { role: 'gain', state: '● LIVE', details: [age, ...withheldTexts(source)], isRepeated: true }
    default: {
      const dialing = status?.link === 'dialing' || status?.link === 'idle'
      const state = dialing ? '◐ RECONNECTING' : '◐ SYNCING'
      const trying = dialing ? next : []
      return { role: 'warn', state, details: [age, ...trying, ...lostAt(model, info)] }
    }
  }
}

function withheldTexts(source: SourceView): readonly string[] {
  const withheld = PART_NAMES.filter(part => isWithheld(source, part))
  return withheld.length === 0 ? [] : [`not read: ${withheld.map(part => SHORT_LABELS[part]).join(', ')}`]
}

/** The data still ages on its own: what is old is named besides the refusal. */
function refusedText(
  model: ViewModel,
  { since, attempt, retryAt }: KeyRefusal,
  info: DashboardInfo,
): SourceText {
  const { source, now } = model
  const next = retryAt === null ? `try ${attempt}` : `try ${attempt} in ${until(retryAt, now)}`
  const age =
    source.stale && source.goodAt !== null
      ? [`STALE ${formatAge(source.ageMs)}`, `as of ${utcTime(shownAt(model, info, source.goodAt))}`]
      : [`age ${formatAge(source.ageMs)}`]
  return {
    role: 'critical',
    state: `✗ ${authErrorText(source)} ${formatAge(now - since)}`,
    details: [...age, next],
  }
}

function stoppedText(model: ViewModel, info: DashboardInfo): SourceText {
  const { source } = model
  const error = source.status?.lastError ?? null
  const asOf = source.goodAt === null ? [] : [`as of ${utcTime(shownAt(model, info, source.goodAt))}`]
  if (error?.code === 'key-refused' || error?.code === 'no-credentials')
    return { role: 'critical', state: `✗ ${authErrorText(source)}`, details: asOf }
  return { role: 'critical', state: '✗ STOPPED', details: [...asOf, sanitize(error?.message ?? 'for good')] }
}

/** The next attempt to connect, or the present one. */
function nextTry(status: Status | null, now: number): readonly string[] {
  switch (status?.link) {
    case 'waiting':
      return [
        status.retryAt === null
          ? `retry ${status.attempt}`
          : `retry ${status.attempt} in ${until(status.retryAt, now)}`,
      ]
    case 'dialing':
      return [status.attempt > 0 ? `dialing, try ${status.attempt}` : 'dialing']
    case 'preparing':
      return ['syncing']
    default:
      return []
  }
}

/** Time of the loss of the link, regardless of attempts since then. */
function lostAt(model: ViewModel, info: DashboardInfo): readonly string[] {
  const lost = lastEvent(model.state, 'link-lost')
  return lost === null ? [] : [`lost ${utcTime(shownAt(model, info, lost.at))}`]
}

/**
 * The reason why data is stale on an open link. An open socket proves nothing, so silence is named. While prices arrive it is not
 * silent; then the stale part is named, such as positions that cannot be read.
 */
function silentText({ source, state, now }: ViewModel): string {
  const gone = PART_NAMES.flatMap(part => goneText(source, part) ?? [])[0]
  if (gone !== undefined) return gone
  const isSilent = quietMs({ state, now }) > STALE_AFTER_MS
  if (source.status?.link === 'live' && isSilent && state.lastPrice !== null) return 'open but silent'
  if (!isAllOld(source)) return source.parts.market.state === 'stale' ? '' : partReason(source, 'market')
  const part = impairedParts(source).find(name => isPartOld(source.parts[name]))
  if (part === undefined) return 'no data'
  const { ageMs } = source.parts[part]
  return `${PART_LABELS[part]} ${ageMs === null ? partReason(source, part) : `${Math.floor(ageMs / 1000)} s old`}`
}
