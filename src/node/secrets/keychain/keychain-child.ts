// Entry of the child process that makes one native call to the keychain. A call that waits for a dialog may never return, and then
// neither process.exit nor terminating a thread ends it; only SIGKILL does. Started for every read, so it loads as little as possible.
import { read, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type KeychainReply, type KeychainRequest, REPLY_DESCRIPTOR } from './keychain-messages.ts'

type Keytar = Pick<typeof import('keytar'), 'getPassword' | 'setPassword' | 'deletePassword'>

const STDIN = 0

/** Resolves packages from this program, whether it was built as ESM or CommonJS. */
const require = createRequire(String(process.argv[1]))

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The package hides the reason why its native library fails to load; loading it directly reveals that. */
function loadErrorOf(error: unknown): string {
  try {
    const folder = dirname(dirname(require.resolve('keytar')))
    require(join(folder, 'prebuilds', `${process.platform}-${process.arch}`, 'keytar.node'))
    return messageOf(error)
  } catch (cause) {
    return messageOf(cause)
  }
}

function loadKeytar(): Keytar | KeychainReply {
  try {
    return require('keytar') as Keytar
  } catch (error) {
    return { kind: 'no-library', reason: loadErrorOf(error) }
  }
}

async function execute(request: KeychainRequest): Promise<KeychainReply> {
  if ('kind' in keytar) return keytar
  const { service, account } = request
  try {
    if (request.op === 'set') await keytar.setPassword(service, account, request.record)
    // Also before a deletion: a read prompts to unlock a locked keyring, a deletion skips it.
    const value = await keytar.getPassword(service, account)
    if (request.op !== 'delete') return { kind: 'done', value }
    return { kind: 'done', value: await keytar.deletePassword(service, account) }
  } catch (error) {
    return { kind: 'failed', reason: messageOf(error) }
  }
}

async function reply(line: string): Promise<void> {
  const result = await execute(JSON.parse(line) as KeychainRequest)
  writeSync(REPLY_DESCRIPTOR, `${JSON.stringify(result)}\n`)
}

/** Handles the first line of stdin, then waits to be killed. Kills itself when stdin is closed because the parent is gone. */
function readRequest(before: Buffer): void {
  const chunk = Buffer.alloc(64 * 1024)
  read(STDIN, chunk, 0, chunk.length, null, (error, count) => {
    if (error !== null || count === 0) process.kill(process.pid, 'SIGKILL')
    const line = Buffer.concat([before, chunk.subarray(0, count)])
    if (!before.includes('\n') && line.includes('\n')) void reply(line.toString('utf8'))
    readRequest(line)
  })
}

if (process.report) process.report.excludeEnv = true
// Loaded now, while the parent still probes the keyring.
const keytar = loadKeytar()
readRequest(Buffer.alloc(0))
