import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Cancel } from '../../ports/clock.ts'
import type { Env } from '../../ports/env.ts'
import { type KeychainReply, type KeychainRequest, REPLY_DESCRIPTOR } from './keychain-messages.ts'

/** How a call ended. */
export type KeychainOutcome =
  | KeychainReply
  | { readonly kind: 'timeout' | 'cancelled' }
  /** The child ended without an answer, or could not be started. */
  | { readonly kind: 'crashed'; readonly because: string }

export interface KeychainLimits {
  readonly env: Env
  /** After this long the child is killed. */
  readonly limitMs: number
  /** Told once the child runs, with what gives up; what it returns is called at the end. */
  readonly onDialog?: (cancel: () => void) => Cancel
  /** The program of the child; a test has others. */
  readonly entry?: string
}

/** More than any record: the child is ours, and the record in it may not be. */
const MOST_REPLY_CHARACTERS = 256 * 1024

/** Beside this file, in the sources as in the bundle. */
function usualEntry(): string {
  const name = import.meta.url.endsWith('.ts') ? './keychain-child.ts' : './keychain-child.js'
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

/** Makes one call of the keychain in a process of its own, which is dead when this is over. What is secret goes through pipes only. */
export function callKeychain(request: KeychainRequest, limits: KeychainLimits): Promise<KeychainOutcome> {
  const child = spawn(process.execPath, [limits.entry ?? usualEntry()], {
    env: childEnv(limits.env),
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    windowsHide: true,
  })
  const answers = child.stdio[REPLY_DESCRIPTOR] as Readable
  return new Promise(resolve => {
    let undoDialog: Cancel = () => {}
    const end = (outcome: KeychainOutcome): void => {
      clearTimeout(timer)
      undoDialog()
      undoDialog = () => {}
      child.kill('SIGKILL')
      resolve(outcome)
    }
    const timer = setTimeout(() => end({ kind: 'timeout' }), limits.limitMs)
    let text = ''
    answers.setEncoding('utf8')
    answers.on('data', (chunk: string) => {
      text += chunk
      const line = text.indexOf('\n')
      const reply = line === -1 ? null : replyIn(text.slice(0, line))
      if (reply !== null) end(reply)
      else if (text.length > MOST_REPLY_CHARACTERS) end({ kind: 'crashed', because: 'its answer has no end' })
    })
    answers.on('error', () => {})
    // Whoever is gone before the question came says so by its exit.
    child.stdin?.on('error', () => {})
    child.on('error', error => end({ kind: 'crashed', because: error.message }))
    child.on('close', (code, signal) => end({ kind: 'crashed', because: signal ?? `exit code ${code}` }))
    child.stdin?.write(`${JSON.stringify(request)}\n`)
    undoDialog = limits.onDialog?.(() => end({ kind: 'cancelled' })) ?? undoDialog
  })
}
