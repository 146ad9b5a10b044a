import { expect, test } from 'vitest'
import type { OutboxDatabase } from '../../../src/node/outbox/outbox.ts'
import { RelayOutboxes } from '../../../src/node/outbox/relay-outboxes.ts'
import type { Script } from '../../../src/node/outbox/scripts.ts'

/** A database whose outboxes have revisions and nothing else. */
function openRig(userIds: readonly string[]) {
  const revisions = new Map(userIds.map(id => [id, 1]))
  const reads: string[] = []
  const rows = () => [...revisions].map(([user_id, revision]) => ({ user_id, revision }))
  let now = 0
  let failure: Error | null = null
  const database: OutboxDatabase = {
    async read(name, ...values) {
      reads.push([name, ...values].join(' '))
      if (failure !== null) throw failure
      return name === 'revisions' ? rows() : rows().filter(({ user_id }) => user_id === values[0])
    },
    async run<T>(script: Script<T>) {
      const step = script.next([])
      const [, userId, by] = step.value as unknown as readonly [string, string, number]
      revisions.set(userId, (revisions.get(userId) ?? 0) + by)
      return undefined as T
    },
    runVolatile: async () => {
      throw new Error('not part of the test')
    },
  }
  return {
    outboxes: new RelayOutboxes(database, () => now),
    reads,
    revisions,
    advance(ms: number) {
      now += ms
    },
    fail(error: Error | null) {
      failure = error
    },
  }
}

const IDS = Array.from({ length: 1_000 }, (_, index) => `u-${index}`)

test('answers the polls of 1,000 accounts in a second with four reads', async () => {
  const { outboxes, reads, advance } = openRig(IDS)
  const all = IDS.map(id => outboxes.outbox(id))
  for (let ms = 0; ms < 1_000; ms += 1) {
    expect(await all[ms]?.revision()).toBe(1)
    expect(await all[(ms + 500) % 1_000]?.revision()).toBe(1)
    advance(1)
  }
  expect(reads).toEqual(Array.from({ length: 4 }, () => 'revisions'))
})

test('sees its own change at once, and those of other processes within 250 ms', async () => {
  const { outboxes, revisions, reads, advance } = openRig(['a', 'b'])
  const [a, b] = [outboxes.outbox('a'), outboxes.outbox('b')]
  expect([await a.revision(), await b.revision()]).toEqual([1, 1])
  await a.request({ kind: 'acknowledge', alertId: null, by: 'test' })
  revisions.set('b', 5)
  for (let i = 0; i < 2; i += 1) expect([await a.revision(), await b.revision()]).toEqual([2, 1])
  expect(reads).toEqual(['revisions', 'revision a', 'revision a'])
  advance(250)
  expect([await a.revision(), await b.revision()]).toEqual([2, 5])
  expect(reads.slice(3)).toEqual(['revisions'])
})

test('returns 0 for an outbox without a state', async () => {
  expect(await openRig([]).outboxes.outbox('a').revision()).toBe(0)
})

test('reads again after a failure', async () => {
  const { outboxes, fail } = openRig(['a'])
  const a = outboxes.outbox('a')
  fail(new Error('no connection'))
  await expect(a.revision()).rejects.toThrow('no connection')
  fail(null)
  expect(await a.revision()).toBe(1)
})
