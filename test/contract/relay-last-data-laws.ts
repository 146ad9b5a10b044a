import { expect } from 'vitest'
import type { RelayStore } from '../../src/ports/relay-store.ts'

const AT = Date.UTC(2026, 10, 23, 18)
const HOUR = 3_600_000

/** Tests of what a relay's store knows about the last data of accounts. */
export function describeLastDataLaws(
  law: (title: string, body: (store: RelayStore) => Promise<void>) => void,
): void {
  const addUsers = async (store: RelayStore, ...ids: readonly string[]) => {
    for (const id of ids) await store.addUser({ id, name: id, createdAt: AT })
  }

  law('stores when accounts last had data, and never replaces a time by an earlier one', async store => {
    const odd = `'; " \\ % _ $1 ? ünï 漢字 🂡`
    await addUsers(store, 'u-1', 'u-2', odd)
    expect(await store.lastData()).toEqual(new Map())
    const first = new Map([
      ['u-1', AT],
      [odd, AT + 5],
    ])
    await store.putLastData(first, AT + 10)
    await store.putLastData(new Map(), AT + 10)
    expect(await store.lastData()).toEqual(first)
    await store.putLastData(
      new Map([
        ['u-1', AT - 5],
        ['u-2', AT + 7],
        [odd, AT + 8],
      ]),
      AT + 10,
    )
    expect(await store.lastData()).toEqual(
      new Map([
        ['u-1', AT],
        ['u-2', AT + 7],
        [odd, AT + 8],
      ]),
    )
  })

  law('replaces a time of a clock that was ahead', async store => {
    await addUsers(store, 'u-1')
    await store.putLastData(new Map([['u-1', AT + HOUR]]), AT + HOUR)
    await store.putLastData(new Map([['u-1', AT]]), AT)
    expect(await store.lastData()).toEqual(new Map([['u-1', AT]]))
  })

  law('has no time of unknown, removed and forgotten users, and counts none as a change', async store => {
    await addUsers(store, 'u-1', 'u-2', 'u-3')
    const before = await store.revision()
    await store.putLastData(new Map(['u-1', 'u-2', 'u-3', 'u-9'].map(id => [id, AT])), AT)
    await store.forgetLastData(['u-1', 'u-9'])
    await store.forgetLastData([])
    expect(await store.revision()).toBe(before)
    await store.removeUser('u-2')
    expect(await store.lastData()).toEqual(new Map([['u-3', AT]]))
  })
}
