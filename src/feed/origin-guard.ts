import { AxisorError } from '../domain/error.ts'
import { type AccountSnapshot, type Origin, PART_VALUES } from '../domain/snapshot.ts'
import type { Status } from '../domain/status.ts'
import type { Feed } from './feed.ts'

/** The error for a source whose origin differs from the profile's. */
function wrongOrigin(expected: Origin): AxisorError {
  return expected === 'exchange'
    ? new AxisorError('refused', 'the server is a simulator, but this profile is for the real exchange', {
        hint: 'Create another profile for it with axisor login, or use --demo.',
      })
    : new AxisorError('refused', 'the server is not a simulator, but this profile is for one', {
        hint: 'Create another profile for it with axisor login.',
      })
}

/**
 * Compares what answered with what the profile requires. `expected`: null if any origin is accepted.
 * @throws AxisorError refused, if they differ
 */
export function requireOrigin({ simulated }: { readonly simulated: boolean }, expected: Origin | null): void {
  if (expected !== null && expected !== (simulated ? 'simulated' : 'exchange')) throw wrongOrigin(expected)
}

/** Returns true if no part was read: error replies, for example of a proxy, do not show whether the server is a simulator. */
function isEmpty(snapshot: AccountSnapshot): boolean {
  return Object.values(PART_VALUES).every(name => snapshot[name] === null)
}

/** Stops the feed with an error at the first snapshot with data whose origin is not `expected`; that snapshot is not passed on. */
export function guardOrigin(feed: Feed, expected: Origin): Feed {
  return {
    resync: () => feed.resync(),
    stop: () => feed.stop(),
    followCandles: range => feed.followCandles?.(range),
    start(on) {
      let status: Status | null = null
      let isStopped = false
      feed.start(event => {
        if (isStopped) return
        if (event.type === 'status') status = event.status
        if (event.type !== 'reset' || event.snapshot.origin === expected || isEmpty(event.snapshot))
          return on(event)
        isStopped = true
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
