import type { AccountSnapshot, Change } from '../../src/domain/snapshot.ts'
import type { Status } from '../../src/domain/status.ts'
import type { Feed, FeedEvent } from '../../src/feed/feed.ts'
import { openStore } from '../../src/store/store.ts'

/** Listens to a feed, remembers what it tells, and holds it to the laws that always apply. */
export class Watch {
  readonly events: FeedEvent[] = []
  readonly #feed: Feed
  #wake = Promise.withResolvers<void>()
  #stopped = false
  /** Events after which the feed was silent for the rest of its turn. */
  readonly #ends = new Set<number>()

  constructor(feed: Feed) {
    this.#feed = feed
  }

  start(): this {
    this.#feed.start(event => {
      if (this.#stopped) throw new Error(`told after stop: ${event.type}`)
      if (event.type === 'change' && this.snapshots.length === 0)
        throw new Error('a change before the first reset')
      this.events.push(event)
      const { length } = this.events
      queueMicrotask(() => {
        if (this.events.length === length) this.#ends.add(length - 1)
      })
      this.#wake.resolve()
      this.#wake = Promise.withResolvers()
    })
    return this
  }

  stop(): void {
    this.#stopped = true
    this.#feed.stop()
  }

  resync(): void {
    this.#feed.resync()
  }

  /** Settles when the feed next tells something. */
  get more(): Promise<void> {
    return this.#wake.promise
  }

  get status(): Status {
    const last = this.statuses.at(-1)
    if (last === undefined) throw new Error('no status was told')
    return last
  }

  get statuses(): readonly Status[] {
    return this.events.flatMap(event => (event.type === 'status' ? [event.status] : []))
  }

  get snapshots(): readonly AccountSnapshot[] {
    return this.events.flatMap(event => (event.type === 'reset' ? [event.snapshot] : []))
  }

  get changes(): readonly Change[] {
    return this.events.flatMap(event => (event.type === 'change' ? [event.change] : []))
  }

  get faults(): number {
    return this.events.filter(event => event.type === 'fault').length
  }

  get isLive(): boolean {
    return this.statuses.at(-1)?.link === 'live'
  }

  /** True when the newest picture holds the isolated trade. */
  holds(id: unknown): boolean {
    return this.snapshots.at(-1)?.isolated?.value.some(position => position.id === id) ?? false
  }

  /** Whether the trade runs, as somebody would see it who looks whenever the feed has finished speaking. */
  knew(id: string): readonly boolean[] {
    const store = openStore()
    return this.events.flatMap((event, index) => {
      store.dispatch(event)
      // Whoever asks does so between two turns.
      const isEnd = this.#ends.has(index) || index === this.events.length - 1
      return isEnd ? [store.state().isolated?.has(id) ?? false] : []
    })
  }

  /** True when the feed has told that the trade was filled. */
  heardFill(id: unknown): boolean {
    return this.changes.some(change => change.kind === 'trade-filled' && change.position.id === id)
  }
}
