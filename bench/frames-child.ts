// Runs bundled, in production mode, in a process of its own: what it measures is the dashboard as it is shipped.
import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import type { Cancel, Clock } from '../src/ports/clock.ts'
import { openStore } from '../src/store/store.ts'
import { openDashboard } from '../src/tui/dashboard.tsx'
import { INITIAL_UI } from '../src/tui/input/ui-state.ts'
import { screen } from '../src/tui/layout/screen.ts'
import { encoderOf } from '../src/tui/paint/encode.ts'
import { NO_ALERTS, viewModelOf } from '../src/tui/view/view-model.ts'
import { fill, tick } from './made-account.ts'
import { ReferenceDiff } from './reference-diff.ts'

const THEME = { palette: 'default', color: true, unicode: true } as const
const PLACE = { profile: 'bench', localOffsetMinutes: () => 0, httpEveryMs: 5_000 }
const START = Date.UTC(2026, 10, 23, 18, 47, 40)

const realClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, then): Cancel {
    const timer = setTimeout(then, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Time that moves by hand; what is due runs when it is reached. */
function handClock(): Clock & { move(ms: number): void } {
  let now = START
  let timers: { at: number; then: () => void }[] = []
  return {
    nowMs: () => now,
    after(delayMs, then) {
      const timer = { at: now + delayMs, then }
      timers.push(timer)
      return () => {
        timers = timers.filter(other => other !== timer)
      }
    },
    move(ms) {
      now += ms
      const due = timers.filter(({ at }) => at <= now)
      timers = timers.filter(({ at }) => at > now)
      for (const { then } of due) then()
    },
  }
}

interface Size {
  readonly columns: number
  readonly rows: number
}

/** A dashboard on an output that only counts. */
function opened(clock: Clock, { columns, rows }: Size, positions: number | null) {
  const store = openStore()
  fill(store, clock.nowMs(), positions)
  let bytes = 0
  const stdout = Object.assign(new EventEmitter(), {
    columns,
    rows,
    isTTY: true,
    write(text: string) {
      bytes += Buffer.byteLength(text)
      return true
    },
  })
  const stdin = Object.assign(new PassThrough(), { isTTY: false })
  const dashboard = openDashboard({
    ...PLACE,
    store,
    clock,
    stdin: stdin as never,
    stdout: stdout as never,
    theme: THEME,
    actions: { resync: () => {}, suspend: () => {} },
  })
  return { store, dashboard, bytes: () => bytes }
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

function cpuMs(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

/** The same frames through the dashboard and through the hand-written diff. */
async function frames(size: Size, positions: number | null, count: number) {
  const clock = handClock()
  const { store, dashboard, bytes } = opened(clock, size, positions)
  const encode = encoderOf(THEME)
  const reference = new ReferenceDiff(size.columns)
  const prepared: string[][] = []
  const rowsNow = (): string[] => {
    const model = viewModelOf(store.state(), clock.nowMs())
    const context = {
      model,
      live: model,
      alerts: NO_ALERTS,
      ui: INITIAL_UI,
      info: PLACE,
      scrollLimits: new Map(),
      ...size,
    }
    return screen(context).map(encode)
  }
  const times: number[] = []
  let bytesBefore = 0
  let cpu = 0
  let rowsCpu = 0
  const warmUp = 30
  for (let model = 0; model < count + warmUp; model++) {
    for (const event of tick(clock.nowMs(), model)) store.dispatch(event)
    const since = process.cpuUsage()
    const startedAt = performance.now()
    clock.move(250)
    await turn()
    if (model >= warmUp) {
      times.push(performance.now() - startedAt)
      cpu += cpuMs(since)
    } else bytesBefore = bytes()
    const rowsSince = process.cpuUsage()
    prepared.push(rowsNow())
    if (model >= warmUp) rowsCpu += cpuMs(rowsSince)
  }
  dashboard.close()
  let limitCpu = 0
  let limitBytesBefore = 0
  prepared.forEach((rows, model) => {
    const since = process.cpuUsage()
    reference.draw(rows)
    if (model >= warmUp) limitCpu += cpuMs(since)
    else limitBytesBefore = reference.bytes
  })
  return {
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    cpuMs: cpu / count,
    bytes: (bytes() - bytesBefore) / count,
    rowsCpuMs: rowsCpu / count,
    limitCpuMs: limitCpu / count,
    limitBytes: (reference.bytes - limitBytesBefore) / count,
  }
}

function quantile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? 0
}

/** CPU of a second at so many updates a second, in real time, frames at most four a second. */
async function load(updatesPerSecond: number, seconds: number): Promise<{ cpuMs: number; bytes: number }> {
  const { store, dashboard, bytes } = opened(realClock, { columns: 200, rows: 60 }, 40)
  await new Promise(resolve => setTimeout(resolve, 1_000))
  const since = process.cpuUsage()
  const bytesBefore = bytes()
  const startedAt = performance.now()
  let told = 0
  await new Promise<void>(resolve => {
    const timer = setInterval(() => {
      const elapsed = performance.now() - startedAt
      for (; told < (elapsed / 1000) * updatesPerSecond; told++) {
        const events = tick(Date.now(), told)
        const event = events[told % events.length]
        if (event !== undefined) store.dispatch(event)
      }
      if (elapsed < seconds * 1000) return
      clearInterval(timer)
      resolve()
    }, 20)
  })
  const used = { cpuMs: cpuMs(since) / seconds, bytes: (bytes() - bytesBefore) / seconds }
  dashboard.close()
  return used
}

/** Bytes of a second in which prices arrive and do not change. */
async function idle(seconds: number): Promise<number> {
  const clock = handClock()
  const { store, dashboard, bytes } = opened(clock, { columns: 80, rows: 24 }, null)
  await turn()
  const before = bytes()
  for (let quarter = 0; quarter < seconds * 4; quarter++) {
    // Not in step with the frames, so that the age of the data changes on the screen.
    if (quarter % 3 === 0) for (const event of tick(clock.nowMs(), 0)) store.dispatch(event)
    clock.move(250)
    await turn()
  }
  const perSecond = (bytes() - before) / seconds
  dashboard.close()
  return perSecond
}

const seconds = Number(process.argv[2] ?? 4)
const result = {
  large: await frames({ columns: 200, rows: 60 }, 1_000, 200),
  small: await frames({ columns: 80, rows: 24 }, null, 400),
  idleBytes: await idle(60),
  loads: {
    10: await load(10, seconds),
    100: await load(100, seconds),
    1000: await load(1_000, seconds),
  },
}
process.stdout.write(`${JSON.stringify(result)}\n`)
process.exit(0)
