import type { AlertChange } from '../../src/alerts/host/alert-monitor.ts'
import { DeliveringHost } from '../../src/alerts/host/delivering-host.ts'
import type { DeliveringHostDeps } from '../../src/alerts/host/delivering-host-deps.ts'
import { DEFAULT_RULES } from '../../src/domain/alerts/rule.ts'
import type { FeedEvent } from '../../src/feed/feed.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Notifier, SendResult } from '../../src/ports/notifier.ts'
import type { Outbox } from '../../src/ports/outbox.ts'
import { openMemoryOutbox } from '../../src/relay/auth/memory-outbox.ts'
import { openStore } from '../../src/store/store.ts'
import { longAt } from './alert-rig.ts'
import { messageOf } from './dispatcher-rig.ts'
import { type FailingOutbox, openFailingOutbox } from './failing-outbox.ts'
import { type FakeClock, openFakeClock } from './fake-clock.ts'
import { hexCounter } from './hex-counter.ts'
import { statusEvent } from './samples.ts'
import { channelsOf, DELIVERED, openScriptedNotifier, type ScriptedNotifier } from './scripted-notifier.ts'

/** A host as a process of its own: with its own feed, and dead at once when it is killed. */
export interface HostProcess {
  readonly host: DeliveringHost
  /** `EVENT LEVEL` of all its notices, shown or delivered. */
  readonly shown: readonly string[]
  /** `EVENT ID` of the same, with the id of the alert. */
  readonly shownIds: readonly string[]
  /** `EVENT LEVEL` of each notice that it has sent, by channel. */
  sent(channel: string): readonly string[]
  /** Dispatches events to its store, and lets it evaluate them. */
  dispatch(...events: readonly FeedEvent[]): Promise<void>
  /** Dispatches a snapshot of the sample long at a distance from its liquidation. */
  slide(distance: number): Promise<void>
  /** `LEVEL STATE` of the alerts that it shows. */
  active(): readonly string[]
  kill(): void
}

/** Hosts of one account on one outbox. */
export interface HostRig {
  readonly clock: FakeClock
  readonly outbox: FailingOutbox
  readonly notifier: ScriptedNotifier
  /** Times of the heartbeats since the start, with the label of the host. */
  readonly pings: readonly string[]
  /** Result of each further heartbeat. */
  pingResult: SendResult
  /** Starts a host with the channels ntfy and mail and the default rules. */
  start(label: string, over?: Partial<DeliveringHostDeps>): Promise<HostProcess>
  /** Advances the time while these hosts get a snapshot each second. */
  live(ms: number, distance: number, ...hosts: readonly HostProcess[]): Promise<void>
}

/** Both evaluations of a change: at once, or at the end of the shortest time between two. */
const EVALUATED_MS = 40

/** Opens a rig without hosts. */
export function openHostRig(): HostRig {
  const clock = openFakeClock()
  const startedAt = clock.nowMs()
  const outbox = openFailingOutbox(openMemoryOutbox(), clock)
  const notifier = openScriptedNotifier(clock)
  const hex = hexCounter()
  const pings: string[] = []

  async function start(label: string, over: Partial<DeliveringHostDeps> = {}): Promise<HostProcess> {
    let isAlive = true
    const isRunning = () => isAlive
    const own = mortalClock(clock, isRunning)
    const store = openStore()
    const changes: AlertChange[] = []
    const sent: { readonly channel: string; readonly what: string }[] = []
    const channels = channelsOf('ntfy', 'mail')
    const host = new DeliveringHost({
      store,
      clock: own,
      rules: DEFAULT_RULES,
      localOffsetMinutes: () => 0,
      outbox: mortal(outbox, isRunning),
      notifier: mortal<Notifier>(
        {
          send(channel, message, timeoutMs) {
            sent.push({ channel: channel.name, what: `${message.event} ${message.level}` })
            return notifier.send(channel, message, timeoutMs)
          },
          async ping() {
            pings.push(`${label} ${clock.nowMs() - startedAt}`)
            return rig.pingResult
          },
          async close() {},
        },
        isRunning,
      ),
      random: { float: () => 0.5, hex },
      channels: () => channels,
      messageOf,
      heartbeat: null,
      problems: [],
      label,
      deliversElsewhere: () => null,
      onAttempt() {},
      ...over,
    })
    host.subscribe(change => changes.push(change))
    const starting = host.start()
    await clock.settle()
    await starting
    store.dispatch(statusEvent(clock.nowMs()))
    const running: HostProcess = {
      host,
      get shown() {
        return changes.flatMap(({ notices }) => notices).map(({ event, alert }) => `${event} ${alert.level}`)
      },
      get shownIds() {
        return changes.flatMap(({ notices }) => notices).map(({ event, alert }) => `${event} ${alert.id}`)
      },
      sent: channel => sent.filter(each => each.channel === channel).map(({ what }) => what),
      async dispatch(...events) {
        for (const event of events) store.dispatch(event)
        await clock.advance(EVALUATED_MS)
      },
      slide: distance => running.dispatch(longAt(clock.nowMs(), distance)),
      active: () => host.view().active.map(({ level, state }) => `${level} ${state}`),
      kill() {
        isAlive = false
      },
    }
    return running
  }

  const rig: HostRig = {
    clock,
    outbox,
    notifier,
    pings,
    pingResult: DELIVERED,
    start,
    async live(ms, distance, ...hosts) {
      const until = clock.nowMs() + ms
      while (clock.nowMs() < until) {
        for (const host of hosts) await host.slide(distance)
        await clock.advance(Math.max(0, Math.min(1_000, until - clock.nowMs())))
      }
    },
  }
  return rig
}

/** The clock of a process: its timers end with it. */
function mortalClock(clock: FakeClock, isAlive: () => boolean): Clock {
  return {
    nowMs: clock.nowMs,
    toWall: clock.toWall,
    after: (delayMs, then) =>
      clock.after(delayMs, () => {
        if (isAlive()) then()
      }),
  }
}

/** Calls of a process that was killed never start, and never return. */
function mortal<T extends Outbox | Notifier>(port: T, isAlive: () => boolean): T {
  return new Proxy(port, {
    get(target, name) {
      const call: unknown = Reflect.get(target, name)
      if (typeof call !== 'function') return call
      return async (...args: unknown[]): Promise<unknown> => {
        if (!isAlive()) return new Promise(() => {})
        const result: unknown = await Reflect.apply(call, target, args)
        return isAlive() ? result : new Promise(() => {})
      }
    },
  })
}
