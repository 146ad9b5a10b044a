import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { median, type Result } from './result.ts'

export const LAUNCHER = fileURLToPath(new URL('../bin/axisor.js', import.meta.url))

/** Pause before a snapshot: it then finds the whole burst of signed requests that the exchange allows, and does not wait. */
export const BETWEEN_SNAPSHOTS_MS = 1_600

/** What one whole process took. Waiting, for the network or for a busy machine, is in the wall time and not in the CPU time. */
export interface Taken {
  readonly wallMs: number
  readonly cpuMs: number
}

/** Only a shell tells what a process that has ended took of the processor, to the millisecond. */
export function timed(args: readonly string[], env: NodeJS.ProcessEnv): Taken {
  const script = 'TIMEFORMAT="%3R %3U %3S"; time "$@"'
  const command = ['-c', script, 'bash', process.execPath, ...args]
  const { status, stderr } = spawnSync('bash', command, { env: { ...env, LC_ALL: 'C' }, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args.join(' ')} exited ${status}: ${stderr}`)
  const [wall = 0, user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
  return { wallMs: wall * 1_000, cpuMs: (user + system) * 1_000 }
}

/** Starts a simulated exchange; gives the environment of its clients, and how to end it. */
export async function openSimulator(): Promise<{ env: NodeJS.ProcessEnv; close(): void }> {
  const child = spawn(process.execPath, [LAUNCHER, 'sim', 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const ready = JSON.parse(line) as {
    apiUrl: string
    streamUrl: string
    credentials: { key: string; secret: string; passphrase: string }
  }
  const env = {
    ...process.env,
    AXISOR_API_URL: ready.apiUrl,
    AXISOR_STREAM_URL: ready.streamUrl,
    AXISOR_API_KEY: ready.credentials.key,
    AXISOR_API_SECRET: ready.credentials.secret,
    AXISOR_API_PASSPHRASE: ready.credentials.passphrase,
  }
  return { env, close: () => child.kill() }
}

/** A process that is measured; each one's targets are for its CPU time. */
interface Run {
  readonly name: string
  readonly target: number | null
  readonly args: readonly string[]
  readonly times: number
  readonly pauseMs: number
}

const RUNS: readonly Run[] = [
  { name: 'node -e 0', target: null, args: ['-e', '0'], times: 21, pauseMs: 0 },
  { name: 'axisor --version', target: 1.6, args: [LAUNCHER, '--version'], times: 21, pauseMs: 0 },
  { name: 'axisor --help', target: null, args: [LAUNCHER, '--help'], times: 21, pauseMs: 0 },
  {
    name: 'axisor snapshot --json',
    target: 4,
    args: [LAUNCHER, 'snapshot', '--json'],
    times: 11,
    pauseMs: BETWEEN_SNAPSHOTS_MS,
  },
  { name: 'axisor line', target: null, args: [LAUNCHER, 'line'], times: 11, pauseMs: BETWEEN_SNAPSHOTS_MS },
]

/** Takes all of them in turn, so that a busy moment of the machine meets all of them. */
async function takeInTurn(env: NodeJS.ProcessEnv): Promise<ReadonlyMap<Run, readonly Taken[]>> {
  const taken = new Map<Run, Taken[]>(RUNS.map(run => [run, []]))
  for (let round = -1; round < 21; round += 1) {
    for (const [run, all] of taken) {
      if (round >= run.times) continue
      if (run.pauseMs > 0) await sleep(run.pauseMs)
      const one = timed(run.args, env)
      // The first fills the cache of compiled code.
      if (round >= 0) all.push(one)
    }
  }
  return taken
}

/** CPU time of whole processes against `node -e 0`, and their wall time beside it. The exchange is on this machine, without TLS. */
export async function startup(): Promise<readonly Result[]> {
  const simulator = await openSimulator()
  try {
    const taken = [...(await takeInTurn(simulator.env))].map(([{ name, target }, all]) => ({
      name,
      target,
      cpuMs: median(all.map(each => each.cpuMs)),
      wallMs: median(all.map(each => each.wallMs)),
    }))
    const floor = taken[0] ?? { cpuMs: Number.NaN, wallMs: Number.NaN }
    return taken.map(({ name, target, cpuMs, wallMs }) => {
      const wall = `wall ${wallMs.toFixed(0)} ms, ${(wallMs / floor.wallMs).toFixed(1)} ×`
      const note = `${cpuMs.toFixed(0)} ms (${wall})`
      return { name, value: cpuMs / floor.cpuMs, unit: '× node -e 0', target, note }
    })
  } finally {
    simulator.close()
  }
}
