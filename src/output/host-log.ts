import type { Notice } from '../domain/alerts/alert.ts'
import type { Attempt } from '../domain/alerts/delivery.ts'
import { formatAge, formatNumber } from '../domain/format.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { ToWall } from '../domain/wall-clock.ts'
import { LEVEL_WORDS } from './row-lines.ts'

/** Formats the lines of `axisor alerts run`: the UTC time, then one event. */
export class HostLog {
  readonly #clock: { nowMs(): number; readonly toWall: ToWall }

  constructor(clock: { nowMs(): number; readonly toWall: ToWall }) {
    this.#clock = clock
  }

  /** Any other event. */
  line(text: string): string {
    const { toWall } = this.#clock
    const time = new Date(toWall(this.#clock.nowMs())).toISOString().replace(/\.\d+Z$/, 'Z')
    return `${time} ${sanitize(text)}`
  }

  notice({ event, alert, simulated }: Notice): string {
    const mark = simulated ? 'SIMULATED ' : ''
    return this.line(`${mark}${event} ${LEVEL_WORDS[alert.level]} ${alert.message}`)
  }

  gap({ from, to }: { readonly from: number; readonly to: number }): string {
    return this.line(`sight was lost for ${formatAge(to - from)}`)
  }

  attempt({ channel, tookMs, state, nextAttemptAt, startedAt, why }: Attempt, notice: Notice): string {
    const what = `${notice.event} ${notice.alert.id}`
    const mark = notice.simulated ? 'SIMULATED ' : ''
    const reason = why === null ? '' : ` (${why})`
    if (state === 'delivered')
      return this.line(`${mark}${channel}: delivered ${what} in ${formatNumber(tookMs)} ms`)
    if (state !== 'pending') return this.line(`${mark}${channel}: ${state} ${what}${reason}`)
    const inMs = (nextAttemptAt ?? startedAt) - startedAt - tookMs
    return this.line(
      `${mark}${channel}: not delivered ${what}${reason}, next attempt in ${formatAge(Math.max(0, inMs))}`,
    )
  }
}
