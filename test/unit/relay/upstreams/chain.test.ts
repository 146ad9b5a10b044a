import { expect, test } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import type { Http, Sockets } from '../../../../src/ports/net.ts'
import type { Net } from '../../../../src/ports/world.ts'
import { openMemoryRelayStore } from '../../../../src/relay/auth/memory-store.ts'
import type { Grant } from '../../../../src/relay/auth/token-grant.ts'
import { openChainUpstreams } from '../../../../src/relay/upstreams/chain.ts'
import { openFakeWorld } from '../../../support/fake-world.ts'

const account = { userId: 'u-1', userName: 'alice', sealed: null }

async function openChain(user: string | null = null) {
  const world = openFakeWorld()
  const dialed: string[] = []
  const store = openMemoryRelayStore()
  await store.addUser({ id: 'u-1', name: 'alice', createdAt: 0 })
  const options = {
    url: 'wss://relay.test',
    token: new Secret('axr_chain'),
    user,
    store,
    async openNet(): Promise<Net> {
      const http: Http = {
        async get(_origin, target) {
          dialed.push(target)
          throw new AxisorError('timeout', 'no reply')
        },
        close() {},
      }
      const open: Sockets['open'] = url => {
        dialed.push(url)
        return { send() {}, ping() {}, terminate() {} }
      }
      return { http, sockets: { open } }
    },
  }
  return { world, store, dialed, open: () => openChainUpstreams(world, options) }
}

test('opens an upstream that leads to a relay', async () => {
  const { open } = await openChain()
  const upstreams = await open()
  const upstream = await upstreams.open(account, null)
  expect(upstream.store.state().status).toMatchObject({ kind: 'relay' })
  upstream.close()
  await upstreams.close()
})

test.each([
  [null, 'wss://relay.test/v1/stream'],
  ['bob', 'wss://relay.test/v1/stream?user=bob'],
])('requests the account of the user %s there', async (user, url) => {
  const { world, open, dialed } = await openChain(user)
  const upstreams = await open()
  const upstream = await upstreams.open(account, null)
  await world.clock.advance(1_000)
  expect(dialed[0]).toBe(url)
  dialed.length = 0
  const request = { name: 'audit', request: null, key: '[]' }
  await expect(upstreams.forwardedLedgers?.answer({} as Grant, request)).rejects.toThrow('no reply')
  expect(dialed).toEqual([user === null ? '/v1/audit' : '/v1/audit?user=bob'])
  upstream.close()
  await upstreams.close()
})

test('is refused at the start if the relay has two users', async () => {
  const { store, open } = await openChain()
  await store.addUser({ id: 'u-2', name: 'bob', createdAt: 0 })
  await expect(open()).rejects.toMatchObject({
    code: 'config',
    message: '--upstream-relay serves one account, but this relay has 2 users',
  })
})

test('refuses accounts after a second user was added', async () => {
  const { store, open } = await openChain()
  const upstreams = await open()
  await store.addUser({ id: 'u-2', name: 'bob', createdAt: 0 })
  await expect(upstreams.open(account, null)).rejects.toMatchObject({ code: 'config' })
  await upstreams.close()
})
