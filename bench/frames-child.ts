// Runs bundled, in production mode, in its own process, to measure the dashboard as it is shipped.
import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { sameTime } from '../src/domain/wall-clock.ts'
import type { Cancel, Clock } from '../src/ports/clock.ts'
import { openStore, type Store } from '../src/store/store.ts'
import { openDashboard } from '../src/tui/dashboard.tsx'
import { INITIAL_UI } from '../src/tui/input/ui-state.ts'
import { ENGLISH } from '../src/tui/lang/translate.ts'
import { planOf } from '../src/tui/layout/plan.ts'
import { cellPainterOf } from '../src/tui/terminal/cell-painter.ts'
import type { CellRow } from '../src/tui/terminal/cell-row.ts'
import { drawPanes, paintPanes } from '../src/tui/terminal/paint-panes.ts'
import { openScreenWriter } from '../src/tui/terminal/screen-writer.ts'
import type { Size } from '../src/tui/terminal/size.ts'
import { viewModelOf } from '../src/tui/view/view-model.ts'
import { openAlertLog, openDefaultAlerts } from '../test/support/alert-log.ts'
import { DARK } from '../test/support/themes.ts'
import { fill, tick } from './made-account.ts'
import { placeByHand } from './no-ink.ts'
import { ReferenceDiff } from './reference-diff.ts'

const INFO = {
  profile: 'bench',
  address: 'bench',
  localOffsetMinutes: () => 0,
  toWall: sameTime,
  httpEveryMs: 5_000,
  unicode: true,
  t: ENGLISH,
  numberFormat: 'en',
  pace: 'full',
  mouse: true,
} as const
const START = Date.UTC(2026, 10, 23, 18, 47, 40)

const realClock: Clock = {
  nowMs: () => Date.now(),
  toWall: sameTime,
  after(delayMs, then): Cancel {
    const timer = setTimeout(then, delayMs)
    return () => clearTimeout(timer)
  },
}

interface HandClock extends Clock {
  /** Moves time on without running what becomes due. */
  pass(ms: number): void
  /** Runs what is due. */
  run(): void
}

function handClock(): HandClock {
  let now = START
  let timers: { at: number; then: () => void }[] = []
  return {
    nowMs: () => now,
    toWall: sameTime,
    after(delayMs, then) {
      const timer = { at: now + delayMs, then }
      timers.push(timer)
      return () => {
        timers = timers.filter(other => other !== timer)
      }
    },
    pass(ms) {
      now += ms
    },
    run() {
      const due = timers.filter(({ at }) => at <= now)
      timers = timers.filter(({ at }) => at > now)
      for (const { then } of due) then()
    },
  }
}

/** A dashboard on an output that only counts bytes. */
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
    ...INFO,
    accounts: [
      {
        profile: INFO.profile,
        address: INFO.address,
        store,
        alerts: openDefaultAlerts(store, clock),
        history: null,
        actions: { resync: () => {} },
      },
    ],
    clock,
    stdin: stdin as never,
    stdout: stdout as never,
    theme: DARK,
    probe: null,
    hasProgress: false,
    actions: { suspend: () => {}, exportCsv: async () => '' },
  })
  return { store, dashboard, bytes: () => bytes }
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

function cpuMs(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

/** The reference: everything that the dashboard does for a frame, without React and Ink. */
function openNoInk(store: Store, clock: Clock, size: Size) {
  const painter = cellPainterOf(DARK)
  const writer = openScreenWriter({ write: text => Buffer.byteLength(text) })
  writer.enter()
  const alertsOf = openAlertLog()
  return {
    draw(): readonly CellRow[] {
      const model = viewModelOf(store.state(), clock.nowMs())
      const context = {
        model,
        live: model,
        alerts: alertsOf(model),
        ui: INITIAL_UI,
        info: INFO,
        history: null,
        scrollLimits: new Map(),
        accounts: null,
        hasKeys: true,
        ...size,
      }
      const screen = paintPanes(drawPanes(placeByHand(planOf(context), size), context), context, painter)
      writer.show(screen)
      return screen
    },
  }
}

const WARM_UP = 30

/** The same frames through the dashboard, without Ink, and through the hand-written diff. */
async function frames(size: Size, positions: number | null, count: number) {
  const clock = handClock()
  const { store, dashboard, bytes } = opened(clock, size, positions)
  const noInk = openNoInk(store, clock, size)
  const reference = new ReferenceDiff(size.columns)
  const samples = { wallMs: [] as number[], cpuMs: [] as number[], noInkMs: [] as number[] }
  const bytesOf = { dashboard: 0, reference: 0 }
  async function drawDashboard(): Promise<void> {
    const startedAt = performance.now()
    const since = process.cpuUsage()
    clock.run()
    await turn()
    samples.cpuMs.push(cpuMs(since))
    samples.wallMs.push(performance.now() - startedAt)
  }
  async function drawNoInk(): Promise<void> {
    const since = process.cpuUsage()
    const screen = noInk.draw()
    await turn()
    samples.noInkMs.push(cpuMs(since))
    assertDrawn(screen)
    reference.draw(screen)
  }
  for (let frame = 0; frame < count + WARM_UP; frame++) {
    if (frame === WARM_UP) {
      for (const values of Object.values(samples)) values.length = 0
      Object.assign(bytesOf, { dashboard: bytes(), reference: reference.bytes })
    }
    for (const event of tick(clock.nowMs(), frame)) store.dispatch(event)
    clock.pass(250)
    // The second of the two finds warm caches: they take turns.
    if (frame % 2 === 0) await drawNoInk()
    await drawDashboard()
    if (frame % 2 === 1) await drawNoInk()
  }
  dashboard.close()
  return {
    p50Ms: quantile(samples.wallMs, 0.5),
    p99Ms: quantile(samples.wallMs, 0.99),
    cpuMs: quantile(samples.cpuMs, 0.5),
    noInkMs: quantile(samples.noInkMs, 0.5),
    bytes: (bytes() - bytesOf.dashboard) / count,
    referenceBytes: (reference.bytes - bytesOf.reference) / count,
  }
}

/** A pane that throws shows its error, which is cheaper than its content: such a figure means nothing. */
function assertDrawn(screen: readonly CellRow[]): void {
  const fault = screen.map(({ chars }) => chars.join('')).find(text => text.includes('cannot be drawn'))
  if (fault !== undefined) throw new Error(fault.trim())
}

function quantile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? 0
}

/** CPU per second at `updatesPerSecond`, in real time, with at most four frames a second. */
async function load(updatesPerSecond: number, seconds: number): Promise<{ cpuMs: number; bytes: number }> {
  const { store, dashboard, bytes } = opened(realClock, { columns: 200, rows: 60 }, 40)
  await new Promise(resolve => setTimeout(resolve, 1_000))
  const since = process.cpuUsage()
  const bytesBefore = bytes()
  const startedAt = performance.now()
  let dispatched = 0
  await new Promise<void>(resolve => {
    const timer = setInterval(() => {
      const elapsed = performance.now() - startedAt
      for (; dispatched < (elapsed / 1000) * updatesPerSecond; dispatched++) {
        const events = tick(Date.now(), dispatched)
        const event = events[dispatched % events.length]
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

/** Bytes per second while prices arrive and do not change. */
async function idle(seconds: number): Promise<number> {
  const clock = handClock()
  const { store, dashboard, bytes } = opened(clock, { columns: 80, rows: 24 }, null)
  await turn()
  const before = bytes()
  for (let quarter = 0; quarter < seconds * 4; quarter++) {
    // Out of step with the frames, so that the age of the data changes on the screen.
    if (quarter % 3 === 0) for (const event of tick(clock.nowMs(), 0)) store.dispatch(event)
    clock.pass(250)
    clock.run()
    await turn()
  }
  const perSecond = (bytes() - before) / seconds
  dashboard.close()
  return perSecond
}

const seconds = Number(process.argv[2] ?? 4)
const result = {
  large: await frames({ columns: 200, rows: 60 }, 1_000, 400),
  small: await frames({ columns: 80, rows: 24 }, null, 1_000),
  idleBytes: await idle(60),
  loads: {
    10: await load(10, seconds),
    100: await load(100, seconds),
    1000: await load(1_000, seconds),
  },
}
process.stdout.write(`${JSON.stringify(result)}\n`)
process.exit(0)
