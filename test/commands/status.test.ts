import { describe, expect, test } from 'vitest'
import { openFakeWorld } from '../support/fake-world.ts'
import { behindFirewall } from '../support/key-reports.ts'
import { fresh, later, loggedIn, READER, unusable } from '../support/login-world.ts'

describe('axisor status', () => {
  test('prints profile, key location, permissions and connectivity', async () => {
    const world = later(await loggedIn())
    expect(await world.run('status')).toBe(0)
    expect(JSON.parse(world.out())).toMatchObject({
      profile: { name: 'main', current: true },
      network: 'mainnet',
      credentials: { from: 'keychain', state: 'ready' },
      key: { canWrite: false },
      exchange: { reachable: true, clockOffsetMs: 0 },
    })
    for (const value of [READER.secret, READER.passphrase]) expect(world.out()).not.toContain(value)
    const terminal = later(world, { terminal: true, clockAheadMs: 120_000 })
    expect(await terminal.run('status')).toBe(0)
    expect(terminal.out()).toMatch(/^PROFILE {3}main \(current\)\nSOURCE {4}direct · mainnet/)
    expect(terminal.out()).toContain("CLOCK     120.0 s ahead of the exchange's clock")
  })

  test.each(['unusable', 'locked'] as const)(
    'reports a store that is %s with its remedy, without waiting',
    async kind => {
      const world = later(await loggedIn(), { terminal: true })
      const { error } = unusable()
      world.secrets.keychain.become(kind === 'locked' ? { kind, canAsk: true, error } : { kind, error })
      expect(await world.run('status')).toBe(4)
      expect(world.out()).toContain(
        `KEY       in the keychain of this desktop: ${kind}\n          there is no keyring on this machine\n          Use the vault.\n`,
      )
      expect(world.out()).toContain('ACCESS    account:read')
      expect(world.prompted()).toBe('')
    },
  )

  /** A profile in a vault that requests its passphrase before a read. The state of the vault varies. */
  async function vaulted(look: (texts: Map<string, string>) => void = () => {}) {
    const before = await loggedIn()
    await before.run('login', '--move-to', 'vault')
    const { vault } = before.secrets
    return later(before, {
      terminal: true,
      openSecrets: async (_kind, { passphrase }) => ({
        ...vault,
        async read(place) {
          look(vault.texts)
          if (vault.texts.size > 0) await passphrase?.ask({ purpose: 'open', attempt: 1 })
          return vault.read(place)
        },
      }),
    })
  }

  test('shows the permissions of the login for a vault without a passphrase', async () => {
    const world = await vaulted()
    expect(await world.run('status', '--json')).toBe(0)
    expect(JSON.parse(world.out())).toMatchObject({
      credentials: { from: 'vault', state: 'ready' },
      key: { canWrite: false },
    })
    expect(world.prompted()).toBe('')
  })

  test('reports an unusable or missing vault file without a passphrase', async () => {
    const spoiled = await vaulted(() => {
      throw unusable('the vault file is open to other users').error
    })
    expect(await spoiled.run('status', '--json')).toBe(4)
    expect(JSON.parse(spoiled.out())).toMatchObject({
      credentials: { state: 'unusable', error: { message: 'the vault file is open to other users' } },
    })
    const gone = await vaulted(texts => texts.clear())
    expect(await gone.run('status', '--json')).toBe(4)
    expect(JSON.parse(gone.out())).toMatchObject({ credentials: { state: 'absent' } })
  })

  test('exits 4 for a revoked, missing, absent or incomplete key', async () => {
    const revoked = later(await loggedIn())
    revoked.exchange.control('{"do":"revoke"}')
    expect(await revoked.run('status')).toBe(4)
    expect(JSON.parse(revoked.out())).toMatchObject({
      exchange: { reachable: true, error: { code: 'key-refused' } },
    })
    const gone = later(await loggedIn())
    gone.secrets.keychain.texts.clear()
    expect(await gone.run('status')).toBe(4)
    expect(JSON.parse(gone.out())).toMatchObject({
      credentials: { state: 'absent', error: { code: 'no-credentials' } },
    })
    const none = fresh({ terminal: true })
    expect(await none.run('status')).toBe(4)
    expect(none.out()).toContain('KEY       none. Run axisor login.')
    const part = fresh({ env: { AXISOR_API_KEY: 'x' } })
    expect(await part.run('status')).toBe(4)
    expect(JSON.parse(part.out())).toMatchObject({ credentials: { from: 'env', state: 'unusable' } })
  })

  test('exits 5 after the timeout for a silent exchange', async () => {
    const world = later(await loggedIn())
    world.exchange.control('{"do":"mute","ms":600000}')
    world.exchange.control('{"do":"status","code":503,"ms":600000}')
    expect(await world.run('status', '--timeout', '2s')).toBe(5)
    expect(JSON.parse(world.out())).toMatchObject({
      exchange: { reachable: false, transport: null, error: { code: 'timeout' } },
    })
  })

  test('reports a stream that is blocked while HTTPS requests are not', async () => {
    const world = later(await loggedIn(), { net: behindFirewall(), terminal: true })
    expect(await world.run('status')).toBe(0)
    expect(world.out()).toMatch(
      /^ACCESS {4}account:read, .* \(checked 20.* UTC\)\n {10}permissions could not be checked now\n/m,
    )
    expect(world.out()).toMatch(
      /^EXCHANGE {2}reachable over HTTPS only\n.*status 403\n.*firewall or proxy may block the stream/m,
    )
    const env = openFakeWorld({ net: behindFirewall() })
    expect(await env.run('status')).toBe(0)
    expect(JSON.parse(env.out())).toMatchObject({
      key: null,
      exchange: { reachable: true, transport: 'http', error: { code: 'unavailable' } },
    })
    const text = openFakeWorld({ net: behindFirewall(), terminal: true })
    expect(await text.run('status')).toBe(0)
    expect(text.out()).toContain('\nACCESS    permissions could not be checked\n')
  })

  test('names the environment and the demo as the source of the key', async () => {
    const env = openFakeWorld()
    expect(await env.run('status')).toBe(0)
    expect(JSON.parse(env.out())).toMatchObject({
      profile: null,
      network: 'simulator',
      credentials: { from: 'env' },
    })
    const demo = fresh()
    expect(await demo.run('status', '--demo')).toBe(0)
    expect(JSON.parse(demo.out())).toMatchObject({
      source: 'demo',
      credentials: { from: 'demo' },
      exchange: { reachable: null },
    })
  })
})
