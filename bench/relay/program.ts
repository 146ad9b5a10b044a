import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Result } from '../result.ts'
import { Child } from './child.ts'
import type { ClientCommand, Opened } from './commands.ts'

/** Time until the garbage of many handshakes was collected. */
const SETTLING_MS = 10_000

/** The built program, started as users start it. */
export interface Program {
  readonly opened: Opened
  readonly pid: number | undefined
  /** Kills it with SIGKILL. Resolves when the process has exited. */
  kill(): Promise<void>
}

/** The program to measure: `AXISOR_BENCH_ROOT` names another working copy, to compare two in turns. */
const ROOT = process.env.AXISOR_BENCH_ROOT ?? fileURLToPath(new URL('../..', import.meta.url))

/** Starts `axisor relay serve` with these flags and accepts `clients` connections; port 0: any free port. */
export async function startRelay(
  clients: number,
  port: number,
  flags: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Program> {
  const many = `token=${clients},user=${clients},address=${clients},all=${clients}`
  const args = [
    `${ROOT}/bin/axisor.js`,
    'relay',
    'serve',
    '--port',
    `${port}`,
    '--connections',
    many,
    ...flags,
  ]
  const stdio = ['ignore', 'pipe', 'ignore'] as const
  const child = spawn(process.execPath, args, { stdio: [...stdio], env: { ...process.env, ...env } })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const { url, token = '' } = JSON.parse(line) as { url: string; token?: string }
  return {
    opened: { port: Number(new URL(url).port), token, greets: true },
    pid: child.pid,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Starts a relay with simulated data. */
export function startProgram(clients: number, port: number): Promise<Program> {
  return startRelay(clients, port, ['--demo'], {})
}

/** Measures the memory per client that only listens, while the simulated market runs. */
export async function idle(clients: number): Promise<readonly Result[]> {
  const program = await startProgram(clients, 0)
  const clientsProcess = new Child<ClientCommand>('clients.ts')
  try {
    const before = residentMiB(program.pid)
    const ms = await clientsProcess.request<number>({ do: 'connect', ...program.opened, clients })
    await sleep(SETTLING_MS)
    const value = residentMiB(program.pid)
    const note = `${before.toFixed(0)} before`
    const each = ((value - before) * 1024) / clients
    return [
      { name: 'memory of the whole process', value, unit: 'MiB', target: 165, note },
      { name: 'per connection', value: each, unit: 'KiB', target: null },
      { name: 'until all were connected', value: ms, unit: 'ms', target: null },
    ]
  } finally {
    clientsProcess.end()
    await program.kill()
  }
}

/** Returns the resident memory of a process in MiB. */
export function residentMiB(pid: number | undefined): number {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / 1024
}
