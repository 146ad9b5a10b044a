import { formatAge } from '../../domain/format.ts'
import type { RenderContext } from './render-context.ts'
import type { ViewModel } from './view-model.ts'

const MINUTE_MS = 60_000

/** A moment in the chosen zone as `15:47:31`. */
export function clockTime({ ui, info }: RenderContext, atMs: number): string {
  return isoAt(ui.zone === 'utc' ? 0 : info.localOffsetMinutes(atMs), atMs).slice(11, 19)
}

/** A moment in the chosen zone as `11-23 09:02`. */
export function dayTime({ ui, info }: RenderContext, atMs: number): string {
  const iso = isoAt(ui.zone === 'utc' ? 0 : info.localOffsetMinutes(atMs), atMs)
  return `${iso.slice(5, 10)} ${iso.slice(11, 16)}`
}

/** A moment as `18:47:40Z`: the header is always in UTC. */
export function utcTime(atMs: number): string {
  return `${isoAt(0, atMs).slice(11, 19)}Z`
}

/** The same without seconds: `20:00Z`. */
export function utcMinute(atMs: number): string {
  return `${isoAt(0, atMs).slice(11, 16)}Z`
}

/** What the times of lists are in. */
export function zoneWord({ ui }: RenderContext): string {
  return ui.zone === 'utc' ? 'UTC' : 'local time'
}

/** The exchange's time now: what it says of the past and the future is reckoned by its clock, which may be minutes off ours. */
export function exchangeNow({ now, source }: ViewModel): number {
  return now + (source.status?.clockOffsetMs ?? 0)
}

/** How long until a moment, in whole seconds when it is near; `now` when it has come. */
export function until(atMs: number, now: number): string {
  const left = atMs - now
  if (left <= 0) return 'now'
  return left < MINUTE_MS ? `${Math.ceil(left / 1000)}s` : formatAge(left)
}

/** A duration as a stopwatch shows it: 0:42, 12:05, 1:03:20. */
export function stopwatch(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000))
  const pair = (value: number): string => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}:${pair(seconds % 60)}`
  return `${Math.floor(minutes / 60)}:${pair(minutes % 60)}:${pair(seconds % 60)}`
}

/** Times outside what a date can hold would throw; foreign data may hold anything. */
function isoAt(offsetMinutes: number, atMs: number): string {
  const local = atMs + offsetMinutes * MINUTE_MS
  return new Date(Math.min(8.64e15, Math.max(0, local))).toISOString().slice(-24)
}
