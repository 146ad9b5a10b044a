import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDelayProxy } from './delay-proxy.ts'
import { median, type Result } from './result.ts'
import { BETWEEN_SNAPSHOTS_MS, LAUNCHER, openSimulator } from './startup.ts'

const ROUNDS = 9

/** Targets in ms for a whole process, by the round trip to the exchange. */
const TARGETS = [
  { roundTripMs: 0, target: 250 },
  { roundTripMs: 30, target: 300 },
  { roundTripMs: 150, target: 700 },
] as const

interface Run {
  readonly wallMs: number
  readonly equitySats: unknown
}

/** Runs `axisor snapshot --json` to its end. */
async function snapshot(env: NodeJS.ProcessEnv): Promise<Run> {
  const from = performance.now()
  const child = spawn(process.execPath, [LAUNCHER, 'snapshot', '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  for await (const chunk of child.stdout) text += chunk
  const wallMs = performance.now() - from
  return { wallMs, equitySats: JSON.parse(text).totals.equitySats }
}

/**
 * Wall time of a snapshot of an account that holds synthetic dollars, start of Node included, through a proxy that delays every byte. Each
 * process finds the whole rate limit free, and the unit of the dollars known from the runs before.
 */
export async function latency(): Promise<readonly Result[]> {
  const home = mkdtempSync(join(tmpdir(), 'axisor-bench-'))
  const simulator = await openSimulator()
  const results: Result[] = []
  try {
    for (const { roundTripMs, target } of TARGETS) {
      const { AXISOR_API_URL = '', AXISOR_STREAM_URL = '' } = simulator.env
      const proxy = await openDelayProxy(Number(new URL(AXISOR_API_URL).port), roundTripMs)
      const env = {
        ...simulator.env,
        HOME: home,
        XDG_STATE_HOME: home,
        XDG_CACHE_HOME: home,
        AXISOR_API_URL: proxy.through(AXISOR_API_URL),
        AXISOR_STREAM_URL: proxy.through(AXISOR_STREAM_URL),
      }
      const runs: Run[] = []
      for (let round = -2; round < ROUNDS; round += 1) {
        await sleep(BETWEEN_SNAPSHOTS_MS)
        const run = await snapshot(env)
        if (round >= 0) runs.push(run)
      }
      proxy.close()
      const complete = runs.filter(({ equitySats }) => equitySats !== null).length
      const wall = runs.map(({ wallMs }) => wallMs)
      results.push({
        name: `axisor snapshot --json, round trip ${roundTripMs} ms`,
        value: median(wall),
        unit: 'ms',
        target,
        note: `fastest ${Math.min(...wall).toFixed(0)} ms, equity in ${complete} of ${runs.length}`,
      })
    }
    return results
  } finally {
    simulator.close()
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}
