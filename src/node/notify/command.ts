import { type ChildProcess, spawn } from 'node:child_process'
import { basename } from 'node:path'
import type { Env } from '../../ports/env.ts'
import type { SendResult } from '../../ports/notifier.ts'
import { codeOf } from '../net/network-error.ts'
import type { SendAttempt } from './send-attempt.ts'
import { DELIVERED, failed, retry } from './send-result.ts'

/** Variables that a command gets, also those of proxies. None of axisor's own, which may be secrets. */
const PASSED =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|XDG_\w+|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS|HTTPS?_PROXY|ALL_PROXY|NO_PROXY|https?_proxy|all_proxy|no_proxy)$/

/** Errors of a start that another attempt may not get. */
const PASSING_ERRORS = ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE']

const MAX_STDERR_LENGTH = 4_096

/** How long the end of stderr is awaited after the exit: a process in the background may keep it open. */
const STDERR_GRACE_MS = 500

function environmentFor(env: Env): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      PASSED.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  )
}

/** Kills a command and all processes that it has started, which form its process group. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // All of them have ended.
  }
}

/** Collects stderr; returns its last line that is not empty. */
function lastLineOf(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = `${text}${chunk}`.slice(-MAX_STDERR_LENGTH)
  })
  return () => text.trim().split('\n').at(-1) ?? ''
}

function startError(error: unknown, name: string): SendResult {
  const code = codeOf(error)
  if (code === 'ENOENT') return failed(`${name} does not exist`)
  if (code === 'EACCES') return failed(`${name} is not executable`)
  const why = `cannot start ${name} (${code})`
  return PASSING_ERRORS.includes(code) ? retry(why) : failed(why)
}

/** Resolves when the command has ended with its output read, or could not be started. */
function outcomeOf(child: ChildProcess, name: string): Promise<SendResult> {
  const lastLine = lastLineOf(child)
  return new Promise(resolve => {
    child.on('error', error => resolve(startError(error, name)))
    child.on('exit', (code, signal) => {
      if (code === 0) return resolve(DELIVERED)
      const finish = (): void => {
        clearTimeout(timer)
        const line = lastLine()
        const ended = signal === null ? `exited with status ${code}` : `was ended by ${signal}`
        resolve(retry(`${name} ${ended}${line === '' ? '' : `: ${line}`}`))
      }
      const timer = setTimeout(finish, STDERR_GRACE_MS)
      child.on('close', finish)
    })
  })
}

/** Runs a program without a shell, with the document on stdin. Delivered if its exit status is 0; any other status is tried again. */
export async function runCommand(
  argv: readonly string[],
  { message, signal }: SendAttempt,
  env: Env,
): Promise<SendResult> {
  const [program = '', ...args] = argv
  if (program === '') return failed('the channel has no command')
  let child: ChildProcess
  try {
    child = spawn(program, args, {
      env: environmentFor(env),
      stdio: ['pipe', 'ignore', 'pipe'],
      // In a process group of its own, which can be killed as a whole.
      detached: true,
    })
  } catch (error) {
    return startError(error, basename(program))
  }
  const kill = (): void => killGroup(child)
  signal.addEventListener('abort', kill)
  // A command that does not read its input closes the pipe.
  child.stdin?.on('error', () => {})
  child.stdin?.end(message.document)
  try {
    return await outcomeOf(child, basename(program))
  } finally {
    signal.removeEventListener('abort', kill)
    child.stderr?.destroy()
  }
}
