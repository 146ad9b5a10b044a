import type { Fault } from '../../../../src/domain/error.ts'
import type { Priority } from '../../../../src/feed/exchange/budget.ts'
import { RATE_LIMITS, RateLimiter } from '../../../../src/feed/exchange/rate-limiter.ts'
import { SharedBudget } from '../../../../src/feed/exchange/shared-budget.ts'
import type { Files } from '../../../../src/ports/files.ts'
import { type FakeClock, openFakeClock } from '../../../support/fake-clock.ts'

interface MemoryFiles extends Pick<Files, 'update'> {
  readonly texts: Map<string, string>
}

/** Files in memory. */
export function memoryFiles(): MemoryFiles {
  const texts = new Map<string, string>()
  return {
    texts,
    async update(path, change) {
      texts.set(path, change(texts.get(path) ?? null))
    },
  }
}

/** Processes that share a budget file in memory. */
interface Rig {
  readonly clock: FakeClock
  readonly files: MemoryFiles
  readonly faults: Fault[]
  /** The rate limiter of a further process. */
  join(usedFiles?: Pick<Files, 'update'>, onLimited?: (until: number | null) => void): RateLimiter
}

/** Opens a rig whose clock begins at `startMs`. */
export function openRig(startMs = 1_000_000): Rig {
  const clock = openFakeClock(startMs)
  const files = memoryFiles()
  const faults: Fault[] = []
  let count = 0
  return {
    clock,
    files,
    faults,
    join(usedFiles = files, onLimited = () => {}) {
      count += 1
      const deps = { clock, files: usedFiles, onFault: (fault: Fault) => void faults.push(fault) }
      const store = new SharedBudget(deps, '/state/budget.json')
      return new RateLimiter(clock, RATE_LIMITS.signed, { store, owner: `process-${count}`, onLimited })
    },
  }
}

/** Sends `count` requests at once, each answered after 100 ms; returns the ms at which they were sent, from now. */
export function sendAll(
  clock: FakeClock,
  limiter: RateLimiter,
  count: number,
  priority: Priority = 'high',
): number[] {
  const start = clock.nowMs()
  const sent: number[] = []
  for (let each = 0; each < count; each += 1) {
    void limiter.acquire(priority).then(release => {
      sent.push(clock.nowMs() - start)
      clock.after(100, release)
    })
  }
  return sent
}
