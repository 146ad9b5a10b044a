import { type Dispatcher, openDispatcher } from '../../src/alerts/delivery/dispatcher.ts'
import type { Notice } from '../../src/domain/alerts/alert.ts'
import type { Channel } from '../../src/domain/alerts/channel.ts'
import type { Attempt } from '../../src/domain/alerts/delivery.ts'
import type { NoticeMessage } from '../../src/ports/notifier.ts'
import type { QueuedNotice } from '../../src/ports/outbox.ts'
import { openMemoryOutbox } from '../../src/relay/auth/memory-outbox.ts'
import { type FailingOutbox, openFailingOutbox } from './failing-outbox.ts'
import { type FakeClock, openFakeClock } from './fake-clock.ts'
import { channelsOf, openScriptedNotifier, type ScriptedNotifier } from './scripted-notifier.ts'

/** The message of a notice, as short as possible. Its text is `unannounced` for the end of an alert of which the channel has taken nothing. */
export function messageOf(notice: Notice, isUnannounced = false): NoticeMessage {
  const { id, event, alert, at } = notice
  const document = JSON.stringify(notice)
  const text = isUnannounced ? 'unannounced' : ''
  return { id, alertId: alert.id, event, level: alert.level, title: alert.message, text, document, at }
}

/** A dispatcher on fakes, and what it has reported. */
export interface DispatcherRig {
  readonly clock: FakeClock
  readonly outbox: FailingOutbox
  readonly notifier: ScriptedNotifier
  readonly dispatcher: Dispatcher
  readonly outcomes: readonly Attempt[]
  readonly undelivered: readonly string[]
  readonly storageErrors: readonly (string | null)[]
  channels: readonly Channel[]
  isHolder: boolean
  /** Commits notices and wakes the dispatcher. */
  commit(...notices: readonly QueuedNotice[]): Promise<void>
  /** Ends the dispatcher as a crash does, and opens another one on the same outbox. */
  crash(): Promise<void>
  /** Requests to a channel as `id@ms since the start`. */
  sent(channel: string): readonly string[]
  /** Ids of the notices that a channel has taken, in the order of the requests. */
  taken(channel: string): readonly string[]
  /** State of each delivery that ended, by `id channel`. */
  ended(): Promise<Readonly<Record<string, string>>>
}

/** Opens a rig with channels of these names. `random` is the jitter; 1 takes the whole backoff. */
export function openDispatcherRig(names: readonly string[], random = () => 1): DispatcherRig {
  const clock = openFakeClock()
  const startedAt = clock.nowMs()
  const outbox = openFailingOutbox(openMemoryOutbox(), clock)
  const notifier = openScriptedNotifier(clock)
  const outcomes: Attempt[] = []
  const undelivered: string[] = []
  const storageErrors: (string | null)[] = []
  let life = 0
  const open = () => {
    life += 1
    const mine = life
    const ifAlive = (report: () => void) => {
      if (mine === life) report()
    }
    return openDispatcher({
      clock,
      outbox,
      notifier,
      messageOf,
      random: { float: random, hex: () => '' },
      channels: () => rig.channels,
      isHolder: () => mine === life && rig.isHolder,
      onOutcome: attempt => ifAlive(() => outcomes.push(attempt)),
      onUndelivered: ({ id }) => ifAlive(() => undelivered.push(id)),
      onStorageError: error => ifAlive(() => storageErrors.push(error?.message ?? null)),
    })
  }
  let dispatcher: Dispatcher
  const rig: DispatcherRig = {
    clock,
    outbox,
    notifier,
    get dispatcher() {
      return dispatcher
    },
    outcomes,
    undelivered,
    storageErrors,
    channels: channelsOf(...names),
    isHolder: true,
    async commit(...notices) {
      await outbox.commit({ engine: '{}', notices })
      dispatcher.wake()
    },
    async crash() {
      const closing = dispatcher.close(0)
      await clock.settle()
      await closing
      dispatcher = open()
    },
    sent: channel =>
      notifier.sent
        .filter(each => each.channel === channel)
        .map(({ noticeId, at }) => `${noticeId}@${at - startedAt}`),
    taken: channel =>
      notifier.sent
        .filter(each => each.channel === channel && notifier.taken.includes(each))
        .map(({ noticeId }) => noticeId),
    async ended() {
      const log = (await outbox.log(100_000)).filter(({ state }) => state !== 'pending')
      return Object.fromEntries(log.map(({ noticeId, channel, state }) => [`${noticeId} ${channel}`, state]))
    },
  }
  dispatcher = open()
  return rig
}
