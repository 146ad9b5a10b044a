import { describe, expect, test } from 'vitest'
import { openRelayForTest as open, statusOf as status } from '../support/relay-fixture.ts'
import { bearer, connect, type TestRelay } from '../support/relay-server.ts'

interface IssuedBody {
  readonly id: string
  readonly token: string
  readonly expiresAt: string | null
}

const DAY_MS = 86_400_000

function request(base: string, token: string, body: object): Promise<Response> {
  return fetch(`${base}/v1/tokens`, {
    method: 'POST',
    headers: { ...bearer(token), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

async function issue(base: string, token: string, body: object): Promise<IssuedBody> {
  const response = await request(base, token, body)
  expect(response.status).toBe(201)
  return (await response.json()) as IssuedBody
}

async function tokenId({ store }: TestRelay, userName: string): Promise<string> {
  const [token] = await store.tokens(`id-${userName}`)
  return token?.id ?? ''
}

const read = (base: string, token: string) => status(fetch(`${base}/v1/snapshot`, { headers: bearer(token) }))

describe('a token that another token has issued', () => {
  test('is logged with the id of its maker, and stored with it', async () => {
    const relay = await open()
    const root = await relay.token('root', ['admin'])
    const maker = await tokenId(relay, 'root')
    await relay.token('ann')
    const child = await issue(relay.base, root, { user: 'ann', name: 'phone', scopes: ['read', 'alerts'] })
    const line = relay.log().match(/^.*"token issued".*$/m)?.[0] ?? '{}'
    expect(JSON.parse(line)).toMatchObject({
      tokenId: child.id,
      by: maker,
      user: 'id-ann',
      scopes: 'read,alerts',
    })
    expect(line).not.toContain(child.token.slice(4))
    const stored = (await relay.store.tokens('id-ann')).find(({ id }) => id === child.id)
    expect(stored?.issuedBy).toBe(maker)
  })

  test('lives no longer than its maker', async () => {
    const { base, token } = await open()
    const root = await token('root', ['admin'], DAY_MS)
    const end = Date.now() + DAY_MS
    const child = await issue(base, root, { user: 'root', name: 'x', scopes: ['admin'] })
    expect(Date.parse(child.expiresAt ?? '')).toBeLessThanOrEqual(end)
    const later = new Date(end + 60_000).toISOString()
    const refused = await request(base, root, { user: 'root', name: 'x', expiresAt: later })
    expect(refused.status).toBe(400)
    expect(await refused.text()).toContain('the token that issues it')
    const sooner = new Date(end - 3_600_000).toISOString()
    expect((await issue(base, root, { user: 'root', name: 'x', expiresAt: sooner })).expiresAt).toBe(sooner)
    const grandchild = await issue(base, child.token, { user: 'root', name: 'x' })
    expect(Date.parse(grandchild.expiresAt ?? '')).toBeLessThanOrEqual(end)
  })

  test('is revoked with its maker, as are those that it has issued', async () => {
    const relay = await open()
    const { base, stream, store } = relay
    const root = await relay.token('root', ['admin'])
    const maker = await tokenId(relay, 'root')
    await relay.token('ann')
    const child = await issue(base, root, { user: 'ann', name: 'x', scopes: ['admin', 'read'] })
    const grandchild = await issue(base, child.token, { user: 'ann', name: 'y' })
    const client = await connect(stream, { headers: bearer(grandchild.token) })
    expect(await store.revokeToken(maker, Date.now())).toBe(true)
    expect(await client.closed).toBe(4401)
    expect(await read(base, child.token)).toBe(401)
    expect(await read(base, grandchild.token)).toBe(401)
    expect((await request(base, child.token, { user: 'ann', name: 'z' })).status).toBe(401)
  })

  test('ends with the user of its maker', async () => {
    const relay = await open()
    const { base } = relay
    const root = await relay.token('root', ['admin'])
    const anns = await relay.token('ann')
    const child = await issue(base, root, { user: 'ann', name: 'x', scopes: ['admin', 'read'] })
    const grandchild = await issue(base, child.token, { user: 'ann', name: 'y' })
    await relay.store.removeUser('id-root')
    expect(await read(base, grandchild.token)).toBe(401)
    expect(await read(base, anns)).toBe(200)
  })

  test('is one of a limited number', async () => {
    const relay = await open()
    const root = await relay.token('root', ['admin'])
    await relay.token('ann')
    const statuses: number[] = []
    for (let n = 0; n < 300; n += 1)
      statuses.push((await request(relay.base, root, { user: 'ann', name: `${n}` })).status)
    expect(statuses).toContain(429)
    expect((await relay.store.tokens('id-ann')).length).toBeLessThan(40)
  })

  test('is refused for a user who has 256 valid tokens', async () => {
    const relay = await open()
    const root = await relay.token('root', ['admin'])
    for (let n = 0; n < 256; n += 1) await relay.token('ann')
    const refused = await request(relay.base, root, { user: 'ann', name: 'one more' })
    expect(refused.status).toBe(409)
    const [oldest] = await relay.store.tokens('id-ann')
    await relay.store.revokeToken(oldest?.id ?? '', Date.now())
    expect((await request(relay.base, root, { user: 'ann', name: 'one more' })).status).toBe(201)
  })
})

test('records the last use of a token over HTTP, also if it is stopped at once', async () => {
  const relay = await open({ limits: { revisionCheckMs: 20, lastUsedWriteMs: 60_000 } })
  const reader = await relay.token('ann')
  const root = await relay.token('root', ['admin'])
  await relay.token('idle')
  expect(await read(relay.base, reader)).toBe(200)
  await issue(relay.base, root, { user: 'ann', name: 'x' })
  expect(await read(relay.base, `${reader}x`)).toBe(401)
  await relay.stop()
  const used = (await relay.store.tokens(null)).filter(({ lastUsedAt }) => lastUsedAt !== null)
  expect(used.map(({ userId }) => userId).sort()).toEqual(['id-ann', 'id-root'])
})

test('records the last use over HTTP while it runs', async () => {
  const relay = await open({ limits: { revisionCheckMs: 20, lastUsedWriteMs: 20 } })
  const reader = await relay.token('ann')
  expect(await read(relay.base, reader)).toBe(200)
  await expect.poll(async () => (await relay.store.tokens('id-ann'))[0]?.lastUsedAt ?? null).not.toBeNull()
})
