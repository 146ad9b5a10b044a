// `npm run bench:accounts`: the cost of an account of a relay. The built program follows accounts of an exchange that replays recorded
// frames over sockets, each with a client; only the relay is measured, and before it a pipe that does nothing but read and write. Arguments: the
// number of accounts (default 1,000), and a part of the mode's name to run one.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from '../relay/child.ts'
import { type Program, residentMiB, startRelay } from '../relay/program.ts'
import { median, type Result, resultLine } from '../result.ts'
import type { BarePipeCommand, ReplayReport, SurroundingsCommand } from './commands.ts'
import { makeDatabase } from './database.ts'

const ACCOUNTS = Number(process.argv[2] ?? 1_000)

/** The rate for which the number of accounts per core is stated. */
const FRAMES_PER_SECOND = 25

/** Until the relay runs compiled code and the reads of the start are done. */
const SETTLING_MS = 15_000
const BARE_SETTLING_MS = 5_000

const PERIOD_MS = 5_000
const PERIODS = 5

/** Less than the silence after which feeds subscribe again. */
const QUIET_MS = 12_000

/** A clock tick of Linux's process statistics. */
const CPU_TICK_MICROS = 10_000

/** User and system time of a process, all threads. */
function cpuMicros(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * CPU_TICK_MICROS
}

interface Period extends ReplayReport {
  readonly cpuMicros: number
  readonly tookMs: number
}

async function period(
  pid: number | undefined,
  surroundings: Child<SurroundingsCommand>,
  ms = PERIOD_MS,
): Promise<Period> {
  await surroundings.request({ do: 'report' })
  const [cpu, from] = [cpuMicros(pid), performance.now()]
  await sleep(ms)
  const report = await surroundings.request<ReplayReport>({ do: 'report' })
  return { ...report, cpuMicros: cpuMicros(pid) - cpu, tookMs: performance.now() - from }
}

function microsPerFrame(periods: readonly Period[]): number {
  return median(periods.map(each => each.cpuMicros / each.frames / ACCOUNTS))
}

function figures(
  bareMicros: number,
  periods: readonly Period[],
  quiet: Period,
  startMs: number,
  eachMiB: number,
): readonly Result[] {
  const of = (figure: (each: Period) => number): number => median(periods.map(figure))
  const micros = microsPerFrame(periods)
  const isHeld = periods.every(({ unreadBytes, delayP99Ms }) => unreadBytes === 0 && delayP99Ms < 1_000)
  const quietPerMs = quiet.cpuMicros / quiet.tookMs / ACCOUNTS
  return [
    {
      name: 'frames per second and account',
      value: of(each => (each.frames / each.tookMs) * 1_000),
      unit: '/s',
      target: null,
      note: isHeld ? 'held' : 'NOT HELD',
    },
    { name: 'CPU per account and frame, everything', value: micros, unit: 'µs', target: null },
    { name: 'the same of a bare pipe', value: bareMicros, unit: 'µs', target: null },
    { name: 'relay to bare pipe', value: micros / bareMicros, unit: '×', target: null },
    {
      name: 'CPU of the relay',
      value: of(each => each.cpuMicros / each.tookMs / 10),
      unit: '%',
      target: null,
    },
    {
      name: `accounts per core at ${FRAMES_PER_SECOND} frames/s`,
      value: 1_000_000 / (micros * FRAMES_PER_SECOND),
      unit: '',
      target: 2_000,
      least: true,
    },
    { name: 'CPU per account without frames', value: quietPerMs, unit: 'ms/s', target: null },
    { name: 'from frame to client, p50', value: of(each => each.delayP50Ms), unit: 'ms', target: null },
    { name: 'from frame to client, p99', value: of(each => each.delayP99Ms), unit: 'ms', target: null },
    { name: 'memory per account', value: eachMiB * 1024, unit: 'KiB', target: null },
    { name: `start of ${ACCOUNTS} accounts`, value: startMs / 1_000, unit: 's', target: null },
    { name: 'lost connections of clients', value: quiet.reconnects, unit: '', target: null },
  ]
}

/** Returns the CPU time of a bare pipe per account and frame, in µs. */
async function measureBarePipe(isSpread: boolean): Promise<number> {
  const surroundings = new Child<SurroundingsCommand>('../accounts/surroundings.ts')
  const pipe = new Child<BarePipeCommand>('../accounts/bare-pipe.ts')
  try {
    const { streamUrl } = await surroundings.request<{ streamUrl: string }>({ do: 'open', isSpread })
    const { port, pid } = await pipe.request<{ port: number; pid: number }>({ do: 'open', streamUrl })
    await surroundings.request({ do: 'connect', port, tokens: Array<string>(ACCOUNTS).fill('none') })
    await sleep(BARE_SETTLING_MS)
    const periods: Period[] = []
    for (let i = 0; i < PERIODS; i += 1) periods.push(await period(pid, surroundings))
    return microsPerFrame(periods)
  } finally {
    pipe.end()
    surroundings.end()
  }
}

async function measure(isSpread: boolean): Promise<readonly Result[]> {
  const bareMicros = await measureBarePipe(isSpread)
  const folder = mkdtempSync(join(tmpdir(), 'axisor-bench-'))
  const surroundings = new Child<SurroundingsCommand>('../accounts/surroundings.ts')
  let program: Program | null = null
  try {
    const addresses = await surroundings.request<{ apiUrl: string; streamUrl: string }>({
      do: 'open',
      isSpread,
    })
    const { env, tokens } = await makeDatabase(folder, ACCOUNTS, addresses)
    program = await startRelay(ACCOUNTS, 0, [], env)
    const before = residentMiB(program.pid)
    const startMs = await surroundings.request<number>({ do: 'connect', port: program.opened.port, tokens })
    await sleep(SETTLING_MS)
    const periods: Period[] = []
    for (let i = 0; i < PERIODS; i += 1) periods.push(await period(program.pid, surroundings))
    const eachMiB = (residentMiB(program.pid) - before) / ACCOUNTS
    await surroundings.request({ do: 'replay', isRunning: false })
    const quiet = await period(program.pid, surroundings, QUIET_MS)
    return figures(bareMicros, periods, quiet, startMs, eachMiB)
  } finally {
    surroundings.end()
    await program?.kill()
    rmSync(folder, { recursive: true })
  }
}

const MODES = { 'at once': false, 'one by one': true }

for (const [mode, isSpread] of Object.entries(MODES)) {
  const filter = process.argv[3] ?? ''
  if (!mode.includes(filter)) continue
  console.log(`\n${ACCOUNTS} accounts, frames of a price move ${mode}`)
  for (const result of await measure(isSpread)) console.log(`  ${resultLine(result)}`)
}
