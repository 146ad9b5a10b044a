import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CrossAccount, Position } from '../../../../src/domain/position.ts'
import type { AccountSnapshot, Change } from '../../../../src/domain/snapshot.ts'
import { sats, usd } from '../../../../src/domain/units.ts'
import { applySnapshotDelta } from '../../../../src/feed/relay/local-times.ts'
import { reduce } from '../../../../src/store/reducers/reduce.ts'
import { INITIAL_STATE, type State } from '../../../../src/store/state.ts'
import { decodeRelayMessage } from '../../../../src/wire/relay/decode.ts'
import { openRelayRig, type TestPeer } from '../../../support/relay-rig.ts'
import {
  ACCOUNT,
  changeEvent,
  madeCross,
  madePosition,
  readAt,
  resetEvent,
  sampleSnapshot,
  T0,
} from '../../../support/samples.ts'

/** A model small enough for its cases to collide: a few trades, a cross account that comes and goes, three prices. */
interface Books {
  readonly trades: readonly Position[]
  readonly cross: CrossAccount
  readonly balance: number
}

type Part = 'account' | 'isolated' | 'cross'

/** `stall` and `drain` are the first peer's: what it does not read waits. */
type Step =
  | 'tick'
  | 'join'
  | 'refresh'
  | 'stall'
  | 'drain'
  | { readonly refreshed: { readonly without: readonly Part[] } }
  | { readonly change: Change }

const trade = (n: number): Position => madePosition({ id: `trade-${n}` })
const flat: CrossAccount = { ...madeCross(), position: null, updatedAt: null }
const long: CrossAccount = { ...madeCross(), updatedAt: null }

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.integer({ min: 1, max: 3 }).map(n => ({ kind: 'index', indexUsd: usd(68_000 + n) }) as const),
  fc.constantFrom(1, 2, 3).map(n => ({ kind: 'trade-filled', position: trade(n) }) as const),
  fc.constantFrom(1, 2, 3).map(
    n =>
      ({
        kind: 'trade-ended',
        id: `trade-${n}`,
        why: 'closed',
        plSats: null,
        exitPriceUsd: null,
        closingFeeSats: null,
        endedAt: null,
      }) as const,
  ),
  fc.constantFrom(flat, long).map(cross => ({ kind: 'cross-position', event: 'x', cross }) as const),
  fc.integer({ min: 1, max: 3 }).map(
    n =>
      ({
        kind: 'wallet',
        direction: 'deposit',
        id: `w${n}`,
        amountSats: sats(n),
        balanceSats: sats(1_000 * n),
        status: 'done',
      }) as const,
  ),
)

const refreshed = fc
  .subarray<Part>(['account', 'isolated', 'cross'])
  .map(parts => ({ refreshed: { without: parts.length === 3 ? [] : parts } }))

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: change.map(each => ({ change: each })) },
    { weight: 2, arbitrary: fc.constant('tick' as const) },
    { weight: 2, arbitrary: fc.constantFrom('join', 'refresh', 'stall', 'drain') },
    { weight: 2, arbitrary: refreshed },
  ),
  { maxLength: 40 },
)

/** Applies a change to the books, which the next snapshot is read from. */
function applyToBooks(books: Books, { ...change }: Change, ended: Set<string>): Books {
  switch (change.kind) {
    case 'trade-filled':
      if (ended.has(change.position.id) || books.trades.some(({ id }) => id === change.position.id))
        return books
      return { ...books, trades: [...books.trades, change.position] }
    case 'trade-ended':
      ended.add(change.id)
      return { ...books, trades: books.trades.filter(({ id }) => id !== change.id) }
    case 'cross-position':
      return { ...books, cross: change.cross }
    case 'wallet':
      return { ...books, balance: change.balanceSats ?? books.balance }
    default:
      return books
  }
}

/** Folds the messages of a peer into a state, as the relay feed does. */
function foldMessages(peer: TestPeer): State {
  let state = INITIAL_STATE
  let snapshot: AccountSnapshot | null = null
  let seq = -1
  for (const received of peer.received) {
    const decoded = decodeRelayMessage(JSON.stringify(received))
    if (!decoded.ok) throw new Error(decoded.fault.message)
    const message = decoded.value
    if (message.type !== 'snapshot' && message.type !== 'delta') continue
    if (message.type === 'delta') expect(message.seq).toBe(seq + 1)
    seq = message.seq
    if (message.type === 'snapshot') snapshot = message.snapshot
    else if (message.refresh !== null && snapshot !== null)
      snapshot = applySnapshotDelta(snapshot, message.refresh)
    const isRead = message.type === 'snapshot' || message.refresh !== null
    if (isRead && snapshot !== null) state = reduce(state, { type: 'reset', at: message.sentAt, snapshot })
    for (const each of message.changes) state = reduce(state, { type: 'change', ...each })
  }
  return state
}

/** The parts of a state that users act on. */
function visibleParts({
  isolated,
  isolatedOrders,
  cross,
  account,
  index,
  lastPrice,
  funding,
  buckets,
  lastSnapshot,
}: State) {
  return {
    isolated: isolated && [...isolated.values()].map(({ value }) => value.id).sort(),
    orders: [...(isolatedOrders?.keys() ?? [])].sort(),
    cross: cross?.value ?? null,
    balanceSats: account?.value.balanceSats ?? null,
    index,
    lastPrice,
    funding,
    buckets,
    lastSnapshot,
  }
}

const WAITING_BYTES = 100_000

test("all peers see the relay's state and no newer times, however they join, stall, refresh and share ticks", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async script => {
      const rig = openRelayRig()
      const token = await rig.addUser('ann')
      const first = await rig.connect(token)
      const peers = [first]
      const { store } = rig.upstream('ann')
      const ended = new Set<string>()
      let books: Books = { trades: [trade(1)], cross: long, balance: 5_000 }
      const readAgain = (without: readonly Part[]) => {
        const now = rig.clock.nowMs()
        const { ticker } = sampleSnapshot(now)
        const parts = {
          account: readAt(now, { ...ACCOUNT, balanceSats: sats(books.balance) }),
          isolated: readAt(now, books.trades),
          cross: readAt(now, books.cross),
        }
        const lost = Object.fromEntries(without.map(part => [part, null]))
        store.dispatch(resetEvent(now, { ticker, ...parts, ...lost }))
      }
      const work: Readonly<Record<Extract<Step, string>, () => unknown>> = {
        tick: () => rig.clock.advance(60),
        join: async () => peers.push(await rig.connect(token)),
        refresh: () => peers.at(-1)?.session?.receive('{"type":"refresh_data"}'),
        stall: () => {
          first.unread = WAITING_BYTES
        },
        drain: () => {
          first.unread = 0
        },
      }
      readAgain([])
      for (const step of script) {
        if (typeof step === 'string') await work[step]()
        else if ('refreshed' in step) {
          await rig.clock.advance(100)
          readAgain(step.refreshed.without)
        } else {
          await rig.clock.advance(1)
          books = applyToBooks(books, step.change, ended)
          store.dispatch(changeEvent(rig.clock.nowMs(), step.change))
        }
      }
      first.unread = 0
      await rig.clock.advance(600)
      const truth = store.state()
      for (const peer of peers) {
        const state = foldMessages(peer)
        expect(visibleParts(state)).toEqual(visibleParts(truth))
        for (const [id, { receivedAt }] of state.isolated ?? [])
          expect(receivedAt).toBeLessThanOrEqual(truth.isolated?.get(id)?.receivedAt ?? T0)
      }
      await rig.relay.stop()
    }),
    { numRuns: 200 },
  )
})
