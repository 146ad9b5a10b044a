import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach } from 'vitest'

const bin = fileURLToPath(new URL('../../bin', import.meta.url))

export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** The folder of an installed axisor, new for each test. */
export let folder: string

/** Gives each test of a file its folder. */
export function inNewFolders(): void {
  beforeEach(makeFolder)
  afterEach(() => rmSync(folder, { recursive: true }))
}

function makeFolder(): void {
  folder = mkdtempSync(join(tmpdir(), 'axisor-launcher-'))
  cpSync(bin, join(folder, 'bin'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
}

/** Writes a part of a program, as the build does. */
export function writePart(name: string, program: string): void {
  mkdirSync(join(folder, 'dist'), { recursive: true })
  writeFileSync(join(folder, 'dist', name), `(function(require,module,url,load){${program}\n})`)
}

/** Writes a program in place of the build. */
export function install(program: string): void {
  writePart('main.cjs', program)
}

/** Links the Node of this test in place of the pinned one. */
export function installNode(): void {
  mkdirSync(join(folder, 'node_modules', 'node', 'bin'), { recursive: true })
  symlinkSync(process.execPath, join(folder, 'node_modules', 'node', 'bin', 'node'))
}

/** Makes the launcher's own process report an old Node version; its child is not affected. */
const pretendOld = `data:text/javascript,${encodeURIComponent(`
  Object.defineProperty(process.versions, 'node', { value: '20.1.0' })
  process.execPath = '/usr/bin/old-node'`)}`

export function start(
  args: readonly string[],
  { old = false, env = {} as NodeJS.ProcessEnv, more = [] as readonly ('ignore' | 'pipe')[] } = {},
): ChildProcess {
  const preload = old ? ['--import', pretendOld] : []
  return spawn(process.execPath, [...preload, join(folder, 'bin', 'axisor.js'), ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...more],
  })
}

export async function ending(child: ChildProcess): Promise<Ending> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', data => {
    stdout += String(data)
  })
  child.stderr?.on('data', data => {
    stderr += String(data)
  })
  await once(child, 'close')
  return { code: child.exitCode, signal: child.signalCode, stdout, stderr }
}
