import { expect, test } from 'vitest'
import { openRelayRig } from '../../../support/relay-rig.ts'

test('looks up the tokens of all connections with one query, and closes exactly the revoked ones', async () => {
  const { clock, store, connect, addUser } = openRelayRig({ revisionCheckMs: 100 })
  const names = Array.from({ length: 60 }, (_, n) => `user-${n}`)
  const peers = []
  for (const name of names) {
    const token = await addUser(name)
    peers.push(await connect(token), await connect(token))
  }
  await clock.advance(200)
  let queries = 0
  const { findToken, findTokens } = store
  store.findToken = digest => {
    queries += 1
    return findToken(digest)
  }
  store.findTokens = digests => {
    queries += 1
    return findTokens(digests)
  }
  await store.revokeToken('token of user-7', clock.nowMs())
  await store.removeUser('user-9')
  await clock.advance(100)
  const closed = peers.flatMap((peer, n) =>
    peer.closedWith()?.code === 4401 ? [names[Math.floor(n / 2)]] : [],
  )
  expect(closed).toEqual(['user-7', 'user-7', 'user-9', 'user-9'])
  expect(queries).toBe(1)
})
