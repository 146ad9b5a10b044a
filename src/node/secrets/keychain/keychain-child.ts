// The entry of a process that makes one native call and ends. It is a process of its own because a call that waits for a dialog never
// comes back, and then neither an exit nor the end of a thread gets rid of it: SIGKILL does. It is started for every reading, so it
// loads next to nothing.
import { read, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type KeychainReply, type KeychainRequest, REPLY_DESCRIPTOR } from './keychain-messages.ts'

type Keytar = Pick<typeof import('keytar'), 'getPassword' | 'setPassword' | 'deletePassword'>

const STDIN = 0

/** As seen from this program, whichever kind of module it was built as. */
const require = createRequire(String(process.argv[1]))

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The package hides why its library can't be loaded; loading that by itself tells. */
function whyNotLoaded(error: unknown): string {
  try {
    const folder = dirname(dirname(require.resolve('keytar')))
    require(join(folder, 'prebuilds', `${process.platform}-${process.arch}`, 'keytar.node'))
    return messageOf(error)
  } catch (cause) {
    return messageOf(cause)
  }
}

function loaded(): Keytar | KeychainReply {
  try {
    return require('keytar') as Keytar
  } catch (error) {
    return { kind: 'no-library', because: whyNotLoaded(error) }
  }
}

async function answer(request: KeychainRequest): Promise<KeychainReply> {
  if ('kind' in keytar) return keytar
  const { service, account } = request
  try {
    if (request.op === 'set') await keytar.setPassword(service, account, request.record)
    // Before a deletion too: reading asks for a locked keyring to be unlocked, deleting passes over it.
    const value = await keytar.getPassword(service, account)
    if (request.op !== 'delete') return { kind: 'done', value }
    return { kind: 'done', value: await keytar.deletePassword(service, account) }
  } catch (error) {
    return { kind: 'failed', because: messageOf(error) }
  }
}

async function reply(line: string): Promise<void> {
  const said = await answer(JSON.parse(line) as KeychainRequest)
  writeSync(REPLY_DESCRIPTOR, `${JSON.stringify(said)}\n`)
}

/** Answers the first line, and waits to be killed by whoever asked; if that one is gone first, so is the other end of stdin. */
function listen(before: Buffer): void {
  const chunk = Buffer.alloc(64 * 1024)
  read(STDIN, chunk, 0, chunk.length, null, (error, count) => {
    if (error !== null || count === 0) process.kill(process.pid, 'SIGKILL')
    const line = Buffer.concat([before, chunk.subarray(0, count)])
    if (!before.includes('\n') && line.includes('\n')) void reply(line.toString('utf8'))
    listen(line)
  })
}

if (process.report) process.report.excludeEnv = true
// Whoever asks may still be looking whether it can.
const keytar = loaded()
listen(Buffer.alloc(0))
