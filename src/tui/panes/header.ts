import { formatAge } from '../../domain/format.ts'
import { POSITION_PARTS } from '../../domain/parts.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { wallOffsetMs } from '../../domain/wall-clock.ts'
import { hopName } from '../../store/hops.ts'
import type { PermissionState } from '../../store/view.ts'
import { fitParts, type Part, part } from '../paint/fit.ts'
import { type Line, segment, widthOfLine } from '../paint/line.ts'
import { SHORT_COLUMNS } from '../view/format.ts'
import type { DashboardInfo, RenderContext } from '../view/render-context.ts'
import { shownAt, utcMinute, utcTime } from '../view/time-format.ts'
import { sourceText } from './connection-text.ts'
import type { Detail, SourceText } from './source-text.ts'

const ALWAYS = Number.POSITIVE_INFINITY
/** Priority of details that other panes show as well: below the identity. */
const REPEATED = 5

/** Profile, network, permissions of the key, and freshness of the data. Never dropped. */
export function headerLine(context: RenderContext): Line {
  const { columns } = context
  const source = sourceText(context)
  const states = [source.state, ...(source.shortStates ?? [])]
  const lines = states.map(state => lineWith(context, { ...source, state }))
  return lines.find(line => widthOfLine(line) <= columns) ?? lines.at(-1) ?? []
}

function lineWith(context: RenderContext, source: SourceText): Line {
  const { columns } = context
  const [name, rest] = [identity(context), freshness(context, source)]
  const joined = fitParts([...name, ...rest], columns - 1, 1)
  const wide = fitParts(rest, columns, 2)
  const left = fitParts(name, columns, 1)
  const needed = widthOfLine(left) + widthOfLine(wide) + 2
  const blank = segment(' ')
  if (needed <= columns) return [blank, ...left, segment(' '.repeat(columns - needed + 1)), ...wide]
  return [blank, ...joined]
}

function identity({ model, info, columns }: RenderContext): readonly Part[] {
  const { source } = model
  const simulated = source.origin === 'simulated'
  const network =
    source.network === null || (simulated && source.network === 'simulator') ? null : source.network
  return [
    part('axisor', 5, 'strong'),
    part(sanitize(info.profile, { maxLength: 16 }), 8),
    ...(network === null ? [] : [{ line: [segment('· ', 'faint'), segment(network)], priority: 6 }]),
    ...(simulated ? [part(info.t('SIMULATED'), ALWAYS, 'badge')] : []),
    keyPart(source.permissionState, columns, info),
  ]
}

function keyPart(access: PermissionState | null, columns: number, { t }: DashboardInfo): Part {
  switch (access) {
    case 'write':
      return part(columns < SHORT_COLUMNS ? t('!! WRITE') : t('!! WRITE KEY'), ALWAYS, 'badge')
    case 'unchecked':
      return part(columns < SHORT_COLUMNS ? t('KEY?') : t('KEY NOT CHECKED'), ALWAYS, 'badge')
    case 'read-only':
      return part(`· ${t('RO key')}`, 7)
    case null:
      return part('', 0)
  }
}

/** State and age are never dropped; the rest is dropped from the end of this list. */
function freshness(context: RenderContext, source: SourceText): readonly Part[] {
  const { model, live, columns, info } = context
  const { role, state, details, isRepeated = false, isLive = false } = source
  const parts = [part(columns < SHORT_COLUMNS ? state.replace(/ \(.*\)$/, '') : state, ALWAYS, role)]
  if (isLive) parts.push(part(transportOf(context), 20))
  const isLow = isLive && info.pace === 'low'
  details.forEach((detail, index) => {
    // What counts up while all is well costs a frame each second.
    if (isLow && isAge(detail, columns)) return
    const priority = detail.kind === 'as-of' ? 40 : (isRepeated ? REPEATED : 30) - index
    parts.push(part(detail.text, isAge(detail, columns) ? ALWAYS : priority))
  })
  if (isLow) parts.push(...clockPart(context))
  else if (isLive && columns >= 160) parts.push(...wideParts(context))
  else if (isLive) {
    const rtt = model.source.status?.rttMs ?? null
    if (rtt !== null) parts.push(part(`rtt ${Math.round(rtt)}ms`, 10))
    parts.push(...clockPart(context))
  }
  if (!live.market.stale && live.source.state !== 'stopped')
    parts.push(part((isLow ? utcMinute : utcTime)(shownAt(live, info, live.now)), 15))
  return parts
}

/** The age of the data; that of the prices alone if there is room beside the state of a part. */
function isAge({ kind }: Detail, columns: number): boolean {
  return kind === 'age' || (columns >= SHORT_COLUMNS && kind === 'prices')
}

function transportOf({ model, columns, info }: RenderContext): string {
  const { kind, transport, hops } = model.source
  const connection = `${transport === 'stream' ? 'ws' : 'http'} ${info.t(kind)}`
  // The last hop leads to the exchange; all others are relays.
  return columns >= 160 && hops.length > 0 ? `${connection} → ${hops.map(hopName).join(' → ')}` : connection
}

/** A clock offset from which the header shows it. */
const CLOCK_OFF_MS = 2_000

function clockPart({ model, info }: RenderContext): readonly Part[] {
  const { status } = model.source
  const offset = wallOffsetMs(status?.clockOffsetMs ?? null, model.now, info.toWall) ?? 0
  return Math.abs(offset) < CLOCK_OFF_MS ? [] : [part(`${info.t('clock')} ${signedMs(offset)}`, 12, 'warn')]
}

/** Details of a wide screen. */
function wideParts({ model, info }: RenderContext): readonly Part[] {
  const { status } = model.source
  const ages = POSITION_PARTS.flatMap(name => model.source.parts[name].ageMs ?? [])
  const positions = ages.length === 0 ? null : Math.max(...ages)
  const { t } = info
  const parts = [part(t('positions age {age}', { age: formatAge(positions) }), 19)]
  if (status?.rttMs != null) parts.push(part(`rtt ${Math.round(status.rttMs)}ms`, 18))
  const offset = wallOffsetMs(status?.clockOffsetMs ?? null, model.now, info.toWall)
  if (offset !== null) parts.push(part(`${t('skew')} ${signedMs(offset)}`, 17))
  if (status?.rateLimit != null)
    parts.push(part(`${t('rate')} ${status.rateLimit.remaining}/${status.rateLimit.limit}`, 16))
  return parts
}

/** A signed duration: in ms below a second, else as an age. */
export function signedMs(offsetMs: number): string {
  const sign = offsetMs > 0 ? '+' : offsetMs < 0 ? '-' : ''
  const magnitude = Math.abs(offsetMs)
  return magnitude < 1000 ? `${sign}${Math.round(magnitude)}ms` : `${sign}${formatAge(magnitude)}`
}
