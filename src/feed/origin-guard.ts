import { AxisorError } from '../domain/error.ts'
import type { Origin } from '../domain/snapshot.ts'
import type { Status } from '../domain/status.ts'
import type { Feed } from './feed.ts'

/** What to say when a source is not of the kind that the profile was made for. */
export function wrongOrigin(expected: Origin): AxisorError {
  return expected === 'exchange'
    ? new AxisorError(
        'refused',
        'the other side says that it is a simulation, and this profile is of the real exchange',
        {
          hint: 'Log in there under another name, or use --demo.',
        },
      )
    : new AxisorError('refused', 'the other side is no simulation, and this profile is of one', {
        hint: 'Log in there under another name.',
      })
}

/** A feed that stops for good, with a reason, before the first picture of another origin than expected gets through. */
export function guardOrigin(feed: Feed, expected: Origin): Feed {
  return {
    resync: () => feed.resync(),
    stop: () => feed.stop(),
    start(on) {
      let status: Status | null = null
      let stopped = false
      feed.start(event => {
        if (stopped) return
        if (event.type === 'status') status = event.status
        if (event.type !== 'reset' || event.snapshot.origin === expected) return on(event)
        stopped = true
        feed.stop()
        if (status !== null)
          on({
            type: 'status',
            at: event.at,
            status: { ...status, link: 'stopped', lastError: wrongOrigin(expected) },
          })
      })
    },
  }
}
