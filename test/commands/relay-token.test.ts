import { describe, expect, test } from 'vitest'
import { grantOf } from '../../src/relay/auth/token-grant.ts'
import { type FakeWorldOptions, openFakeWorld } from '../support/fake-world.ts'

const DAY_MS = 86_400_000

async function withAlice(options: FakeWorldOptions = {}) {
  const world = openFakeWorld(options)
  await world.relayStore.addUser({ id: 'u-1', name: 'alice', createdAt: world.clock.nowMs() })
  return world
}

describe('axisor relay token', () => {
  test('issue prints only the token, once, and the relay identifies its user', async () => {
    const world = await withAlice()
    expect(await world.run('relay', 'token', 'issue', 'alice')).toBe(0)
    expect(world.out()).toMatch(/^axr_[0-9a-f]{64}\n$/)
    const text = world.out().trim()
    expect(world.err()).not.toContain(text)
    expect(await grantOf(text, world.relayStore, world as never)).toMatchObject({
      userName: 'alice',
      scopes: ['read'],
      expiresAt: null,
    })
    const [token] = await world.relayStore.tokens(null)
    expect(token?.prefix).toBe(text.slice(0, 12))
    expect(JSON.stringify(token)).not.toContain(text)
    await world.run('relay', 'token', 'list')
    expect(world.printed.at(-1)).not.toContain(text)
  })

  test('issue accepts a name, scopes and a lifetime', async () => {
    const world = await withAlice()
    const argv = ['--name', 'Büro 2', '--scope', 'admin,read', '--expires', '90d', '--json']
    expect(await world.run('relay', 'token', 'issue', 'alice', ...argv)).toBe(0)
    expect(JSON.parse(world.out())).toEqual({
      token: expect.stringMatching(/^axr_/),
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      user: 'alice',
      name: 'Büro 2',
      prefix: expect.stringMatching(/^axr_[0-9a-f]{8}$/),
      issuedBy: null,
      scopes: ['read', 'admin'],
      createdAt: '2026-11-23T18:00:00.000Z',
      expiresAt: '2027-02-21T18:00:00.000Z',
      lastUsedAt: null,
      revokedAt: null,
    })
    const [token] = await world.relayStore.tokens(null)
    expect(token?.expiresAt).toBe(Date.UTC(2026, 10, 23, 18) + 90 * DAY_MS)
  })

  test('issue gives read-all only by its name, and says what it means', async () => {
    const world = await withAlice()
    for (const argv of [[], ['--scope', 'read'], ['--scope', 'read,alerts,admin']]) {
      expect(await world.run('relay', 'token', 'issue', 'alice', ...argv)).toBe(0)
      expect(world.err()).not.toContain('all users')
    }
    expect(await world.run('relay', 'token', 'issue', 'alice', '--scope', 'read-all')).toBe(0)
    expect(world.err()).toContain('It reads the accounts of all users of this relay')
    const scopes = (await world.relayStore.tokens(null)).flatMap(token => token.scopes)
    expect(scopes.filter(scope => scope === 'read-all')).toHaveLength(1)
    expect(await world.run('relay', 'token', 'list', '--json')).toBe(0)
    expect(world.printed.at(-1)).toContain('"scopes":["read-all"]')
  })

  test.each([
    [['--expires', '90'], /--expires 90: not a duration/],
    [['--expires', '0s'], /--expires 0s: not a duration/],
    [['--scope', 'write'], /not a list of read, read-all, alerts, admin/],
    [['--scope', 'read,read'], /not a list/],
    [['--scope', ''], /not a list/],
    [['--name', 'a\nb'], /--name: not 1 to 64 printable characters/],
    [['--name', ''], /--name: not 1 to 64 printable characters/],
  ])('issue rejects %j and creates nothing', async (argv, message) => {
    const world = await withAlice()
    expect(await world.run('relay', 'token', 'issue', 'alice', ...argv)).toBe(2)
    expect(world.err()).toMatch(message)
    expect(world.out()).toBe('')
    expect(await world.relayStore.tokens(null)).toEqual([])
  })

  test('issue exits 2 for an unknown user', async () => {
    const world = await withAlice()
    expect(await world.run('relay', 'token', 'issue', 'bob')).toBe(2)
    expect(world.err()).toBe('axisor: no such user: bob. Run axisor relay user list.\n')
  })

  test('issue revokes a token that could not be printed', async () => {
    const world = await withAlice({ readsUpTo: 0 })
    expect(await world.run('relay', 'token', 'issue', 'alice')).toBe(0)
    expect(await world.relayStore.tokens(null)).toMatchObject([{ revokedAt: world.clock.nowMs() }])
  })

  test('list prints the state of each token on a terminal', async () => {
    const world = await withAlice({ terminal: 120 })
    await world.run('relay', 'token', 'list')
    expect(world.printed.at(-1)).toBe('No tokens. Run axisor relay token issue USER.\n')
    await world.run('relay', 'token', 'issue', 'alice', '--name', 'one')
    await world.clock.advance(60_000)
    await world.run('relay', 'token', 'issue', 'alice', '--name', 'two', '--expires', '30d')
    await world.clock.advance(60_000)
    await world.run('relay', 'token', 'issue', 'alice', '--name', 'three', '--expires', '1m')
    const [three, two, one] = await world.relayStore.tokens(null)
    await world.relayStore.touchTokens([two?.id ?? ''], world.clock.nowMs())
    await world.clock.advance(60_000)
    await world.run('relay', 'token', 'revoke', one?.id ?? '')
    expect(await world.run('relay', 'token', 'list', 'alice')).toBe(0)
    const lines = (world.printed.at(-1) ?? '').split('\n')
    expect(lines[0]).toMatch(/^ID +USER +STATE \(UTC\) +PREFIX +SCOPE +LAST USED +NAME$/)
    expect(lines[1]).toMatch(new RegExp(`^${three?.id} +alice +expired +axr_\\w{8} +read +never +three$`))
    expect(lines[2]).toMatch(/ until 2026-12-23 18:\d\d +axr_\w{8} +read +2026-11-23 18:\d\d +two$/)
    expect(lines[3]).toMatch(/ revoked +axr_\w{8} +read +never +one$/)
  })

  test('list prints JSON to a pipe, for one user if requested', async () => {
    const world = await withAlice()
    await world.relayStore.addUser({ id: 'u-2', name: 'bob', createdAt: 0 })
    await world.run('relay', 'token', 'issue', 'alice')
    await world.run('relay', 'token', 'issue', 'bob')
    await world.run('relay', 'token', 'list')
    expect(JSON.parse(world.printed.at(-1) ?? '').tokens).toHaveLength(2)
    await world.run('relay', 'token', 'list', 'bob')
    expect(JSON.parse(world.printed.at(-1) ?? '')).toMatchObject({
      tokens: [{ user: 'bob', revokedAt: null }],
    })
    expect(await world.run('relay', 'token', 'list', 'carol')).toBe(2)
  })

  test('revoke accepts the id or the prefix, and reports a token that was already revoked', async () => {
    const world = await withAlice()
    await world.run('relay', 'token', 'issue', 'alice', '--name', 'laptop')
    const text = world.out().trim()
    const [token] = await world.relayStore.tokens(null)
    expect(await world.run('relay', 'token', 'revoke', text.slice(0, 12))).toBe(0)
    expect(world.err()).toContain(`Token ${token?.id} (laptop) revoked.\n`)
    expect(await grantOf(text, world.relayStore, world as never)).toBeNull()
    expect(await world.run('relay', 'token', 'revoke', token?.id ?? '')).toBe(0)
    expect(world.err()).toContain(`Token ${token?.id} (laptop) was already revoked.\n`)
  })

  test('revoke rejects an unknown id, an ambiguous prefix and a whole token', async () => {
    const world = await withAlice()
    await world.run('relay', 'token', 'issue', 'alice')
    await world.run('relay', 'token', 'issue', 'alice')
    const text = world.printed[0]?.trim() ?? ''
    expect(await world.run('relay', 'token', 'revoke', 'axr_12345678')).toBe(2)
    expect(world.err()).toContain('no token has this id. Use the id from axisor relay token list.')
    expect(await world.run('relay', 'token', 'revoke', text.slice(0, 12))).toBe(2)
    expect(world.err()).toContain('several tokens have this prefix.')
    expect(await world.run('relay', 'token', 'revoke', text)).toBe(2)
    expect(world.err()).toContain('full token rejected')
    expect(world.err()).not.toContain(text)
    expect((await world.relayStore.tokens(null)).map(({ revokedAt }) => revokedAt)).toEqual([null, null])
  })
})
