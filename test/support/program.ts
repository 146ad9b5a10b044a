import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** Path of the launcher. */
export const axisor = fileURLToPath(new URL('../../bin/axisor.js', import.meta.url))

/** Exit code and output of a run. */
export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the built program with only PATH from the environment. `onOutput` and `onStderr` are called with all output so far, after each piece. */
export function axisorRun(
  argv: readonly string[],
  {
    env = {} as Readonly<Record<string, string>>,
    stdin = '',
    fd3 = '',
    /** Called once all of `fd3` has been written, which then stays open. */
    fd3Read = null as ((pid: number) => void) | null,
    onOutput = (_out: string, _pid: number): void => {},
    onStderr = (_err: string, _pid: number): void => {},
  } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [axisor, ...argv], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text
    onOutput(out, child.pid ?? 0)
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text
    onStderr(err, child.pid ?? 0)
  })
  const descriptor = child.stdio[3] as Writable
  const given: readonly [Writable, string][] = [
    [child.stdin, stdin],
    [descriptor, fd3],
  ]
  for (const [stream, text] of given) {
    // The program may exit without reading its input.
    stream.on('error', () => {})
    if (stream === descriptor && fd3Read !== null) stream.write(text, () => fd3Read(child.pid ?? 0))
    else stream.end(text)
  }
  return new Promise(resolve => {
    child.on('close', code => resolve({ code, out, err }))
  })
}
