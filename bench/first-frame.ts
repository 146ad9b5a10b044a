import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median, type Result } from './result.ts'

const LAUNCHER = fileURLToPath(new URL('../bin/axisor.js', import.meta.url))
const ROUNDS = 11

/** The first line of the dashboard as soon as it has data. */
const FIRST_NUMBERS = /SIMULATED[\s\S]*LIVE/

/** Time in ms until a program in its own pseudo-terminal has printed `shown`, or has exited if `shown` is null. */
function timeUntil(command: string, shown: RegExp | null): Promise<number> {
  const from = performance.now()
  const env = { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8' }
  const child = spawn('script', ['-qec', command, '/dev/null'], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  let text = ''
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      if (shown?.test(text) !== true) return
      resolve(performance.now() - from)
      child.kill()
    })
    child.on('exit', () => {
      if (shown === null) resolve(performance.now() - from)
      else reject(new Error(`${command} exited without a frame`))
    })
  })
}

/** Time from the start of `axisor demo` to its first numbers on the screen, against `node -e 0` in the same kind of terminal. */
export async function firstFrame(): Promise<readonly Result[]> {
  if (process.platform !== 'linux' || spawnSync('script', ['--version']).status !== 0) return []
  const demo = `'${process.execPath}' '${LAUNCHER}' demo`
  const bare = `'${process.execPath}' -e 0`
  await timeUntil(demo, FIRST_NUMBERS)
  const frames: number[] = []
  const floors: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    floors.push(await timeUntil(bare, null))
    frames.push(await timeUntil(demo, FIRST_NUMBERS))
  }
  const ms = median(frames)
  const best = Math.min(...frames) / Math.min(...floors)
  return [
    {
      name: 'axisor demo, first numbers on the screen',
      value: ms / median(floors),
      unit: '× node -e 0',
      target: 4.5,
      note: `${ms.toFixed(0)} ms (the fastest of each: ${best.toFixed(1)} ×)`,
    },
  ]
}
