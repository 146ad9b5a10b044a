import { AxisorError } from '../../domain/error.ts'
import type { KeyRefusal, RelayDelivery, Status } from '../../domain/status.ts'
import type { Cancel, Clock, Random } from '../../ports/clock.ts'
import {
  selectChangesSinceSnapshot,
  selectMarketWithoutTicker,
  selectSnapshot,
} from '../../store/selectors/snapshot.ts'
import type { Store } from '../../store/store.ts'
import type {
  AlertTarget,
  RelayChange,
  RelayMessage,
  RelayUpstream,
  SnapshotRefresh,
} from '../../wire/relay/messages.ts'
import type { StreamPosition } from '../stream-position.ts'
import { ChangeBatch } from './change-batch.ts'
import { capHistory } from './history-limit.ts'
import { HopReport } from './hop-report.ts'
import type {
  MessageSource,
  RelaySnapshotMessage,
  RelayUpstreamMessage,
  SourceListener,
} from './message-source.ts'
import { SnapshotDiff } from './snapshot-diff.ts'

/** Above this many pending changes one snapshot is shorter than the deltas. */
const MAX_PENDING = 1_000

const EPOCH_BYTES = 8

/** Whether this relay of a cluster watches the exchange for an account. */
export interface Ownership {
  /** False as soon as the lease has ended, also if the process was suspended. */
  isOwner(): boolean
  onChange(listener: () => void): Cancel
}

/** The watched source of one account. */
export interface Upstream {
  readonly store: Store
  /** Left out: no other relay watches the account. */
  readonly ownership?: Ownership
  /** Requests fresh data from the exchange, within the rate limits. */
  refresh(): void
  /** Forwards an acknowledgement, if the source is a relay. */
  acknowledge?(alert: AlertTarget | null): void
  close(): void
}

type StoreListener = Parameters<Store['subscribe']>[0]
type StoreEvent = Parameters<StoreListener>[0]

interface Draft {
  readonly refresh: SnapshotRefresh | null
  readonly changes: ChangeBatch
}

/** Converts the events of a store into the messages of the relay protocol. */
export class AccountMessages implements MessageSource {
  readonly #clock: Clock
  readonly #random: Random
  readonly #upstream: Upstream
  readonly #listener: SourceListener
  readonly #unsubscribe: () => void
  #epoch: string
  #seq = 0
  #revision = 0
  /** Null until the first snapshot. */
  #diff: SnapshotDiff | null = null
  #drafts: Draft[] = []
  #pending = 0
  #snapshotPending = false
  #lastUpstreamText = ''
  #linkChanged = false
  #refusal: KeyRefusal | null = null
  readonly #delivery: () => RelayDelivery | null
  readonly #hopReport = new HopReport()

  constructor(
    deps: { readonly clock: Clock; readonly random: Random },
    upstream: Upstream,
    listener: SourceListener,
    delivery: () => RelayDelivery | null = () => null,
  ) {
    this.#delivery = delivery
    this.#clock = deps.clock
    this.#random = deps.random
    this.#upstream = upstream
    this.#listener = listener
    this.#epoch = deps.random.hex(EPOCH_BYTES)
    this.#unsubscribe = upstream.store.subscribe(event => this.#onEvent(event))
    if (upstream.store.state().lastSnapshot !== null) this.#restart()
  }

  snapshot(): RelaySnapshotMessage | null {
    const state = this.#upstream.store.state()
    const snapshot = selectSnapshot(state)
    if (snapshot === null) return null
    const changes = selectChangesSinceSnapshot(state).map(capChange)
    const upstream = this.#link() ?? NO_UPSTREAM
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
    if (this.#snapshotPending) this.#dropDrafts()
    const drafts = this.#drafts
    const sentAt = this.#clock.nowMs()
    for (const { refresh, changes } of drafts) {
      this.#seq += 1
      messages.push({ type: 'delta', sentAt, ...this.position(), refresh, changes: changes.list() })
    }
    const snapshot = this.#snapshotPending ? this.snapshot() : null
    if (snapshot !== null) messages.push(snapshot)
    this.#drafts = []
    this.#pending = 0
    this.#snapshotPending = false
    this.#linkChanged = false
    return messages
  }

  refresh(): void {
    this.#upstream.refresh()
  }

  acknowledge(alert: AlertTarget | null): void {
    this.#upstream.acknowledge?.(alert)
  }

  alertsChanged(): void {
    const { status } = this.#upstream.store.state()
    if (status === null) return
    this.#onStatus(status)
    if (!this.#linkChanged) return
    this.#revision += 1
    this.#listener.changed()
  }

  close(): void {
    this.#unsubscribe()
    this.#upstream.close()
  }

  #link(): RelayUpstream | null {
    const { status } = this.#upstream.store.state()
    if (status === null) return null
    const alerts = this.#alerts(status)
    return { hop: this.#hopReport.of(status), exchangeClockOffsetMs: status.clockOffsetMs, alerts }
  }

  /** If a relay behind this one delivers, this one is quiet. */
  #alerts({ alerts, link }: Status): RelayDelivery | null {
    return link === 'live' && alerts !== null ? alerts : this.#delivery()
  }

  #onEvent(event: StoreEvent): void {
    if (event.type === 'chart') return
    this.#revision += 1
    if (event.type === 'fault') {
      this.#listener.unreadable()
      return
    }
    if (event.type === 'status') this.#onStatus(event.status)
    else if (this.#diff === null || event.type === 'reset') this.#onSnapshot()
    else this.#onChange(event)
    if (this.#snapshotPending || this.#linkChanged || this.#pending > 0) this.#listener.changed()
    if (event.type === 'status' && event.status.link === 'stopped')
      this.#listener.stopped(event.status.lastError ?? STOPPED)
  }

  /** Ignores changes of the round-trip time alone: they are not worth a message. */
  #onStatus(status: Status): void {
    this.#reportRefusal(status)
    const { rttMs: _measured, ...hop } = this.#hopReport.of(status)
    const text = JSON.stringify([hop, status.clockOffsetMs, this.#alerts(status)])
    if (text === this.#lastUpstreamText) return
    this.#lastUpstreamText = text
    this.#linkChanged = true
  }

  #reportRefusal({ refusal }: Status): void {
    if (refusal?.attempt === this.#refusal?.attempt && refusal?.retryAt === this.#refusal?.retryAt) return
    this.#refusal = refusal
    this.#listener.refused(refusal)
  }

  #onSnapshot(): void {
    const state = this.#upstream.store.state()
    const snapshot = selectSnapshot(state)
    if (snapshot === null) return
    if (this.#diff === null || this.#diff.isOtherExchange(snapshot)) {
      if (this.#diff !== null) this.#renumber()
      this.#restart()
      return
    }
    const delta = this.#diff.refresh(snapshot, state)
    const changes = new ChangeBatch()
    for (const change of selectMarketWithoutTicker(state)) changes.add(change)
    this.#drafts.push({ refresh: delta, changes })
    this.#grow()
  }

  #renumber(): void {
    this.#epoch = this.#random.hex(EPOCH_BYTES)
    this.#seq = 0
  }

  /** Discards pending deltas and schedules a full snapshot. */
  #restart(): void {
    const state = this.#upstream.store.state()
    const snapshot = selectSnapshot(state)
    if (snapshot === null) return
    this.#diff = new SnapshotDiff(snapshot, state)
    this.#dropDrafts()
    this.#snapshotPending = true
  }

  /**
   * A snapshot replaces the pending deltas. It gets a new number, so that no peer takes it for the snapshot it has.
   */
  #dropDrafts(): void {
    if (this.#drafts.length > 0) this.#seq += 1
    this.#drafts = []
    this.#pending = 0
  }

  #onChange({ at, sourceAt, change }: Extract<StoreEvent, { type: 'change' }>): void {
    this.#diff?.recordChange(this.#upstream.store.state())
    let draft = this.#drafts.at(-1)
    if (draft === undefined) {
      draft = { refresh: null, changes: new ChangeBatch() }
      this.#drafts.push(draft)
    }
    const before = draft.changes.size
    draft.changes.add(capChange({ at, sourceAt, change }))
    if (draft.changes.size > before) this.#grow()
  }

  #grow(): void {
    this.#pending += 1
    if (this.#pending > MAX_PENDING) this.#restart()
  }
}

function capChange(item: RelayChange): RelayChange {
  const { change } = item
  if (change.kind !== 'history') return item
  return { ...item, change: { ...change, history: capHistory(change.history) } }
}

/** A link that stopped without a reason of its own. */
export const STOPPED = new AxisorError('connection-lost', 'the link to the exchange has stopped')

const NO_UPSTREAM: RelayUpstream = {
  hop: {
    kind: 'direct',
    link: 'idle',
    transport: 'stream',
    since: 0,
    attempt: 0,
    retryAt: null,
    lastError: null,
    rttMs: null,
    limitedUntil: null,
    upstream: null,
  },
  exchangeClockOffsetMs: null,
  alerts: null,
}
