import { STALE_AFTER_MS } from '../../store/age.ts'
import { QUIET_AFTER_MS, quietMs } from '../panes/connection-text.ts'
import type { Pace, RenderContext } from '../view/render-context.ts'
import type { ViewModel } from '../view/view-model.ts'

/** Frames for changes of data are at least this far apart, in ms. */
export const FRAME_MS: Readonly<Record<Pace, number>> = { full: 250, remote: 500, low: 1_000 }

const MINUTE_MS = 60_000

/**
 * When time alone changes the frame, ms of our clock. What becomes stale must not be shown as live a moment longer, whatever the pace; and
 * ages of what is not live count seconds.
 */
export function nextChange({ live, ui, info }: Pick<RenderContext, 'live' | 'ui' | 'info'>): number {
  const { now, source } = live
  const ages = Object.values(source.parts).flatMap(({ ageMs }) => ageMs ?? [])
  const staleAt = ages.filter(age => age <= STALE_AFTER_MS).map(age => now + STALE_AFTER_MS - age + 1)
  const counts = info.pace !== 'low' || !isLive(live) || ui.frozen !== null || ui.answer !== null
  const tick = counts ? 1_000 : MINUTE_MS
  const quietAt = counts ? Number.POSITIVE_INFINITY : now + QUIET_AFTER_MS - quietMs(live)
  return Math.min(Math.floor(now / tick) * tick + tick, quietAt, ...staleAt)
}

/** True while the header says `LIVE`. */
function isLive(live: ViewModel): boolean {
  return live.source.state === 'live' && !live.source.stale && quietMs(live) < QUIET_AFTER_MS
}
