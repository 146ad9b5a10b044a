// A host of an outbox as a process: commits notices, holds the lease and delivers to a local receiver. It can kill itself at any step.
// Its only argument is JSON, see HostOptions. Prints a JSON line per event, see HostEvent.

import { request } from 'node:http'
import { openDispatcher } from '../../src/alerts/delivery/dispatcher.ts'
import { openHostLease } from '../../src/alerts/delivery/host-lease.ts'
import type { Channel } from '../../src/domain/alerts/channel.ts'
import { openClock } from '../../src/node/clock.ts'
import { openOutboxFile } from '../../src/node/outbox/open-outbox.ts'
import { openRandom } from '../../src/node/random.ts'
import type { Notifier, SendResult } from '../../src/ports/notifier.ts'
import type { Outbox } from '../../src/ports/outbox.ts'
import { messageOf } from './dispatcher-rig.ts'
import { noticeOf, queuedNotice } from './notices.ts'
import { channelsOf } from './scripted-notifier.ts'

/** The argument of the program. */
export interface HostOptions {
  readonly path: string
  readonly port: number
  readonly label: string
  readonly channels: readonly string[]
  /** Number of notices that it commits, in batches of two. */
  readonly notices: number
  /** It kills itself when it reaches this step, counted from 1; 0: never. */
  readonly killAtStep: number
  /** Ends once everything is delivered. */
  readonly endsWhenDone: boolean
  readonly ttlMs: number
  readonly renewMs: number
}

/** A line that the program prints. */
export type HostEvent =
  | { readonly kind: 'role'; readonly isHolder: boolean; readonly holderLabel: string | null }
  /** The step at which it kills itself. */
  | { readonly kind: 'killed'; readonly step: string }
  | { readonly kind: 'done'; readonly steps: number }

const options: HostOptions = JSON.parse(process.argv[2] ?? '{}')
const clock = openClock()
const random = openRandom()
let steps = 0

function print(event: HostEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

/** One step: where a crash could make a difference. */
function step(name: string): void {
  steps += 1
  if (steps !== options.killAtStep) return
  print({ kind: 'killed', step: name })
  process.kill(process.pid, 'SIGKILL')
}

/** Makes a step before and after each call that changes something. */
function withSteps(outbox: Outbox): Outbox {
  return {
    ...outbox,
    async commit(commit) {
      step('before commit')
      await outbox.commit(commit)
      step('after commit')
    },
    async record(attempt) {
      step('before record')
      await outbox.record(attempt)
      step('after record')
    },
  }
}

function post(channel: string, body: string): Promise<SendResult> {
  const { promise, resolve } = Promise.withResolvers<SendResult>()
  const retry = (why: string) => resolve({ kind: 'retry', why, afterMs: null })
  const sending = request(
    { port: options.port, method: 'POST', path: `/${options.label}/${channel}` },
    reply => {
      reply.resume().on('end', () => {
        step('after reply')
        if (reply.statusCode === 200) resolve({ kind: 'delivered' })
        else retry(`HTTP ${reply.statusCode}`)
      })
    },
  )
  sending.on('error', error => retry(error.message))
  step('before request')
  sending.end(body, () => step('after request'))
  return promise
}

const notifier: Notifier = {
  send: (channel: Channel, message) => post(channel.name, message.id),
  ping: async () => ({ kind: 'delivered' }),
  async close() {},
}

const { outbox: file } = await openOutboxFile(options.path)
const outbox = withSteps(file)
const { promise: isDone, resolve: finish } = Promise.withResolvers<void>()

async function checkDone(): Promise<void> {
  if (options.endsWhenDone && (await file.pending()).length === 0) finish()
}

const lease = await openHostLease({
  outbox: file,
  clock,
  random,
  label: options.label,
  ttlMs: options.ttlMs,
  renewMs: options.renewMs,
  onChange(role) {
    print({ kind: 'role', ...role })
    dispatcher.wake()
  },
})
const dispatcher = openDispatcher({
  outbox,
  notifier,
  clock,
  random: { ...random, float: () => 0 },
  channels: () => channelsOf(...options.channels),
  messageOf,
  isHolder: () => lease.isHolder(),
  onOutcome: () => void checkDone(),
  onUndelivered() {},
  onStorageError(error) {
    if (error !== null) throw error
  },
})
print({ kind: 'role', ...lease.role() })
// As after each start of an engine, all notices are committed again; those that are known are ignored.
for (let i = 0; i < options.notices; i += 2) {
  const notices = [i, i + 1].map(n =>
    queuedNotice(noticeOf(`n-${n}`), options.channels, clock.nowMs() + 600_000),
  )
  await outbox.commit({ engine: String(i), notices })
  dispatcher.wake()
}
dispatcher.wake()
await checkDone()
await isDone
await dispatcher.close(1_000)
await lease.close()
await file.close()
print({ kind: 'done', steps })
