import type { FeedRig } from './feed-rig.ts'
import { Watch } from './feed-watch.ts'

type FeedOptions = Parameters<FeedRig['open']>[0]

/** Context of one test: its own rig, and feeds that are stopped at its end. */
export interface LawContext {
  readonly rig: FeedRig
  /** Starts a feed. */
  watched(options?: FeedOptions): Watch
  /** Starts a feed and waits until it is live. */
  live(options?: FeedOptions): Promise<Watch>
}

/** Runs a test with its own rig and always closes it. */
export async function runLaw(
  openRig: () => Promise<FeedRig>,
  law: (trial: LawContext) => Promise<void>,
): Promise<void> {
  const rig = await openRig()
  const watches: Watch[] = []
  const watched = (options?: FeedOptions): Watch => {
    const watch = new Watch(rig.open(options)).start()
    watches.push(watch)
    return watch
  }
  const live = async (options?: FeedOptions): Promise<Watch> => {
    const watch = watched(options)
    await rig.until(watch, () => watch.isLive)
    return watch
  }
  try {
    await law({ rig, watched, live })
  } finally {
    for (const watch of watches) watch.stop()
    await rig.close()
  }
}
