import { formatAge } from '../../domain/format.ts'
import type { DashboardInfo, RenderContext } from './render-context.ts'
import type { ViewModel } from './view-model.ts'

const MINUTE_MS = 60_000

/** A time in the chosen zone: `15:47:31`. */
export function clockTime({ ui, info }: RenderContext, atMs: number): string {
  return isoAt(ui.zone === 'utc' ? 0 : info.localOffsetMinutes(atMs), atMs).slice(11, 19)
}

/** A day and time in the chosen zone: `11-23 09:02`. */
export function dayTime({ ui, info }: RenderContext, atMs: number): string {
  const iso = isoAt(ui.zone === 'utc' ? 0 : info.localOffsetMinutes(atMs), atMs)
  return `${iso.slice(5, 10)} ${iso.slice(11, 16)}`
}

/** A time of the exchange's clock, shifted so that its UTC fields are those of the chosen zone. */
export function zonedDate({ ui, info }: RenderContext, atMs: number): Date {
  return new Date(isoAt(ui.zone === 'utc' ? 0 : info.localOffsetMinutes(atMs), atMs))
}

/** A time in UTC: `18:47:40Z`. */
export function utcTime(atMs: number): string {
  return `${isoAt(0, atMs).slice(11, 19)}Z`
}

/** A time in UTC without seconds: `20:00Z`. */
export function utcMinute(atMs: number): string {
  return `${isoAt(0, atMs).slice(11, 16)}Z`
}

/** The name of the chosen zone. */
export function zoneLabel({ ui, info }: RenderContext): string {
  return ui.zone === 'utc' ? 'UTC' : info.t('local time')
}

/**
 * Converts a time of our clock to the one that is shown: the exchange's, so that a wrong clock of this machine does not mislead; that of
 * the machine until the exchange's is known.
 */
export function shownAt(
  { source }: Pick<ViewModel, 'source'>,
  { toWall }: DashboardInfo,
  atMs: number,
): number {
  const offset = source.status?.clockOffsetMs ?? null
  return offset === null ? toWall(atMs) : atMs + offset
}

/** The exchange's clock in ms: its timestamps are compared with it, since it may be minutes off ours. */
export function exchangeNow({ now, source }: ViewModel): number {
  return now + (source.status?.clockOffsetMs ?? 0)
}

/** The time left until `atMs`, in seconds within the last minute; `now` if it has passed. */
export function until({ t }: Pick<DashboardInfo, 't'>, atMs: number, now: number): string {
  const left = atMs - now
  if (left <= 0) return t('now')
  return left < MINUTE_MS ? `${Math.ceil(left / 1000)}s` : formatAge(left)
}

/** A duration as 0:42, 12:05 or 1:03:20. */
export function stopwatch(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000))
  const pair = (value: number): string => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}:${pair(seconds % 60)}`
  return `${Math.floor(minutes / 60)}:${pair(minutes % 60)}:${pair(seconds % 60)}`
}

/** Clamps the time: foreign data may hold one that a date cannot, which would throw. */
function isoAt(offsetMinutes: number, atMs: number): string {
  const local = atMs + offsetMinutes * MINUTE_MS
  return new Date(Math.min(8.64e15, Math.max(0, local))).toISOString().slice(-24)
}
