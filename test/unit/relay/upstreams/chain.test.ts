import { expect, test } from 'vitest'
import { NO_PROXY_RULES } from '../../../../src/domain/proxy.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { openMemoryRelayStore } from '../../../../src/relay/auth/memory-store.ts'
import { openChainUpstreams } from '../../../../src/relay/upstreams/chain.ts'
import { openFakeWorld } from '../../../support/fake-world.ts'

const account = { userId: 'u-1', userName: 'alice', sealed: null }

async function openChain() {
  const world = openFakeWorld()
  const store = openMemoryRelayStore()
  await store.addUser({ id: 'u-1', name: 'alice', createdAt: 0 })
  const options = {
    url: 'wss://relay.test',
    token: new Secret('axr_chain'),
    store,
    openNet: () => world.openNet(NO_PROXY_RULES),
  }
  return { store, open: () => openChainUpstreams(world, options) }
}

test('opens an upstream that leads to a relay', async () => {
  const { open } = await openChain()
  const upstreams = await open()
  const upstream = await upstreams.open(account, null)
  expect(upstream.store.state().status).toMatchObject({ kind: 'relay' })
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
