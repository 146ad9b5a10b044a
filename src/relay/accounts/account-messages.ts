import { AxisorError } from '../../domain/error.ts'
import type { Status } from '../../domain/status.ts'
import type { Chance, Clock } from '../../ports/clock.ts'
import { selectBeyondPicture, selectPicture } from '../../store/selectors/snapshot.ts'
import type { Store } from '../../store/store.ts'
import type { PictureDelta, RelayChange, RelayMessage, RelayUpstream } from '../../wire/relay/messages.ts'
import { JoinedChanges } from './change-batch.ts'
import { fittingHistory } from './history-limit.ts'
import { ToldHop } from './hop-report.ts'
import type { Head, Snapshot, UpstreamMessage, Voice, VoiceListener } from './message-source.ts'
import { ToldPicture } from './snapshot-diff.ts'

/** More than this waiting: one snapshot says it shorter. */
const MOST_WAITING = 1_000

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
  readonly picture: PictureDelta | null
  readonly changes: JoinedChanges
}

/** Turns what a store is told into the relay's messages. */
export class AccountVoice implements Voice {
  readonly #clock: Clock
  readonly #chance: Chance
  readonly #upstream: Upstream
  readonly #listener: VoiceListener
  readonly #unsubscribe: () => void
  #epoch: string
  #seq = 0
  #revision = 0
  /** Null until everybody can be told a snapshot. */
  #told: ToldPicture | null = null
  #drafts: Draft[] = []
  #waiting = 0
  #wantsSnapshot = false
  #saidOfLink = ''
  #linkChanged = false
  readonly #toldHop = new ToldHop()

  constructor(
    world: { readonly clock: Clock; readonly chance: Chance },
    upstream: Upstream,
    listener: VoiceListener,
  ) {
    this.#clock = world.clock
    this.#chance = world.chance
    this.#upstream = upstream
    this.#listener = listener
    this.#epoch = world.chance.hex(EPOCH_BYTES)
    this.#unsubscribe = upstream.store.subscribe(event => this.#hear(event))
    if (upstream.store.state().lastPicture !== null) this.#begin()
  }

  snapshot(): Snapshot | null {
    const state = this.#upstream.store.state()
    const picture = selectPicture(state)
    if (picture === null) return null
    const changes = selectBeyondPicture(state).map(fitting)
    const upstream = this.#link() ?? NOT_YET
    return { type: 'snapshot', sentAt: this.#clock.nowMs(), ...this.head(), picture, changes, upstream }
  }

  upstream(): UpstreamMessage | null {
    const upstream = this.#link()
    return upstream && { type: 'upstream', sentAt: this.#clock.nowMs(), upstream }
  }

  head(): Head {
    return { epoch: this.#epoch, seq: this.#seq }
  }

  revision(): number {
    return this.#revision
  }

  take(): readonly RelayMessage[] {
    const messages: RelayMessage[] = []
    const link = this.#linkChanged ? this.upstream() : null
    if (link !== null) messages.push(link)
    if (this.#wantsSnapshot) this.#dropDrafts()
    const drafts = this.#drafts
    const sentAt = this.#clock.nowMs()
    for (const { picture, changes } of drafts) {
      this.#seq += 1
      messages.push({ type: 'delta', sentAt, ...this.head(), picture, changes: changes.list() })
    }
    const snapshot = this.#wantsSnapshot ? this.snapshot() : null
    if (snapshot !== null) messages.push(snapshot)
    this.#drafts = []
    this.#waiting = 0
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
    return status && { hop: this.#toldHop.of(status), exchangeClockOffsetMs: status.clockOffsetMs }
  }

  #hear(event: StoreEvent): void {
    this.#revision += 1
    if (event.type === 'fault') {
      this.#listener.unreadable()
      return
    }
    if (event.type === 'status') this.#hearStatus(event.status)
    else if (this.#told === null || event.type === 'reset') this.#hearPicture()
    else this.#hearChange(event)
    if (this.#wantsSnapshot || this.#linkChanged || this.#waiting > 0) this.#listener.changed()
    if (event.type === 'status' && event.status.link === 'stopped')
      this.#listener.stopped(event.status.lastError ?? STOPPED)
  }

  /** Not every measurement of the link is worth a message, only what a person would be told. */
  #hearStatus(status: Status): void {
    const { rttMs: _measured, ...hop } = this.#toldHop.of(status)
    const said = JSON.stringify([hop, status.clockOffsetMs])
    if (said === this.#saidOfLink) return
    this.#saidOfLink = said
    this.#linkChanged = true
  }

  #hearPicture(): void {
    const state = this.#upstream.store.state()
    const picture = selectPicture(state)
    if (picture === null) return
    if (this.#told === null || this.#told.isElsewhere(picture)) {
      if (this.#told !== null) this.#renumber()
      this.#begin()
      return
    }
    const delta = this.#told.reread(picture, state)
    this.#drafts.push({ picture: delta, changes: new JoinedChanges() })
    this.#grow()
  }

  #renumber(): void {
    this.#epoch = this.#chance.hex(EPOCH_BYTES)
    this.#seq = 0
  }

  /** Everybody is to be told a whole snapshot. */
  #begin(): void {
    const state = this.#upstream.store.state()
    const picture = selectPicture(state)
    if (picture === null) return
    this.#told = new ToldPicture(picture, state)
    this.#dropDrafts()
    this.#wantsSnapshot = true
  }

  /** A snapshot says all that was to be told. It gets a number of its own: with that of before, some would seem to know it. */
  #dropDrafts(): void {
    if (this.#drafts.length > 0) this.#seq += 1
    this.#drafts = []
    this.#waiting = 0
  }

  #hearChange({ at, sourceAt, change }: Extract<StoreEvent, { type: 'change' }>): void {
    this.#told?.changed(this.#upstream.store.state())
    let draft = this.#drafts.at(-1)
    if (draft === undefined) {
      draft = { picture: null, changes: new JoinedChanges() }
      this.#drafts.push(draft)
    }
    const before = draft.changes.size
    draft.changes.add(fitting({ at, sourceAt, change }))
    if (draft.changes.size > before) this.#grow()
  }

  #grow(): void {
    this.#waiting += 1
    if (this.#waiting > MOST_WAITING) this.#begin()
  }
}

function fitting(told: RelayChange): RelayChange {
  const { change } = told
  if (change.kind !== 'history') return told
  return { ...told, change: { ...change, history: fittingHistory(change.history) } }
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
