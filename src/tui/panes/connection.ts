import { PERMISSIONS_UNCHECKED } from '../../domain/account.ts'
import { formatAge, UNKNOWN } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { Stamped } from '../../domain/stamp.ts'
import { wallOffsetMs } from '../../domain/wall-clock.ts'
import { ageOf } from '../../store/age.ts'
import { hopName, relayDeliveryText } from '../../store/hops.ts'
import { type Line, type Role, segment } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { signedAmount } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { clockTime, shownAt, until, utcTime } from '../view/time-format.ts'
import { signedMs } from './header.ts'
import type { Panel } from './panel.ts'
import { partSummary, partTable } from './part-table.ts'
import { scroll } from './scroll.ts'

/** Where the text of a row begins. */
const INDENT = 13

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
    title: 'CONNECTION',
    note: 'L log',
    preferredHeight: lines.length,
    draw: (_, height) => lines.slice(0, height),
  }
}

/** The same with the last error, the age of each part of the data, and the key. */
export function diagnosticsPanel(context: RenderContext): Panel {
  const lines = diagnosticsLines(context)
  return {
    pane: 'connection',
    title: 'DIAGNOSTICS',
    note: 'r reads everything again',
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
  const { status } = source
  if (status === null) return row('link', 'not started')
  const since = `${status.link} for ${formatAge(now - status.since)}`
  const retry = status.retryAt === null ? '' : `, retry ${status.attempt} in ${until(status.retryAt, now)}`
  const back = status.reconnects === 0 ? '' : `   reconnects ${status.reconnects}`
  const rtt = status.rttMs === null ? '' : `   rtt ${Math.round(status.rttMs)}ms`
  const offset = wallOffsetMs(status.clockOffsetMs, now, context.info.toWall)
  const clock = offset === null ? '' : `   clock ${signedMs(offset)}`
  return row(source.kind, `${since}${retry}${back}${rtt}${clock}`)
}

/** The relay's own links as it reports them, each with its state and last error. */
function hopLines({ live }: RenderContext): readonly Line[] {
  const { source, now } = live
  return source.hops.map((hop, index) => {
    const retry = hop.retryAt === null ? '' : `, retry ${hop.attempt} in ${until(hop.retryAt, now)}`
    const http = hop.link !== 'live' && hop.transport === 'http' ? ', HTTP only' : ''
    const rtt = hop.rttMs === null ? '' : `   rtt ${Math.round(hop.rttMs)}ms`
    const isLive = hop.link === 'live'
    const why = isLive || hop.lastError === null ? '' : `   ${sanitize(hop.lastError.message)}`
    const text = `${hop.link} for ${formatAge(now - hop.since)}${retry}${http}${rtt}${why}`
    return row(`→ ${hopName(hop, index)}`, text, isLive ? 'plain' : 'warn')
  })
}

/** What a relay delivers itself, so that this dashboard delivers nothing. */
function deliveryLine({ live }: RenderContext): readonly Line[] {
  const alerts = live.source.status?.alerts ?? null
  return alerts === null ? [] : [row('alerts', relayDeliveryText(alerts))]
}

function errorLine(context: RenderContext): Line {
  const error = context.live.source.status?.lastError ?? null
  if (error === null) return row('last error', 'none')
  const hint = error.hint === null ? '' : ` ${sanitize(error.hint)}`
  return row('last error', `${sanitize(error.message)}.${hint}`, 'warn')
}

function snapshotLine(context: RenderContext): Line {
  const { source, state } = context.live
  const snapshot = state.lastSnapshot
  const rate = source.status?.rateLimit
  const read =
    snapshot === null
      ? UNKNOWN
      : `${clockTime(context, shownAt(context.live, context.info, snapshot.endedAt))} in ${snapshot.endedAt - snapshot.startedAt}ms`
  const budget = rate == null ? '' : `   rate ${rate.remaining}/${rate.limit}`
  return row('snapshot', `last read ${read}${budget}`)
}

function ageLines({ live, info }: RenderContext): readonly Line[] {
  const { state, now } = live
  const parts: readonly (readonly [string, Stamped<unknown> | null])[] = [
    ['last', state.lastPrice],
    ['index', state.index],
    ['bid/ask', state.buckets],
    ['funding', state.funding],
    ['history', state.history],
  ]
  return parts.map(([name, stamp]) => {
    if (stamp === null) return row(name, 'not known', 'warn')
    const source = stamp.sourceAt === null ? '' : `, sent by the exchange ${utcTime(stamp.sourceAt)}`
    return row(
      name,
      `age ${formatAge(ageOf(state, stamp, now))}, received ${utcTime(shownAt(live, info, stamp.receivedAt))}${source}`,
    )
  })
}

function checkLine(context: RenderContext): Line {
  const current = context.live.positions.filter(row => !row.isOld)
  const differing = current.flatMap(row => row.plDifferenceSats ?? [])
  const compared = current.filter(row => row.position.exchangePlSats !== null).length
  if (compared === 0) return row('P&L check', 'nothing to compare with')
  if (differing.length === 0) return row('P&L check', `Δ 0   ${compared} compared with the exchange's own`)
  const worst = differing.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a))
  return row(
    'P&L check',
    `Δ ${signedAmount(context, worst)} ${context.ui.unit}   ${differing.length} of ${compared} differ from the exchange's own`,
    'warn',
  )
}

/** Which field of the exchange is the entry of the trades with two different ones. */
function entryLine({ live }: RenderContext): Line {
  const sources = live.positions.flatMap(({ position: { entryCandidates, entrySource } }) =>
    entryCandidates?.priceUsd == null || entryCandidates.entryPriceUsd === null || entrySource === 'same'
      ? []
      : (entrySource ?? []),
  )
  if (sources.length === 0) return row('entry', 'price and entryPrice are equal')
  const isOpen = sources.some(source => source === 'undecided' || source === 'neither')
  return row('entry', countedText(sources), isOpen ? 'warn' : 'plain')
}

/** How the exchange reports maintenance margins. */
function reserveLine({ live }: RenderContext): Line {
  const bases = live.positions.flatMap(position => position.maintenanceMarginBasis ?? [])
  if (bases.length === 0) return row('reserve', 'no maintenance margin reported')
  return row('reserve', `maintenance margin, of the opening fee: ${countedText(bases)}`)
}

/** Formats how often each word occurs: `2 price, 1 undecided`. */
function countedText(words: readonly string[]): string {
  const counts = [...new Set(words)].map(word => `${words.filter(each => each === word).length} ${word}`)
  return counts.join(', ')
}

function keyLines({ live }: RenderContext): readonly Line[] {
  const { permissions, canWrite, missing } = live.source
  const unknown = canWrite === null ? PERMISSIONS_UNCHECKED : 'unreadable, may be more than reading'
  const granted = permissions === null ? unknown : sanitize(permissions.join(', ')) || 'nothing'
  const lines = [row('key access', granted, canWrite === null ? 'warn' : canWrite ? 'critical' : 'plain')]
  if (missing.length > 0) lines.push(row('refused', `${missing.join(', ')} (status 403)`, 'warn'))
  return lines
}

function faultLine({ live }: RenderContext): Line {
  const { faultCount, lastFault } = live.source
  if (lastFault === null) return row('unreadable', 'none')
  return row(
    'unreadable',
    `${faultCount}, last ${sanitize(lastFault.where)}: ${sanitize(lastFault.message)}`,
    'warn',
  )
}
