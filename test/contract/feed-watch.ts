import type { AccountSnapshot, Change } from '../../src/domain/snapshot.ts'
import type { Status } from '../../src/domain/status.ts'
import type { Feed, FeedEvent } from '../../src/feed/feed.ts'
import type { State } from '../../src/store/state.ts'
import { openStore } from '../../src/store/store.ts'

/** Records the events of a feed and checks the rules that always apply. */
export class Watch {
  readonly events: FeedEvent[] = []
  readonly #feed: Feed
  readonly #store = openStore()
  #wake = Promise.withResolvers<void>()
  #stopped = false
  /** Indexes of the last events of each event-loop turn. */
  readonly #turnEnds = new Set<number>()

  constructor(feed: Feed) {
    this.#feed = feed
  }

  start(): this {
    this.#feed.start(event => {
      if (this.#stopped) throw new Error(`event after stop: ${event.type}`)
      if (event.type === 'change' && this.snapshots.length === 0)
        throw new Error('a change before the first reset')
      this.events.push(event)
      this.#store.dispatch(event)
      const { length } = this.events
      queueMicrotask(() => {
        if (this.events.length === length) this.#turnEnds.add(length - 1)
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

  /** The state that the events so far give. */
  state(): State {
    return this.#store.state()
  }

  /** Resolves at the next event. */
  get nextEvent(): Promise<void> {
    return this.#wake.promise
  }

  get status(): Status {
    const last = this.statuses.at(-1)
    if (last === undefined) throw new Error('no status event')
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

  /** Returns true if the last snapshot contains the isolated trade. */
  hasTrade(id: unknown): boolean {
    return this.snapshots.at(-1)?.isolated?.value.some(position => position.id === id) ?? false
  }

  /** Whether the trade was running, at the end of each event-loop turn. */
  tradeHistory(id: string): readonly boolean[] {
    const store = openStore()
    return this.events.flatMap((event, index) => {
      store.dispatch(event)
      // Subscribers see the state between two turns.
      const isEnd = this.#turnEnds.has(index) || index === this.events.length - 1
      return isEnd ? [store.state().isolated?.has(id) ?? false] : []
    })
  }

  /** Returns true if a fill of the trade was received. */
  receivedFill(id: unknown): boolean {
    return this.changes.some(change => change.kind === 'trade-filled' && change.position.id === id)
  }
}
