import type { Change, Picture } from '../../domain/snapshot.ts'
import type { FeedEvent } from '../feed.ts'

type Told = Extract<FeedEvent, { type: 'change' }>

/**
 * Keeps what one socket says in order: no change before the first picture, and nothing lost that was said while a picture was
 * being read. Such changes are told again after the picture, with the time at which they arrived; applying one twice changes nothing.
 */
export class Telling {
  readonly #tell: (event: FeedEvent) => void
  #hasPicture = false
  /** What was said since the reading began; null while none is under way. */
  #recorded: Told[] | null = []

  constructor(tell: (event: FeedEvent) => void) {
    this.#tell = tell
  }

  /** A reading begins. Before the first picture everything is kept already, from the moment the socket opened. */
  reading(): void {
    if (this.#hasPicture) this.#recorded = []
  }

  change(at: number, change: Change, sourceAt: number | null): void {
    const told: Told = { type: 'change', at, sourceAt, change }
    this.#recorded?.push(told)
    if (this.#hasPicture) this.#tell(told)
  }

  reset(at: number, picture: Picture, asOf?: number): void {
    const again = this.#recorded ?? []
    this.#recorded = null
    this.#hasPicture = true
    this.#tell({ type: 'reset', at, picture, asOf })
    for (const told of again) this.#tell(told)
  }
}
