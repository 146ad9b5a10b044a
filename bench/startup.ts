import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { median, type Result } from './result.ts'

export const LAUNCHER = fileURLToPath(new URL('../bin/axisor.js', import.meta.url))

/** The exchange allows five signed requests a second, as many as one snapshot makes. */
export const BETWEEN_SNAPSHOTS_MS = 1_600

/** How long one whole process takes, in ms. */
export function timed(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const from = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
  const ms = performance.now() - from
  if (status !== 0) throw new Error(`${args.join(' ')} exited ${status}: ${stderr}`)
  return ms
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

/** Whole processes against `node -e 0`, taken in turn so that a busy moment of the machine meets all of them. */
export async function startup(): Promise<readonly Result[]> {
  const simulator = await openSimulator()
  const runs: readonly {
    name: string
    target: number | null
    args: readonly string[]
    times: number
    pauseMs: number
  }[] = [
    { name: 'node -e 0', target: null, args: ['-e', '0'], times: 21, pauseMs: 0 },
    { name: 'axisor --version', target: 1.6, args: [LAUNCHER, '--version'], times: 21, pauseMs: 0 },
    { name: 'axisor --help', target: null, args: [LAUNCHER, '--help'], times: 21, pauseMs: 0 },
    {
      // The equity of an account with synthetic dollars takes a seventh request, for which the exchange makes us wait a second.
      name: 'axisor snapshot --json (without equity)',
      target: 4,
      args: [LAUNCHER, 'snapshot', '--json', '--fields', 'source,market,positions,orders,alerts'],
      times: 7,
      pauseMs: BETWEEN_SNAPSHOTS_MS,
    },
  ]
  try {
    const taken = new Map<string, number[]>(runs.map(({ name }) => [name, []]))
    for (const { args } of runs) timed(args, simulator.env)
    for (let round = 0; round < 21; round += 1) {
      for (const { name, args, times, pauseMs } of runs) {
        if (round >= times) continue
        if (pauseMs > 0) await sleep(pauseMs)
        taken.get(name)?.push(timed(args, simulator.env))
      }
    }
    const floor = median(taken.get('node -e 0') ?? [])
    return runs.map(({ name, target }) => {
      const ms = median(taken.get(name) ?? [])
      return { name, value: ms / floor, unit: '× node -e 0', target, note: `${ms.toFixed(0)} ms` }
    })
  } finally {
    simulator.close()
  }
}
