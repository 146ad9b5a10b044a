import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Cancel } from '../../../ports/clock.ts'
import type { Env } from '../../../ports/env.ts'
import { codeOf } from '../../net/network-error.ts'
import { type KeychainReply, type KeychainRequest, REPLY_DESCRIPTOR } from './keychain-messages.ts'

/** Outcome of a call. */
export type KeychainOutcome =
  | KeychainReply
  | { readonly kind: 'timeout' | 'canceled' }
  /** The child exited without a reply, or could not be started. */
  | { readonly kind: 'crashed'; readonly reason: string }

export interface CallOptions {
  /** The child is killed after this time. */
  readonly timeoutMs: number
  /** Called once the request is sent, with a function that cancels it; the returned function is called at the end. */
  readonly onDialog?: ((cancel: () => void) => Cancel) | undefined
}

/** A child process for one call to the keychain; killed when the call ends. */
export interface KeychainProcess {
  /** Sends the request and returns its outcome; never rejects. Secrets go through pipes only. */
  call(request: KeychainRequest, options: CallOptions): Promise<KeychainOutcome>
  kill(): void
}

/** More than any record. The record may have been written by another program. */
const MAX_REPLY_CHARS = 256 * 1024

/** Path of the child program, beside this file in the sources and in the bundle. */
function defaultEntry(): string {
  const name = import.meta.url.endsWith('.ts') ? './keychain-child.ts' : './keychain-child.cjs'
  return fileURLToPath(new URL(name, import.meta.url))
}

/** The environment without AXISOR_* and NODE_*: other processes of the user can read the environment of the child. */
function childEnv(env: Env): NodeJS.ProcessEnv {
  const isPrivate = (name: string): boolean => name.startsWith('AXISOR_') || name.startsWith('NODE_')
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isPrivate(name)))
}

function parseReply(line: string): KeychainReply | null {
  try {
    return JSON.parse(line) as KeychainReply
  } catch {
    return null
  }
}

/** Starts the child. Node throws some errors, such as ENOMEM; others it emits. */
function spawnChild(env: Env, entry: string | null): ChildProcess | KeychainOutcome {
  try {
    return spawn(process.execPath, [entry ?? defaultEntry()], {
      env: childEnv(env),
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
      windowsHide: true,
    })
  } catch (error) {
    return { kind: 'crashed', reason: `not started: ${codeOf(error)}` }
  }
}

/** Starts the child, which takes longer than the call itself. `entry` is its program, null for ours. The caller must kill it. */
export function startKeychain(env: Env, entry: string | null): KeychainProcess {
  const child = spawnChild(env, entry)
  if ('kind' in child) return { call: async () => child, kill() {} }
  const { promise: ended, resolve } = Promise.withResolvers<KeychainOutcome>()
  const end = (outcome: KeychainOutcome): void => {
    child.kill('SIGKILL')
    resolve(outcome)
  }
  // No pipes exist if the child could not be started for lack of descriptors.
  const replies = child.stdio?.[REPLY_DESCRIPTOR] as Readable | undefined
  let text = ''
  replies?.setEncoding('utf8')
  replies?.on('data', (chunk: string) => {
    text += chunk
    const line = text.indexOf('\n')
    const reply = line === -1 ? null : parseReply(text.slice(0, line))
    if (reply !== null) end(reply)
    else if (text.length > MAX_REPLY_CHARS) end({ kind: 'crashed', reason: 'its reply is too long' })
  })
  replies?.on('error', () => {})
  // If the child exits before the request is written, its exit reports that.
  child.stdin?.on('error', () => {})
  child.on('error', error => end({ kind: 'crashed', reason: error.message }))
  child.on('close', (code, signal) => end({ kind: 'crashed', reason: signal ?? `exit code ${code}` }))
  return {
    async call(request, { timeoutMs, onDialog }) {
      const timer = setTimeout(() => end({ kind: 'timeout' }), timeoutMs)
      child.stdin?.write(`${JSON.stringify(request)}\n`)
      const undoDialog = onDialog?.(() => end({ kind: 'canceled' }))
      try {
        return await ended
      } finally {
        clearTimeout(timer)
        undoDialog?.()
      }
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
