import { formatAge } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { KeyRefusal, Status } from '../../domain/status.ts'
import { STALE_AFTER_MS } from '../../store/age.ts'
import { lastEvent } from '../../store/events.ts'
import { authErrorText } from '../../store/hops.ts'
import type { Role } from '../paint/line.ts'
import { type DashboardInfo, hasSnapshot, type RenderContext } from '../view/render-context.ts'
import { stopwatch, until, utcTime } from '../view/time-format.ts'
import type { ViewModel } from '../view/view-model.ts'

/** The state of the feed: sign and state, which are never dropped, and the details, most important first. */
export interface SourceText {
  readonly role: Role
  readonly state: string
  readonly details: readonly string[]
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

/** Liveness depends on the age of data only; the link adds how and when it will improve. */
export function feedText(model: ViewModel, { info }: Pick<RenderContext, 'info'>): SourceText {
  const { source, now } = model
  const { status, limitedText } = source
  const age = `age ${formatAge(source.ageMs)}`
  const next = nextTry(status, now)
  if (source.state === 'stopped') return stoppedText(model, info)
  if (source.refusal !== null) return refusedText(model, source.refusal, info)
  const behind = source.upstreamProblem
  const limited = limitedText === null ? null : [limitedText]
  if (!hasSnapshot(model)) {
    const why = behind === null ? next : [behind]
    return { role: 'warn', state: '◌ WAITING first data', details: limited ?? why }
  }
  if (source.stale) {
    const asOf = source.goodAt === null ? [] : [`as of ${utcTime(info.toWall(source.goodAt))}`]
    const why = limited ?? (next.length > 0 ? next : [behind ?? silentText(model)])
    return { role: 'critical', state: `✗ STALE ${formatAge(source.ageMs)}`, details: [...why, ...asOf] }
  }
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
    case 'syncing': {
      const dialing = status?.link === 'dialing' || status?.link === 'idle'
      const state = dialing ? '◐ RECONNECTING' : '◐ SYNCING'
      const trying = dialing ? next : []
      return { role: 'warn', state, details: [age, ...trying, ...lostAt(model, info)] }
    }
    case 'live':
      if (behind !== null) return { role: 'warn', state: `◐ ${behind}`, details: [age] }
      return { role: 'gain', state: '● LIVE', details: [age] }
  }
}

/** The data still ages on its own: what is old is named besides the refusal. */
function refusedText(
  { source, now }: ViewModel,
  { since, attempt, retryAt }: KeyRefusal,
  info: DashboardInfo,
): SourceText {
  const next = retryAt === null ? `try ${attempt}` : `try ${attempt} in ${until(retryAt, now)}`
  const age =
    source.stale && source.goodAt !== null
      ? [`STALE ${formatAge(source.ageMs)}`, `as of ${utcTime(info.toWall(source.goodAt))}`]
      : [`age ${formatAge(source.ageMs)}`]
  return {
    role: 'critical',
    state: `✗ ${authErrorText(source)} ${formatAge(now - since)}`,
    details: [...age, next],
  }
}

function stoppedText({ source }: ViewModel, info: DashboardInfo): SourceText {
  const error = source.status?.lastError ?? null
  const asOf = source.goodAt === null ? [] : [`as of ${utcTime(info.toWall(source.goodAt))}`]
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
function lostAt({ state }: ViewModel, info: DashboardInfo): readonly string[] {
  const lost = lastEvent(state, 'link-lost')
  return lost === null ? [] : [`lost ${utcTime(info.toWall(lost.at))}`]
}

/**
 * The reason why data is stale on an open link. An open socket proves nothing, so silence is named. While prices arrive it is not
 * silent; then the stale part is named, such as positions that cannot be read.
 */
function silentText({ source, state, now }: ViewModel): string {
  const receivedAt = [state.lastPrice, state.index, state.buckets].map(stamp => stamp?.receivedAt ?? 0)
  const isSilent = now - Math.max(...receivedAt) > STALE_AFTER_MS
  return source.status?.link === 'live' && isSilent
    ? 'open but silent'
    : (source.staleReasons[0] ?? 'no data')
}
