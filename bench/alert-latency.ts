// From an update of the exchange to the request of a channel: store, rules, outbox on a disk and dispatcher, with 1,000 updates a second.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { DeliveringHost } from '../src/alerts/host/delivering-host.ts'
import type { AlertRule } from '../src/domain/alerts/rule.ts'
import { usd } from '../src/domain/units.ts'
import { openClock } from '../src/node/clock.ts'
import { openOutbox } from '../src/node/outbox/open-outbox.ts'
import { openRandom } from '../src/node/random.ts'
import { openStore } from '../src/store/store.ts'
import { changeEvent } from '../test/support/samples.ts'
import { fill } from './made-account.ts'
import type { Result } from './result.ts'

const UPDATES_PER_SECOND = 1_000
const ALERTS = 150
/** Between two crossings of the level. */
const CROSSING_UPDATES = 90
const LEVEL_USD = 70_000

const RULE: AlertRule = {
  name: 'level',
  type: 'price',
  level: 'warn',
  channels: null,
  repeatMs: null,
  quiet: null,
  enabled: true,
  of: 'last',
  above: LEVEL_USD,
  below: null,
  moves: null,
}

/** Times from the update that crosses a level to the request, in ms. */
async function measure(folder: string): Promise<readonly number[]> {
  const clock = openClock()
  const store = openStore()
  const { outbox } = await openOutbox('bench', { XDG_STATE_HOME: folder })
  let crossedAt = Number.NaN
  const times: number[] = []
  const host = new DeliveringHost({
    ...{ store, clock, outbox },
    random: openRandom(),
    rules: [RULE],
    localOffsetMinutes: () => 0,
    notifier: {
      async send(_channel, { event }) {
        if (event === 'firing') times.push(performance.now() - crossedAt)
        return { kind: 'delivered' }
      },
      ping: async () => ({ kind: 'delivered' }),
      close: async () => {},
    },
    channels: () => [{ name: 'hook', settings: { type: 'webhook' }, secret: null }],
    messageOf: ({ id, event, alert, at }) => ({
      ...{ id, event, at },
      alertId: alert.id,
      level: alert.level,
      title: alert.subject,
      text: alert.message,
      document: '{}',
    }),
    heartbeat: null,
    label: 'bench',
    problems: [],
    deliversElsewhere: () => null,
    onAttempt: () => {},
  })
  await host.start()
  fill(store, clock.nowMs(), 20)
  let isAbove = false
  let sent = 0
  const startedAt = performance.now()
  while (times.length < ALERTS) {
    // Timers of 1 ms are late now and then: the missed updates follow at once, as they do from a socket.
    for (; sent < ((performance.now() - startedAt) * UPDATES_PER_SECOND) / 1_000; sent += 1) {
      if (sent % CROSSING_UPDATES === 0) {
        isAbove = !isAbove
        crossedAt = performance.now()
      }
      const lastPriceUsd = usd(LEVEL_USD + (isAbove ? 500 : -500) + (sent % 7))
      store.dispatch(changeEvent(clock.nowMs(), { kind: 'last-price', lastPriceUsd }, null))
    }
    await sleep(1)
  }
  await host.close()
  return times
}

/** The latency of alerts: its 99th percentile has the target. */
export async function alertLatency(): Promise<readonly Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'axisor-bench-'))
  try {
    const times = (await measure(folder)).toSorted((a, b) => a - b)
    const at = (fraction: number): number => times[Math.floor(fraction * (times.length - 1))] ?? Number.NaN
    const note = `median ${at(0.5).toFixed(0)} ms`
    return [
      { name: 'update to request, 1,000 updates/s, p99', value: at(0.99), unit: 'ms', target: 100, note },
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}
