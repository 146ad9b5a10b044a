import type { FeedRig } from './feed-rig.ts'
import { Watch } from './feed-watch.ts'

type Opening = Parameters<FeedRig['open']>[0]

/** One law being tried: a rig of its own, and feeds that are stopped when it is over. */
export interface Trial {
  readonly rig: FeedRig
  /** A started feed. */
  watched(how?: Opening): Watch
  /** A feed that has come live. */
  live(how?: Opening): Promise<Watch>
}

/** Tries a law, and takes everything down whatever comes of it. */
export async function tryLaw(
  openRig: () => Promise<FeedRig>,
  law: (trial: Trial) => Promise<void>,
): Promise<void> {
  const rig = await openRig()
  const watches: Watch[] = []
  const watched = (how?: Opening): Watch => {
    const watch = new Watch(rig.open(how)).start()
    watches.push(watch)
    return watch
  }
  const live = async (how?: Opening): Promise<Watch> => {
    const watch = watched(how)
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
