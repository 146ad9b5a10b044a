// The entry of a process that makes one native call and ends. It is a process of its own because a call that waits for a dialog never
// comes back, and then neither an exit nor the end of a thread gets rid of it: SIGKILL does.
import { writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { type KeychainReply, type KeychainRequest, REPLY_DESCRIPTOR } from './keychain-messages.ts'

type Keytar = Pick<typeof import('keytar'), 'getPassword' | 'setPassword' | 'deletePassword'>

const require = createRequire(import.meta.url)

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

async function answer(request: KeychainRequest): Promise<KeychainReply> {
  let keytar: Keytar
  try {
    keytar = require('keytar') as Keytar
  } catch (error) {
    return { kind: 'no-library', because: whyNotLoaded(error) }
  }
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

if (process.report) process.report.excludeEnv = true
const lines = createInterface({ input: process.stdin })
lines.once('line', async line => {
  const reply = await answer(JSON.parse(line) as KeychainRequest)
  writeSync(REPLY_DESCRIPTOR, `${JSON.stringify(reply)}\n`)
  process.exit(0)
})
// Stdin stays open as long as somebody waits for the answer.
lines.once('close', () => process.kill(process.pid, 'SIGKILL'))
