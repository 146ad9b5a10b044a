import { describe, expect, test } from 'vitest'
import { type FakeWorldOptions, openFakeWorld } from '../support/fake-world.ts'

const AT = Date.UTC(2026, 10, 23, 18)

const STATUS = {
  ...{ name: 'desk, process 7', version: '1.2.3', at: AT, startedAt: AT - 7_200_000, isBrokerUp: true },
  connections: [{ tokenId: 't-1', user: 'alice', clients: 3, since: AT - 60_000 }],
  accounts: [
    {
      ...{
        user: 'bob',
        clients: 0,
        link: 'live',
        linkSince: AT - 900_000,
        linkError: null,
        freshAt: AT - 400,
      },
      ...{ isStale: false, staleReasons: [], isOwner: false },
    },
    {
      ...{ user: 'alice', clients: 3, link: 'waiting', linkSince: AT - 95_000, freshAt: AT - 90_000 },
      linkError: 'timeout: no answer\u001b[2J',
      ...{ isStale: true, staleReasons: ['market data 90 s old'], isOwner: true },
    },
  ],
  refused: [{ userId: 'u-1', error: 'key-refused: 401', since: AT, nextAttemptAt: AT + 60_000 }],
}

async function runStatus(documents: readonly string[], options: FakeWorldOptions = {}) {
  const world = openFakeWorld(options)
  await world.relayStore.addUser({ id: 'u-1', name: 'alice', createdAt: AT })
  const running = await world.start('relay', 'status')
  await world.clock.advance(100)
  const request = (await world.relayStore.statusRequest()) ?? ''
  for (const [n, document] of documents.entries())
    await world.relayStore.putStatus({ request, relay: `${n}`, document })
  return { world, ended: running.ended() }
}

describe('axisor relay status', () => {
  test('shows relays, stale accounts first with the reason, clients and refused keys', async () => {
    const { world, ended } = await runStatus([JSON.stringify(STATUS)], { terminal: 160 })
    expect(await ended).toBe(0)
    const lines = world.out().split('\n')
    expect(lines[0]).toBe(
      'desk, process 7: up 2h00m, axisor 1.2.3: clients 3, accounts 2, owns 1, broker connected',
    )
    const [alice, bob] = ['alice  stale', 'bob    fresh'].map(text =>
      lines.findIndex(line => line.startsWith(text)),
    )
    expect(alice).toBeGreaterThan(0)
    expect(bob).toBeGreaterThan(alice ?? 0)
    expect(world.out()).toContain('2026-11-23 17:58:30')
    expect(world.out()).toMatch(/Refused keys\nalice: key-refused: 401; next attempt at 2026-11-23 18:01:00/)
    expect(world.out()).not.toContain('\u001b')
  })

  test('prints JSON with times in ISO 8601, of every relay', async () => {
    const other = { ...STATUS, name: 'attic, process 9' }
    const { world, ended } = await runStatus([JSON.stringify(STATUS), JSON.stringify(other), 'junk'])
    expect(await ended).toBe(0)
    const { relays } = JSON.parse(world.out())
    expect(relays.map(({ name }: { name: string }) => name)).toEqual(['attic, process 9', 'desk, process 7'])
    expect(relays[0].accounts[1]).toMatchObject({
      user: 'alice',
      isOwner: true,
      freshAt: '2026-11-23T17:58:30.000Z',
    })
    expect(relays[0].refused).toMatchObject([{ user: 'alice', nextAttemptAt: '2026-11-23T18:01:00.000Z' }])
  })

  test('names the database as the cause if no relay answers', async () => {
    const { world, ended } = await runStatus([])
    expect(await ended).toBe(7)
    expect(world.err()).toMatch(/no running relay answered[\s\S]*uses this database/)
  })
})

describe('axisor relay credentials retry', () => {
  test('gives the key a new time and nothing else', async () => {
    const world = openFakeWorld()
    await world.relayStore.addUser({ id: 'u-1', name: 'alice', createdAt: AT })
    const account = {
      ...({ userId: 'u-1', network: 'mainnet', apiUrl: null, streamUrl: null } as const),
      ...{ sealed: 'c2VhbGVk', masterKeyId: 'k-1', updatedAt: AT - 5 },
    }
    await world.relayStore.putAccount(account)
    expect(await world.run('relay', 'credentials', 'retry', 'alice')).toBe(0)
    const after = await world.relayStore.account('u-1')
    expect(after).toEqual({ ...account, updatedAt: after?.updatedAt })
    expect(after?.updatedAt).toBeGreaterThan(account.updatedAt)
    expect(world.err()).toContain('try the key of alice within a second')
  })

  test('refuses a user without a key, and an unknown one', async () => {
    const world = openFakeWorld()
    await world.relayStore.addUser({ id: 'u-1', name: 'alice', createdAt: AT })
    expect(await world.run('relay', 'credentials', 'retry', 'alice')).toBe(4)
    expect(world.err()).toContain('user alice has no exchange key')
    expect(await world.run('relay', 'credentials', 'retry', 'alise')).toBe(2)
    expect(world.err()).toContain('Did you mean alice?')
  })
})
