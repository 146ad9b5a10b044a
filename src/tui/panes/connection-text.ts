import { formatAge } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { Status } from '../../domain/status.ts'
import { STALE_AFTER_MS } from '../../store/age.ts'
import { lastEvent } from '../../store/events.ts'
import { authErrorText } from '../../store/hops.ts'
import type { Role } from '../paint/line.ts'
import { hasSnapshot, type RenderContext } from '../view/render-context.ts'
import { stopwatch, until, utcTime } from '../view/time-format.ts'
import type { ViewModel } from '../view/view-model.ts'

/** The state of the feed in words: the sign and word that always stay, and what goes with it, most important first. */
export interface SourceText {
  readonly role: Role
  readonly state: string
  readonly details: readonly string[]
}

/** What the header says. While frozen it says that; the feed behind goes on and is named after it. */
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

/** Liveness comes from the age of data only; the link says how and when it will be better. */
export function feedText(model: ViewModel, { info }: Pick<RenderContext, 'info'>): SourceText {
  const { source, now } = model
  const { status } = source
  const age = `age ${formatAge(source.ageMs)}`
  const next = nextTry(status, now)
  if (source.state === 'stopped') return stoppedWords(model)
  const behind = source.upstreamTrouble
  if (!hasSnapshot(model)) {
    const why = behind === null ? next : [behind]
    return { role: 'warn', state: '◌ WAITING first data', details: why }
  }
  if (source.stale) {
    const asOf = source.goodAt === null ? [] : [`as of ${utcTime(source.goodAt)}`]
    const why = next.length > 0 ? next : [behind ?? silentText(model)]
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
      return { role: 'warn', state: '◐ RECONNECTING', details: [age, ...next, ...lostAt(model)] }
    case 'syncing': {
      const dialing = status?.link === 'dialing' || status?.link === 'idle'
      const state = dialing ? '◐ RECONNECTING' : '◐ SYNCING'
      const trying = dialing ? next : []
      return { role: 'warn', state, details: [age, ...trying, ...lostAt(model)] }
    }
    case 'live':
      if (behind !== null) return { role: 'warn', state: `◐ ${behind}`, details: [age] }
      return { role: 'gain', state: '● LIVE', details: [age] }
  }
}

function stoppedWords({ source }: ViewModel): SourceText {
  const error = source.status?.lastError ?? null
  const asOf = source.goodAt === null ? [] : [`as of ${utcTime(source.goodAt)}`]
  if (error?.code === 'key-refused' || error?.code === 'no-credentials')
    return { role: 'critical', state: `✗ ${authErrorText(source)}`, details: asOf }
  return { role: 'critical', state: '✗ STOPPED', details: [...asOf, sanitize(error?.message ?? 'for good')] }
}

/** When the next try comes, or what is being tried. */
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

/** When the link was lost, however often it has been tried since. */
function lostAt({ state }: ViewModel): readonly string[] {
  const lost = lastEvent(state, 'link-lost')
  return lost === null ? [] : [`lost ${utcTime(lost.at)}`]
}

/**
 * An open socket proves nothing: say so when it is all there is. It is not silent while prices come; then what is stale is
 * named, such as positions that can't be read again.
 */
function silentText({ source, state, now }: ViewModel): string {
  const heardAt = [state.lastPrice, state.index, state.buckets].map(stamp => stamp?.receivedAt ?? 0)
  const isSilent = now - Math.max(...heardAt) > STALE_AFTER_MS
  return source.status?.link === 'live' && isSilent
    ? 'open but silent'
    : (source.staleReasons[0] ?? 'no data')
}
