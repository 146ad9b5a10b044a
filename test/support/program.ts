import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** The launcher. */
export const axisor = fileURLToPath(new URL('../../bin/axisor.js', import.meta.url))

/** How it ended, and what it wrote. */
export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** The real program, built, with nothing of this machine's environment but the path of programs; `seen` is called as soon as it has said something on stdout. */
export function axisorRun(
  argv: readonly string[],
  {
    env = {} as Readonly<Record<string, string>>,
    stdin = '',
    fd3 = '',
    /** Called when all of `fd3` has been read, which then stays open. */
    fd3Read = null as ((pid: number) => void) | null,
    seen = (_pid: number): void => {},
    heard = (_err: string, _pid: number): void => {},
  } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [axisor, ...argv], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    if (out === '') seen(child.pid ?? 0)
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text
    heard(err, child.pid ?? 0)
  })
  const descriptor = child.stdio[3] as Writable
  const given: readonly [Writable, string][] = [
    [child.stdin, stdin],
    [descriptor, fd3],
  ]
  for (const [stream, text] of given) {
    // A program that does not read what it is given has ended before.
    stream.on('error', () => {})
    if (stream === descriptor && fd3Read !== null) stream.write(text, () => fd3Read(child.pid ?? 0))
    else stream.end(text)
  }
  return new Promise(resolve => {
    child.on('close', code => resolve({ code, out, err }))
  })
}
