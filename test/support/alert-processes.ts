import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { axisor } from './program.ts'

/** A command that runs as a process. */
export interface RunningCommand {
  readonly child: ChildProcess
  /** All output so far. */
  out(): string
  err(): string
  /** Resolves once the output matches. Throws if the process ends before. */
  until(pattern: RegExp): Promise<void>
  /** Ends it with a signal, and resolves with its exit code; null if it was killed. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts the built program with only PATH and `env` from the environment. */
export function startAxisor(argv: readonly string[], env: Readonly<Record<string, string>>): RunningCommand {
  const child = spawn(process.execPath, [axisor, ...argv], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  let out = ''
  let err = ''
  const watchers = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text
    for (const watcher of [...watchers]) watcher()
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text
  })
  return {
    child,
    out: () => out,
    err: () => err,
    async until(pattern) {
      const found = new Promise<void>(resolve => {
        const check = (): void => {
          if (!pattern.test(out)) return
          watchers.delete(check)
          resolve()
        }
        watchers.add(check)
        check()
      })
      const end = ended.then(code => {
        if (!pattern.test(out)) throw new Error(`exited with ${code} before ${pattern}: ${out}${err}`)
      })
      await Promise.race([found, end])
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
  }
}

/** Writes `channels.json` for the key of the environment into a home folder. */
export function writeChannels(home: string, channels: object): void {
  const folder = join(home, '.config', 'axisor')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const text = JSON.stringify({ profiles: { env: { channels } } })
  writeFileSync(join(folder, 'channels.json'), text, { mode: 0o600 })
}
