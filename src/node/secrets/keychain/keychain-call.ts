import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Cancel } from '../../../ports/clock.ts'
import type { Env } from '../../../ports/env.ts'
import { codeOf } from '../../net/network-error.ts'
import { type KeychainReply, type KeychainRequest, REPLY_DESCRIPTOR } from './keychain-messages.ts'

/** How a call ended. */
export type KeychainOutcome =
  | KeychainReply
  | { readonly kind: 'timeout' | 'cancelled' }
  /** The child ended without an answer, or could not be started. */
  | { readonly kind: 'crashed'; readonly because: string }

export interface KeychainPatience {
  /** After this long the child is killed. */
  readonly limitMs: number
  /** Told when the question is put, with what gives up; what it returns is called at the end. */
  readonly onDialog?: ((cancel: () => void) => Cancel) | undefined
}

/** A process that is ready for one call of the keychain, and dead when that is over. */
export interface KeychainProcess {
  /** What is secret goes through pipes only. */
  ask(request: KeychainRequest, patience: KeychainPatience): Promise<KeychainOutcome>
  end(): void
}

/** More than any record: the child is ours, and the record in it may not be. */
const MAX_REPLY_CHARACTERS = 256 * 1024

/** Beside this file, in the sources as in the bundle. */
function usualEntry(): string {
  const name = import.meta.url.endsWith('.ts') ? './keychain-child.ts' : './keychain-child.cjs'
  return fileURLToPath(new URL(name, import.meta.url))
}

/** All that the keychain's library may need, without what axisor is told: the environment of a process can be read from outside. */
function childEnv(env: Env): NodeJS.ProcessEnv {
  const isOurs = (name: string): boolean => name.startsWith('AXISOR_') || name.startsWith('NODE_')
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isOurs(name)))
}

function replyIn(line: string): KeychainReply | null {
  try {
    return JSON.parse(line) as KeychainReply
  } catch {
    return null
  }
}

/** Node throws some errors, such as that of a memory that is full, and announces others. */
function begin(env: Env, entry: string | null): ChildProcess | KeychainOutcome {
  try {
    return spawn(process.execPath, [entry ?? usualEntry()], {
      env: childEnv(env),
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
      windowsHide: true,
    })
  } catch (error) {
    return { kind: 'crashed', because: `not started: ${codeOf(error)}` }
  }
}

/** Starts the process of a call, which takes longer than the call; `entry` is its program, null for ours. Somebody must end it. */
export function startKeychain(env: Env, entry: string | null): KeychainProcess {
  const child = begin(env, entry)
  if ('kind' in child) return { ask: async () => child, end() {} }
  const { promise: ended, resolve } = Promise.withResolvers<KeychainOutcome>()
  const end = (outcome: KeychainOutcome): void => {
    child.kill('SIGKILL')
    resolve(outcome)
  }
  // There are no pipes when it could not be started for want of descriptors.
  const answers = child.stdio?.[REPLY_DESCRIPTOR] as Readable | undefined
  let text = ''
  answers?.setEncoding('utf8')
  answers?.on('data', (chunk: string) => {
    text += chunk
    const line = text.indexOf('\n')
    const reply = line === -1 ? null : replyIn(text.slice(0, line))
    if (reply !== null) end(reply)
    else if (text.length > MAX_REPLY_CHARACTERS) end({ kind: 'crashed', because: 'its answer has no end' })
  })
  answers?.on('error', () => {})
  // Whoever is gone before the question came says so by its exit.
  child.stdin?.on('error', () => {})
  child.on('error', error => end({ kind: 'crashed', because: error.message }))
  child.on('close', (code, signal) => end({ kind: 'crashed', because: signal ?? `exit code ${code}` }))
  return {
    async ask(request, { limitMs, onDialog }) {
      const timer = setTimeout(() => end({ kind: 'timeout' }), limitMs)
      child.stdin?.write(`${JSON.stringify(request)}\n`)
      const undoDialog = onDialog?.(() => end({ kind: 'cancelled' }))
      try {
        return await ended
      } finally {
        clearTimeout(timer)
        undoDialog?.()
      }
    },
    end: () => void child.kill('SIGKILL'),
  }
}
