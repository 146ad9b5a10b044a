import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { readBookedRows } from '../../src/commands/ledger/read-booked-rows.ts'
import { LedgerJobs } from '../../src/commands/relay/ledger/ledger-jobs.ts'
import { bookedRows } from '../../src/ledger/booked-rows.ts'
import { restsOf } from '../../src/ledger/funds-timeline.ts'
import { postingsOf } from '../../src/ledger/postings.ts'
import { openMemoryLedger } from '../../src/node/ledger/open-ledger.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import type { LedgerWorker, LiveRows } from '../../src/ports/ledger-worker.ts'
import type { Peer } from '../../src/relay/clients/peer.ts'
import { type LedgerRelay, openLedgerRelay } from '../support/ledger-relay.ts'

const rigs: LedgerRelay[] = []
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.relay.stop()
})

/** Differences between the books and each sample. */
async function restsAtSamples(ledger: Ledger): Promise<readonly bigint[]> {
  const samples = await ledger.read('samples')
  const last = samples.at(-1)
  if (last === undefined) throw new Error('no sample')
  const { rows } = bookedRows(await readBookedRows(ledger), await ledger.routes(), last.crossMarginSats)
  const points = restsOf(rows, postingsOf(rows, last.at), samples)
  return points.map(({ walletSats, crossSats }) => walletSats + crossSats)
}

/** A relay with one connected client, its ledgers in memory, and what its thread was asked to keep. */
async function openLive() {
  const kept: LiveRows[] = []
  let ledger: Ledger | null = null
  let messages = 0
  const rig = await openLedgerRelay({
    worker: ({ clock }) => {
      const jobs = new LedgerJobs({
        ...{ clock, writer: 'relay' },
        sha256: text => createHash('sha256').update(text).digest('hex'),
        openLedger: async () => {
          const opened = openMemoryLedger()
          ledger = opened.ledger
          return opened
        },
        findLedger: async () => null,
        removeOthers() {},
      })
      const worker: LedgerWorker = {
        run: (...args) => jobs.run(...args),
        keep(items) {
          messages += 1
          kept.push(...items)
          return jobs.keep(items)
        },
        retain: async () => {},
        crashes: 0,
        close: () => jobs.close(),
      }
      return worker
    },
  })
  rigs.push(rig)
  const peer: Peer = { address: '192.0.2.1', send() {}, close() {}, bufferedBytes: () => 0 }
  const grant = await rig.relay.authenticate(rig.tokens.ann)
  if (grant === null) throw new Error('no grant')
  rig.relay.join(grant, peer)
  await rig.world.clock.advance(5_000)
  return {
    ...rig,
    kept,
    messages: () => messages,
    ledger: () => ledger as unknown as Ledger,
    knob: (command: object) => rig.world.exchange.control(JSON.stringify(command)),
  }
}

describe('what a relay knows without requests', () => {
  test('is not sent to the thread while the account has no ledger', async () => {
    const { world, kept, messages } = await openLive()
    await world.clock.advance(10 * 60_000)
    // The first minute learns that there is none.
    expect([kept.length, messages()]).toEqual([1, 1])
  })

  test('is a sample of the funds each minute, which agrees with the books', async () => {
    const { world, document, ledger, reads, knob } = await openLive()
    await document('/v1/audit')
    const before = (await ledger().read('samples')).length
    const { length } = reads
    for (const command of [
      { do: 'deposit', sats: 50_000 },
      { do: 'open', mode: 'isolated', side: 'buy', quantity: 100, leverage: 10 },
      { do: 'transfer', sats: 10_000 },
      { do: 'open', mode: 'cross', side: 'sell', quantity: 50 },
      { do: 'funding' },
      { do: 'close' },
    ]) {
      knob(command)
      await world.clock.advance(60_000)
    }
    expect(reads).toHaveLength(length)
    const samples = await ledger().read('samples')
    expect(samples.length - before).toBeGreaterThanOrEqual(5)
    expect(samples.at(-1)?.equitySats).toEqual(expect.any(Number))
    const audit = JSON.parse((await document('/v1/audit')).body)
    expect(audit).toMatchObject({ balances: true, restSats: 0 })
    // Each live sample is compared with the books: an amount that it lacked would be a difference of its day.
    expect(audit.days.at(-1).restSats).toBe(0)
    const rests = await restsAtSamples(ledger())
    expect(rests.slice(before)).toEqual(samples.slice(before - 1).map(() => 0n))
  })
})
