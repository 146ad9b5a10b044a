import { AxisorError } from '../../domain/error.ts'
import type { Status } from '../../domain/status.ts'
import type { Clock, Random } from '../../ports/clock.ts'
import { selectChangesSinceSnapshot, selectSnapshot } from '../../store/selectors/snapshot.ts'
import type { Store } from '../../store/store.ts'
import type { RelayChange, RelayMessage, RelayUpstream, SnapshotRefresh } from '../../wire/relay/messages.ts'
import { ChangeBatch } from './change-batch.ts'
import { capHistory } from './history-limit.ts'
import { HopReport } from './hop-report.ts'
import type {
  MessageSource,
  RelaySnapshotMessage,
  RelayUpstreamMessage,
  SourceListener,
  StreamPosition,
} from './message-source.ts'
import { SnapshotDiff } from './snapshot-diff.ts'

/** More than this waiting: one snapshot says it shorter. */
const MAX_WAITING = 1_000

const EPOCH_BYTES = 8

/** Whom the relay watches for one account. */
export interface Upstream {
  readonly store: Store
  /** Asks the exchange again, within the rate budget. */
  refresh(): void
  close(): void
}

type StoreListener = Parameters<Store['subscribe']>[0]
type StoreEvent = Parameters<StoreListener>[0]

interface Draft {
  readonly refresh: SnapshotRefresh | null
  readonly changes: ChangeBatch
}

/** Turns what a store is told into the relay's messages. */
export class AccountMessages implements MessageSource {
  readonly #clock: Clock
  readonly #random: Random
  readonly #upstream: Upstream
  readonly #listener: SourceListener
  readonly #unsubscribe: () => void
  #epoch: string
  #seq = 0
  #revision = 0
  /** Null until everybody can be told a snapshot. */
  #diff: SnapshotDiff | null = null
  #drafts: Draft[] = []
  #pending = 0
  #wantsSnapshot = false
  #lastUpstreamText = ''
  #linkChanged = false
  readonly #hopReport = new HopReport()

  constructor(
    world: { readonly clock: Clock; readonly random: Random },
    upstream: Upstream,
    listener: SourceListener,
  ) {
    this.#clock = world.clock
    this.#random = world.random
    this.#upstream = upstream
    this.#listener = listener
    this.#epoch = world.random.hex(EPOCH_BYTES)
    this.#unsubscribe = upstream.store.subscribe(event => this.#onEvent(event))
    if (upstream.store.state().lastSnapshot !== null) this.#begin()
  }

  snapshot(): RelaySnapshotMessage | null {
    const state = this.#upstream.store.state()
    const snapshot = selectSnapshot(state)
    if (snapshot === null) return null
    const changes = selectChangesSinceSnapshot(state).map(fitting)
    const upstream = this.#link() ?? NOT_YET
    return { type: 'snapshot', sentAt: this.#clock.nowMs(), ...this.position(), snapshot, changes, upstream }
  }

  upstream(): RelayUpstreamMessage | null {
    const upstream = this.#link()
    return upstream && { type: 'upstream', sentAt: this.#clock.nowMs(), upstream }
  }

  position(): StreamPosition {
    return { epoch: this.#epoch, seq: this.#seq }
  }

  revision(): number {
    return this.#revision
  }

  drain(): readonly RelayMessage[] {
    const messages: RelayMessage[] = []
    const link = this.#linkChanged ? this.upstream() : null
    if (link !== null) messages.push(link)
    if (this.#wantsSnapshot) this.#dropDrafts()
    const drafts = this.#drafts
    const sentAt = this.#clock.nowMs()
    for (const { refresh, changes } of drafts) {
      this.#seq += 1
      messages.push({ type: 'delta', sentAt, ...this.position(), refresh, changes: changes.list() })
    }
    const snapshot = this.#wantsSnapshot ? this.snapshot() : null
    if (snapshot !== null) messages.push(snapshot)
    this.#drafts = []
    this.#pending = 0
    this.#wantsSnapshot = false
    this.#linkChanged = false
    return messages
  }

  refresh(): void {
    this.#upstream.refresh()
  }

  close(): void {
    this.#unsubscribe()
    this.#upstream.close()
  }

  #link(): RelayUpstream | null {
    const { status } = this.#upstream.store.state()
    return status && { hop: this.#hopReport.of(status), exchangeClockOffsetMs: status.clockOffsetMs }
  }

  #onEvent(event: StoreEvent): void {
    this.#revision += 1
    if (event.type === 'fault') {
      this.#listener.unreadable()
      return
    }
    if (event.type === 'status') this.#onStatus(event.status)
    else if (this.#diff === null || event.type === 'reset') this.#onSnapshot()
    else this.#onChange(event)
    if (this.#wantsSnapshot || this.#linkChanged || this.#pending > 0) this.#listener.changed()
    if (event.type === 'status' && event.status.link === 'stopped')
      this.#listener.stopped(event.status.lastError ?? STOPPED)
  }

  /** Not every measurement of the link is worth a message, only what a person would be told. */
  #onStatus(status: Status): void {
    const { rttMs: _measured, ...hop } = this.#hopReport.of(status)
    const said = JSON.stringify([hop, status.clockOffsetMs])
    if (said === this.#lastUpstreamText) return
    this.#lastUpstreamText = said
    this.#linkChanged = true
  }

  #onSnapshot(): void {
    const state = this.#upstream.store.state()
    const snapshot = selectSnapshot(state)
    if (snapshot === null) return
    if (this.#diff === null || this.#diff.isElsewhere(snapshot)) {
      if (this.#diff !== null) this.#renumber()
      this.#begin()
      return
    }
    const delta = this.#diff.refreshed(snapshot, state)
    this.#drafts.push({ refresh: delta, changes: new ChangeBatch() })
    this.#grow()
  }

  #renumber(): void {
    this.#epoch = this.#random.hex(EPOCH_BYTES)
    this.#seq = 0
  }

  /** Everybody is to be told a whole snapshot. */
  #begin(): void {
    const state = this.#upstream.store.state()
    const snapshot = selectSnapshot(state)
    if (snapshot === null) return
    this.#diff = new SnapshotDiff(snapshot, state)
    this.#dropDrafts()
    this.#wantsSnapshot = true
  }

  /** A snapshot says all that was to be told. It gets a number of its own: with that of before, some would seem to know it. */
  #dropDrafts(): void {
    if (this.#drafts.length > 0) this.#seq += 1
    this.#drafts = []
    this.#pending = 0
  }

  #onChange({ at, sourceAt, change }: Extract<StoreEvent, { type: 'change' }>): void {
    this.#diff?.changed(this.#upstream.store.state())
    let draft = this.#drafts.at(-1)
    if (draft === undefined) {
      draft = { refresh: null, changes: new ChangeBatch() }
      this.#drafts.push(draft)
    }
    const before = draft.changes.size
    draft.changes.add(fitting({ at, sourceAt, change }))
    if (draft.changes.size > before) this.#grow()
  }

  #grow(): void {
    this.#pending += 1
    if (this.#pending > MAX_WAITING) this.#begin()
  }
}

function fitting(told: RelayChange): RelayChange {
  const { change } = told
  if (change.kind !== 'history') return told
  return { ...told, change: { ...change, history: capHistory(change.history) } }
}

const STOPPED = new AxisorError('connection-lost', 'the link to the exchange has stopped')

const NOT_YET: RelayUpstream = {
  hop: {
    kind: 'direct',
    link: 'idle',
    transport: 'stream',
    since: 0,
    attempt: 0,
    retryAt: null,
    lastError: null,
    rttMs: null,
    upstream: null,
  },
  exchangeClockOffsetMs: null,
}
