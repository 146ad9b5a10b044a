import { PERMISSIONS_UNCHECKED } from '../../domain/account.ts'
import { formatAge, UNKNOWN } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { Stamped } from '../../domain/stamp.ts'
import type { Hop } from '../../domain/status.ts'
import { wallOffsetMs } from '../../domain/wall-clock.ts'
import { ageOf } from '../../store/age.ts'
import { hopName, relayDeliveryText } from '../../store/hops.ts'
import type { Translate } from '../lang/translate.ts'
import { type Line, lineOfText, type Role, segment } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { signedAmount } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { clockTime, shownAt, until, utcTime } from '../view/time-format.ts'
import { signedMs } from './header.ts'
import type { Panel } from './panel.ts'
import { partSummary, partTable } from './part-table.ts'
import { itemsThatFit, scroll } from './scroll.ts'

/** Where the text of a row begins. */
const INDENT = 13
/** Inside the box of the wide overview. */
const BOX_COLUMNS = 68

/** The link, its hops, the last snapshot, the P&L check and faults. */
export function connectionPanel(context: RenderContext): Panel {
  const lines = [
    linkLine(context),
    ...hopLines(context),
    ...deliveryLine(context),
    snapshotLine(context),
    ...partSummary(context),
    checkLine(context),
    faultLine(context),
  ]
  return {
    pane: 'connection',
    title: context.info.t('CONNECTION'),
    note: context.info.t('L log'),
    preferredHeight: lines.flatMap(line => wrapLine(line, BOX_COLUMNS, INDENT)).length,
    draw(width, height) {
      const linesOf = (line: Line): readonly Line[] => wrapLine(line, width, INDENT)
      const all = itemsThatFit(lines, height, linesOf)
      if (all.count === lines.length) return all.lines
      const some = itemsThatFit(lines, height - 1, linesOf)
      const more = context.info.t('+{count} more: 6 shows all', { count: lines.length - some.count })
      return [...some.lines, lineOfText(` ${more}`, 'faint')]
    },
  }
}

/** The same with the last error, the age of each part of the data, and the key. */
export function diagnosticsPanel(context: RenderContext): Panel {
  const lines = diagnosticsLines(context)
  return {
    pane: 'connection',
    title: context.info.t('DIAGNOSTICS'),
    note: context.info.t('r reads everything again'),
    preferredHeight: lines.length,
    draw: (width, height) =>
      scroll(context, 'connection', lines, height, line => wrapLine(line, width, INDENT)),
  }
}

/** All lines of the pane, whole; at most `maxFaults` of each part. */
export function diagnosticsLines(context: RenderContext, maxFaults?: number): readonly Line[] {
  return [
    linkLine(context),
    ...hopLines(context),
    ...deliveryLine(context),
    ...partTable(context, maxFaults),
    errorLine(context),
    snapshotLine(context),
    checkLine(context),
    entryLine(context),
    reserveLine(context),
    ...keyLines(context),
    faultLine(context),
    ...ageLines(context),
  ]
}

function row(label: string, text: string, role: Role = 'plain'): Line {
  return [segment(` ${label.padEnd(10)} `, 'faint'), segment(text, role)]
}

function linkLine(context: RenderContext): Line {
  const { source, now } = context.live
  const { t } = context.info
  const { status } = source
  if (status === null) return row(t('link'), t('not started'))
  const since = linkText(context, status)
  const back = status.reconnects === 0 ? '' : `   ${t('reconnects')} ${status.reconnects}`
  const rtt = status.rttMs === null ? '' : `   rtt ${Math.round(status.rttMs)}ms`
  const offset = wallOffsetMs(status.clockOffsetMs, now, context.info.toWall)
  const clock = offset === null ? '' : `   ${t('clock')} ${signedMs(offset)}`
  return row(t(source.kind), `${since}${back}${rtt}${clock}`)
}

/** `waiting for 12s, retry 3 in 7s`. */
function linkText(
  { live, info }: RenderContext,
  { link, since, retryAt, attempt }: Pick<Hop, 'link' | 'since' | 'retryAt' | 'attempt'>,
): string {
  const { t } = info
  const state = t('{state} for {age}', { state: t.sentence(link), age: formatAge(live.now - since) })
  if (retryAt === null) return state
  return `${state}, ${t('retry {attempt} in {time}', { attempt, time: until(info, retryAt, live.now) })}`
}

/** The relay's own links as it reports them, each with its state and last error. */
function hopLines(context: RenderContext): readonly Line[] {
  const { t } = context.info
  return context.live.source.hops.map((hop, index) => {
    const http = hop.link !== 'live' && hop.transport === 'http' ? `, ${t('HTTP only')}` : ''
    const rtt = hop.rttMs === null ? '' : `   rtt ${Math.round(hop.rttMs)}ms`
    const isLive = hop.link === 'live'
    const why = isLive || hop.lastError === null ? '' : `   ${sanitize(hop.lastError.message)}`
    const text = `${linkText(context, hop)}${http}${rtt}${why}`
    return row(`→ ${hopName(hop, index)}`, text, isLive ? 'plain' : 'warn')
  })
}

/** What a relay delivers itself, so that this dashboard delivers nothing. */
function deliveryLine({ live, info: { t } }: RenderContext): readonly Line[] {
  const alerts = live.source.status?.alerts ?? null
  return alerts === null ? [] : [row(t('alerts'), t.sentence(relayDeliveryText(alerts)))]
}

function errorLine(context: RenderContext): Line {
  const { t } = context.info
  const error = context.live.source.status?.lastError ?? null
  if (error === null) return row(t('last error'), t('none'))
  const hint = error.hint === null ? '' : ` ${sanitize(error.hint)}`
  return row(t('last error'), `${sanitize(error.message)}.${hint}`, 'warn')
}

function snapshotLine(context: RenderContext): Line {
  const { source, state } = context.live
  const { t } = context.info
  const snapshot = state.lastSnapshot
  const rate = source.status?.rateLimit
  const read =
    snapshot === null
      ? UNKNOWN
      : `${clockTime(context, shownAt(context.live, context.info, snapshot.endedAt))} ${t('in {time}', { time: `${snapshot.endedAt - snapshot.startedAt}ms` })}`
  const budget = rate == null ? '' : `   ${t('rate')} ${rate.remaining}/${rate.limit}`
  return row(t('snapshot'), `${t('last read')} ${read}${budget}`)
}

function ageLines({ live, info }: RenderContext): readonly Line[] {
  const { state, now } = live
  const { t } = info
  const parts: readonly (readonly [string, Stamped<unknown> | null])[] = [
    [t('last'), state.lastPrice],
    [t('index'), state.index],
    ['bid/ask', state.buckets],
    [t('funding'), state.funding],
    [t('history'), state.history],
  ]
  return parts.map(([name, stamp]) => {
    if (stamp === null) return row(name, t('not known'), 'warn')
    const source = stamp.sourceAt === null ? '' : `, ${t('sent by the exchange')} ${utcTime(stamp.sourceAt)}`
    const age = t('age {age}', { age: formatAge(ageOf(state, stamp, now)) })
    const received = `${t('received')} ${utcTime(shownAt(live, info, stamp.receivedAt))}`
    return row(name, `${age}, ${received}${source}`)
  })
}

function checkLine(context: RenderContext): Line {
  const { t } = context.info
  const label = t('P&L check')
  const current = context.live.positions.filter(row => !row.isOld)
  const differing = current.flatMap(row => row.plDifferenceSats ?? [])
  const compared = current.filter(row => row.position.exchangePlSats !== null).length
  if (compared === 0) return row(label, t('nothing to compare with'))
  if (differing.length === 0)
    return row(label, `Δ 0   ${t("{count} compared with the exchange's own", { count: compared })}`)
  const worst = differing.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a))
  return row(
    label,
    `Δ ${signedAmount(context, worst)} ${context.ui.unit}   ${t("{count} of {all} differ from the exchange's own", { count: differing.length, all: compared })}`,
    'warn',
  )
}

/** Which field of the exchange is the entry of the trades with two different ones. */
function entryLine({ live, info: { t } }: RenderContext): Line {
  const sources = live.positions.flatMap(({ position: { entryCandidates, entrySource } }) =>
    entryCandidates?.priceUsd == null || entryCandidates.entryPriceUsd === null || entrySource === 'same'
      ? []
      : (entrySource ?? []),
  )
  if (live.positions.length === 0) return row(t('entry'), t('nothing to compare with'))
  if (sources.length === 0) return row(t('entry'), t('price and entryPrice are equal'))
  const isOpen = sources.some(source => source === 'undecided' || source === 'neither')
  return row(t('entry'), countedText(sources, t), isOpen ? 'warn' : 'plain')
}

/** How the exchange reports maintenance margins. */
function reserveLine({ live, info: { t } }: RenderContext): Line {
  const bases = live.positions.flatMap(position => position.maintenanceMarginBasis ?? [])
  if (bases.length === 0) return row(t('reserve'), t('no maintenance margin reported'))
  return row(t('reserve'), `${t('maintenance margin, of the opening fee')}: ${countedText(bases, t)}`)
}

/** Formats how often each word occurs: `2 price, 1 undecided`. */
function countedText(words: readonly string[], t: Translate): string {
  const counts = [...new Set(words)].map(
    word => `${words.filter(each => each === word).length} ${t.sentence(word)}`,
  )
  return counts.join(', ')
}

function keyLines({ live, info: { t } }: RenderContext): readonly Line[] {
  const { permissions, canWrite, missing } = live.source
  const unknown =
    canWrite === null ? t.sentence(PERMISSIONS_UNCHECKED) : t('unreadable, may be more than reading')
  const granted = permissions === null ? unknown : sanitize(permissions.join(', ')) || t('nothing')
  const lines = [row(t('key access'), granted, canWrite === null ? 'warn' : canWrite ? 'critical' : 'plain')]
  if (missing.length > 0) lines.push(row(t('refused'), `${missing.join(', ')} (status 403)`, 'warn'))
  return lines
}

function faultLine({ live, info: { t } }: RenderContext): Line {
  const { faultCount, lastFault } = live.source
  if (lastFault === null) return row(t('unreadable'), t('none'))
  return row(
    t('unreadable'),
    `${faultCount}, ${t('last')} ${sanitize(lastFault.where)}: ${sanitize(lastFault.message)}`,
    'warn',
  )
}
