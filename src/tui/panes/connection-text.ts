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
import { type DashboardInfo, hasSnapshot, type RenderContext } from '../view/render-context.ts'
import { shownAt, stopwatch, until, utcTime } from '../view/time-format.ts'
import type { ViewModel } from '../view/view-model.ts'

import { ageDetail, asOf, type Detail, other, type SourceText } from './source-text.ts'

/** The state in the header. While frozen it is `FROZEN`, with the state of the feed among the details. */
export function sourceText(context: RenderContext): SourceText {
  const { frozen } = context.ui
  if (frozen === null) return feedText(context.model, context)
  const { model, live } = context
  const behind = feedText(live, context)
  const { t } = context.info
  return {
    role: 'warn',
    state: `‖ ${t('FROZEN by you')} ${stopwatch(live.now - frozen.at)}`,
    details: [
      other(t('data {age} old', { age: formatAge(model.source.ageMs) })),
      other(`${t('feed')} ${behind.state}`),
    ],
  }
}

/**
 * Liveness depends on the age of data only; the link adds how and when it will improve. Without current prices nothing is live. Any
 * other part that is not current is named, since the rest is.
 */
export function feedText(model: ViewModel, { info }: Pick<RenderContext, 'info'>): SourceText {
  const { source, market } = model
  const { t } = info
  if (source.state === 'stopped') return stoppedText(model, info)
  if (source.refusal !== null) return refusedText(model, source.refusal, info)
  if (!hasSnapshot(model)) return waitingText(model, info)
  if (isAllOld(source)) return staleText(model, `✗ ${t('STALE')} ${formatAge(source.ageMs)}`, info)
  if (market.stale) {
    const { state } = source.parts.market
    const age = market.ageMs === null ? '' : ` ${formatAge(market.ageMs)}`
    return staleText(
      model,
      market.ageMs === null
        ? `✗ ${t('NO PRICES')}`
        : `✗ ${t('PRICES')} ${t.sentence(state.toUpperCase())}${age}`,
      info,
    )
  }
  const [failing, ...others] = impairedParts(source).filter(part => !isWithheld(source, part))
  return failing === undefined ? linkText(model, info) : partText(model, failing, others, info)
}

function waitingText({ source, now }: ViewModel, info: DashboardInfo): SourceText {
  const { t } = info
  const { limitedText, upstreamProblem } = source
  const next = nextTry(source.status, now, info)
  const failed = impairedParts(source).find(part => source.parts[part].state !== 'waiting')
  const why = failed === undefined ? next : [...next, t.sentence(partReason(source, failed))]
  const details = upstreamProblem === null ? why : [t.sentence(upstreamProblem)]
  return {
    role: 'warn',
    state: `◌ ${t('WAITING first data')}`,
    shortStates: [`◌ ${t('WAITING')}`],
    details: (limitedText === null ? details : [t.sentence(limitedText)]).map(other),
  }
}

function staleText(model: ViewModel, state: string, info: DashboardInfo): SourceText {
  const { source, now } = model
  const { t } = info
  const next = nextTry(source.status, now, info)
  const { ageMs } = isAllOld(source) ? source : source.parts.market
  const link = next.length > 0 ? next : [t.sentence(source.upstreamProblem ?? silentText(model))]
  const why = source.limitedText === null ? link : [t.sentence(source.limitedText)]
  const seen = asOf(model, info, ageMs === null ? null : now - ageMs)
  return { role: 'critical', state, details: [...why.filter(text => text !== '').map(other), ...seen] }
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
  const { t } = info
  const word = t.sentence(view.state.toUpperCase())
  const label = t.sentence(SHORT_LABELS[part])
  const more = others.length === 0 ? '' : ` +${others.length}`
  const link = source.state === 'live' ? [] : [linkState(source, info), ...nextTry(source.status, now, info)]
  return {
    role: isCritical ? 'critical' : 'warn',
    state: `${sign} ${label} ${t.sentence(stateText(view))}${more}`,
    shortStates: [`${sign} ${label} ${word}`, `${sign} ${word}`],
    isRepeated: true,
    details: [
      { kind: 'prices', text: `${t('prices')} ${formatAge(market.ageMs)}` },
      ...[
        ...link,
        ...(source.upstreamProblem === null ? [] : [t.sentence(source.upstreamProblem)]),
        ...(view.state === 'stale' || view.state === 'waiting' ? [] : [t.sentence(partReason(source, part))]),
        ...(view.since === null
          ? []
          : [t('since {time}', { time: utcTime(shownAt(model, info, view.since)) })]),
        ...others.map(
          name => `${t.sentence(SHORT_LABELS[name])} ${t.sentence(stateText(source.parts[name]))}`,
        ),
      ].map(other),
    ],
  }
}

function linkState({ state, status }: SourceView, { t }: DashboardInfo): string {
  if (state === 'http') return t('HTTP only')
  return state === 'syncing' && status?.link === 'preparing' ? t('syncing') : t('reconnecting')
}

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
  const { t } = info
  const age = ageDetail(info, model.market.ageMs)
  const next = nextTry(status, now, info).map(other)
  switch (source.state) {
    case 'http': {
      const every = Math.round(info.httpEveryMs / 1000)
      return {
        role: 'warn',
        state: `◐ ${t('HTTP only (poll {seconds}s)', { seconds: every })}`,
        details: [age, ...(behind === null ? [] : [other(t.sentence(behind))]), ...next],
      }
    }
    case 'waiting':
      return {
        role: 'warn',
        state: `◐ ${t('RECONNECTING')}`,
        details: [age, ...next, ...lostAt(model, info)],
      }
    case 'live':
      if (behind !== null) return { role: 'warn', state: `◐ ${t.sentence(behind)}`, details: [age] }
      if (quietMs(model) >= QUIET_AFTER_MS)
        return {
          role: 'watch',
          state: `◐ ${t('quiet {age}', { age: formatAge(quietMs(model)) })}`,
          details: withheldTexts(source, info),
          isLive: true,
        }
      return {
        role: 'gain',
        state: `● ${t('LIVE')}`,
        details: [age, ...withheldTexts(source, info)],
        isRepeated: true,
        isLive: true,
      }
    default: {
      const dialing = status?.link === 'dialing' || status?.link === 'idle'
      const state = `◐ ${dialing ? t('RECONNECTING') : t('SYNCING')}`
      const trying = dialing ? next : []
      return { role: 'warn', state, details: [age, ...trying, ...lostAt(model, info)] }
    }
  }
}

function withheldTexts(source: SourceView, { t }: DashboardInfo): readonly Detail[] {
  const withheld = PART_NAMES.filter(part => isWithheld(source, part))
  const parts = withheld.map(part => t.sentence(SHORT_LABELS[part])).join(', ')
  return withheld.length === 0 ? [] : [other(t('not read: {parts}', { parts }))]
}

/** The data still ages on its own: what is old is named besides the refusal. */
function refusedText(
  model: ViewModel,
  { since, attempt, retryAt }: KeyRefusal,
  info: DashboardInfo,
): SourceText {
  const { source, now } = model
  const { t } = info
  const next =
    retryAt === null
      ? t('try {attempt}', { attempt })
      : t('try {attempt} in {time}', { attempt, time: until(info, retryAt, now) })
  const age =
    source.stale && source.goodAt !== null
      ? [other(`${t('STALE')} ${formatAge(source.ageMs)}`), ...asOf(model, info, source.goodAt)]
      : [ageDetail(info, source.ageMs)]
  return {
    role: 'critical',
    state: `✗ ${t.sentence(authErrorText(source))} ${formatAge(now - since)}`,
    details: [...age, other(next)],
  }
}

function stoppedText(model: ViewModel, info: DashboardInfo): SourceText {
  const { source } = model
  const error = source.status?.lastError ?? null
  const { t } = info
  const seen = asOf(model, info, source.goodAt)
  if (error?.code === 'key-refused' || error?.code === 'no-credentials')
    return { role: 'critical', state: `✗ ${t.sentence(authErrorText(source))}`, details: seen }
  const why = error === null ? t('for good') : sanitize(error.message)
  return { role: 'critical', state: `✗ ${t('STOPPED')}`, details: [...seen, other(why)] }
}

/** The next attempt to connect, or the present one. */
function nextTry(status: Status | null, now: number, info: DashboardInfo): readonly string[] {
  const { t } = info
  switch (status?.link) {
    case 'waiting':
      return [
        status.retryAt === null
          ? t('retry {attempt}', { attempt: status.attempt })
          : t('retry {attempt} in {time}', {
              attempt: status.attempt,
              time: until(info, status.retryAt, now),
            }),
      ]
    case 'dialing':
      return [status.attempt > 0 ? t('dialing, try {attempt}', { attempt: status.attempt }) : t('dialing')]
    case 'preparing':
      return [t('syncing')]
    default:
      return []
  }
}

/** Time of the loss of the link, regardless of attempts since then. */
function lostAt(model: ViewModel, info: DashboardInfo): readonly Detail[] {
  const lost = lastEvent(model.state, 'link-lost')
  if (lost === null) return []
  return [other(info.t('lost {time}', { time: utcTime(shownAt(model, info, lost.at)) }))]
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
