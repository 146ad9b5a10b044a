import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import type { Result } from './result.ts'

/** One kind of frame, medians. */
interface FrameFigures {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuMs: number
  /** CPU of the same frame without React and Ink. */
  readonly noInkMs: number
  readonly bytes: number
  readonly referenceBytes: number
}

interface Figures {
  readonly large: FrameFigures
  readonly small: FrameFigures
  readonly idleBytes: number
  readonly loads: Readonly<Record<'10' | '100' | '1000', { readonly cpuMs: number; readonly bytes: number }>>
}

/** Duration of each load. */
const LOAD_SECONDS = 6

/**
 * Frame time, bytes per frame and CPU of the dashboard as it is shipped: bundled, React in production mode, in a process of its
 * own. The CPU is compared with the same frames without React and Ink (`no-ink.ts`), the bytes with a cell diff written by hand
 * on the same cells (`reference-diff.ts`).
 */
export async function frames(): Promise<readonly Result[]> {
  const { large, small, idleBytes, loads } = await measured()
  const { '10': slow, '100': some, '1000': fast } = loads
  return [
    ratio(
      'bytes a frame, 200×60, 1,000 positions',
      large.bytes,
      large.referenceBytes,
      '× hand-written',
      1.1,
      bytesNote(large),
    ),
    ratio('bytes a frame, 80×24', small.bytes, small.referenceBytes, '× hand-written', 1.1, bytesNote(small)),
    ratio(
      'CPU a frame, 200×60, 1,000 positions',
      large.cpuMs,
      large.noInkMs,
      '× no Ink',
      1.1,
      msNote(large.cpuMs),
    ),
    ratio('CPU a frame, 80×24', small.cpuMs, small.noInkMs, '× no Ink', 1.1, msNote(small.cpuMs)),
    ratio('frame time, 200×60: p99 to p50', large.p99Ms, large.p50Ms, '×', null, msNote(large.p50Ms)),
    ratio('CPU at 100 updates/s, 200×60', some.cpuMs, slow.cpuMs, '× 10/s', 1.5, msNote(some.cpuMs)),
    ratio('CPU at 1,000 updates/s, 200×60', fast.cpuMs, slow.cpuMs, '× 10/s', 1.5, msNote(fast.cpuMs)),
    { name: 'live and idle, 80×24', value: idleBytes, unit: 'B/s', target: 300 },
  ]
}

function ratio(
  name: string,
  value: number,
  base: number,
  unit: string,
  target: number | null,
  note: string,
): Result {
  return { name, value: value / base, unit, target, note }
}

function bytesNote({ bytes }: FrameFigures): string {
  return `${Math.round(bytes)} B`
}

function msNote(ms: number): string {
  return `${ms.toFixed(1)} ms`
}

async function measured(): Promise<Figures> {
  return JSON.parse(await runBundled('bench/frames-child.ts', String(LOAD_SECONDS))) as Figures
}

/** Bundles a program as the dashboard is shipped, runs it, and returns its output. */
export async function runBundled(entry: string, argument: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'axisor-frames-'))
  try {
    const outfile = join(folder, 'child.mjs')
    await bundle(entry, outfile)
    return await output(outfile, argument)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The plugins of the shipped bundle. */
async function leanPackages(): Promise<Plugin[]> {
  const { href } = new URL('../tools/lean-packages.js', import.meta.url)
  return ((await import(href)) as { leanPackages: Plugin[] }).leanPackages
}

async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.19',
    supported: { 'regexp-set-notation': true },
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    banner: {
      js: "import { createRequire as _createRequire } from 'node:module'; const require = _createRequire(import.meta.url);",
    },
    plugins: await leanPackages(),
    logLevel: 'warning',
  })
}

function output(script: string, argument: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, argument], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    child.on('error', reject)
    child.on('close', code =>
      code === 0 ? resolve(text) : reject(new Error(`the benchmark process exited with ${code}`)),
    )
  })
}
