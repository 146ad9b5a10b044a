import { describe, expect, test } from 'vitest'
import type { PassphraseSource } from '../../src/ports/secrets.ts'
import { CHANNELS } from '../support/alert-world.ts'
import type { FakeWorld, FakeWorldOptions } from '../support/fake-world.ts'
import { fresh, NO_KEY, ownFile, PROFILES, READER, WRITER, withStdin } from '../support/login-world.ts'
import { openMemorySecrets } from '../support/memory-secrets.ts'
import { openEmulatedScreen } from '../support/screen.ts'

// To load takes real time, in which fake time must not run.
await import('../../src/tui/dashboard.tsx')
await import('../../src/commands/watch/account-history.ts')

const LOGIN = ['--credential-store', 'vault', '--allow-write-key'] as const

/** A world of a terminal with the profiles `main` and `alt`, which have two keys of one account, and `twin`, with the key of `main`. */
async function withProfiles(options: FakeWorldOptions = {}): Promise<FakeWorld> {
  const texts = new Map<string, string>()
  let profiles = ''
  for (const [name, key] of Object.entries({ main: READER, alt: WRITER, twin: READER })) {
    const files = profiles === '' ? {} : { [PROFILES]: ownFile(profiles) }
    const openSecrets = async (kind: 'keychain' | 'vault') => openMemorySecrets(kind, texts)
    const world = fresh({ files, openSecrets })
    expect(await withStdin(world, JSON.stringify(key), ...LOGIN, '--profile', name)).toBe(0)
    profiles = world.file(PROFILES) ?? ''
  }
  return fresh({
    terminal: 120,
    openSecrets: async kind => openMemorySecrets(kind, texts),
    ...options,
    env: { ...NO_KEY, LANG: 'C.UTF-8', ...options.env },
    files: { [PROFILES]: ownFile(profiles), ...options.files },
  })
}

const profiles = (...names: readonly string[]) => names.flatMap(name => ['--profile', name])

/** Runs `watch` on the terminal for three seconds and after some keys; returns the screen. */
async function watched(world: FakeWorld, argv: readonly string[], keys = '') {
  const running = await world.start('watch', '--allow-write-key', ...argv)
  await world.clock.advance(3_000)
  for (const key of keys) {
    world.terminal.stdin.push(key)
    await world.clock.advance(300)
  }
  const screen = openEmulatedScreen(120, 24)
  screen.write(world.out())
  return { running, text: screen.text(), tabs: screen.text().split('\n')[1] ?? '' }
}

describe('axisor watch with several profiles', () => {
  test('shows a tab for each and the sum, and exits 0 on q', async () => {
    const world = await withProfiles()
    const { running, text, tabs } = await watched(world, profiles('main', 'alt'), 'PP')
    expect(tabs).toMatch(/^1 main ● LIVE ‼ CRIT │ 2 alt ● LIVE ‼ CRIT │ ▸ALL$/)
    expect(text).toContain('ALL 2 ACCOUNTS')
    // Both keys are of one account.
    expect(text).toContain('alt is the same account as main: counted once')
    expect(text).toMatch(/TOTAL SIMULATED 1 of 2/)
    world.terminal.stdin.push('q')
    expect(await running.ended()).toBe(0)
    expect(world.listeners()).toBe(0)
  })

  test('shows why one can not be opened, and goes on with the others', async () => {
    const world = await withProfiles()
    const { running, text, tabs } = await watched(world, profiles('absent', 'main', 'twin'))
    expect(tabs).toMatch(/^▸1 absent ✗ STOPPED .*│ 2 main ● LIVE .*│ 3 twin ✗ STOPPED/)
    expect(text).toContain('no such profile: absent')
    world.terminal.stdin.push('PP')
    await world.clock.advance(1_000)
    const screen = openEmulatedScreen(120, 24)
    screen.write(world.out())
    expect(screen.text()).toContain('profile twin has the key of another profile')
    world.terminal.stdin.push('q')
    expect(await running.ended()).toBe(0)
    expect(world.listeners()).toBe(0)
  })

  test('shows that the secret of one is missing, and watches the other', async () => {
    const base = await withProfiles()
    const world = await withProfiles({
      openSecrets: async (kind, options) => {
        const store = await base.openSecrets(kind, options)
        return { ...store, read: async id => (id.profile === 'alt' ? null : store.read(id)) }
      },
    })
    const { running, text, tabs } = await watched(world, profiles('main', 'alt'), 'P')
    expect(tabs).toMatch(/^1 main ● LIVE .*│ ▸2 alt ✗ (AUTH|STOPPED)/)
    expect(text).toContain('the secret of profile alt is missing from the vault')
    world.signal('SIGTERM')
    expect(await running.ended()).toBe(143)
  })

  test('ends with the error of the first if none can be opened', async () => {
    const world = await withProfiles()
    expect(await world.run('watch', ...profiles('absent', 'none'))).toBe(2)
    expect(world.err()).toContain('no such profile: absent')
    expect(world.out()).toBe('')
    expect(world.listeners()).toBe(0)
  })

  test('ends with the error of the sources if it stopped all', async () => {
    const world = await withProfiles()
    // The key of alt may write.
    const running = await world.start('watch', ...profiles('alt', 'absent'))
    await world.clock.advance(3_000)
    expect(running.code()).toBe(null)
    world.terminal.stdin.push('q')
    expect(await running.ended()).toBe(4)
  })

  test('uses one source of the passphrase for all', async () => {
    const sources = new Set<PassphraseSource | null>()
    const base = await withProfiles()
    const world = await withProfiles({
      openSecrets: async (kind, options) => {
        sources.add(options.passphrase)
        return base.openSecrets(kind, options)
      },
    })
    const { running } = await watched(world, profiles('main', 'alt'))
    expect(sources.size).toBe(1)
    world.signal('SIGTERM')
    expect(await running.ended()).toBe(143)
  })

  test('names the account in a notification of the terminal', async () => {
    const own = { channels: { osc: { type: 'osc', variant: 9 } } }
    const files = { [CHANNELS]: ownFile(JSON.stringify({ profiles: { main: own, alt: own } })) }
    const world = await withProfiles({ files, exchange: { tickMs: 3_600_000 } })
    const { running } = await watched(world, profiles('main', 'alt'))
    const shown = world.printed.join('').match(/CRIT: isolated long [^:]+: /g) ?? []
    expect(shown.map(text => /\((\w+)\)/.exec(text)?.[1]).toSorted()).toEqual(['alt', 'main'])
    world.signal('SIGTERM')
    await running.ended()
  })

  test('takes all accounts with it on a signal', async () => {
    const world = await withProfiles()
    const { running } = await watched(world, profiles('main', 'alt'))
    world.signal('SIGTERM')
    expect(await running.ended()).toBe(143)
    expect(world.listeners()).toBe(0)
    // One of each network.
    expect(world.clock.pendingTimers()).toBeLessThanOrEqual(2)
  })
})

describe('a usage error', () => {
  test.each([
    ['a profile is named twice', profiles('main', 'alt', 'main'), '--profile main is given twice'],
    ['there are more than nine', profiles(...'abcdefghij'), '10 accounts are too many for one dashboard'],
    ['--json is used with several', [...profiles('main', 'alt'), '--json'], '--json takes one --profile'],
    ['--plain is used with several', [...profiles('main', 'alt'), '--plain'], '--plain takes one --profile'],
  ])('is printed if %s', async (_, argv, message) => {
    const world = await withProfiles()
    expect(await world.run('watch', ...argv)).toBe(2)
    expect(world.err()).toContain(message)
    expect(world.err().trimEnd().split('\n')).toHaveLength(1)
  })

  test('is printed if several are named and there is no terminal', async () => {
    const world = await withProfiles({ terminal: false })
    expect(await world.run('watch', ...profiles('main', 'alt'))).toBe(2)
    expect(world.err()).toContain('output that is no terminal takes one --profile')
  })

  test('is printed if the key of the environment would be used for all', async () => {
    const { key, secret, passphrase } = READER
    const env = { AXISOR_API_KEY: key, AXISOR_API_SECRET: secret, AXISOR_API_PASSPHRASE: passphrase }
    const world = await withProfiles({ env })
    expect(await world.run('watch', ...profiles('main', 'alt'))).toBe(2)
    expect(world.err()).toContain('the API key of the environment would be used for all profiles')
  })

  test.each(['snapshot', 'line', 'positions', 'check'])(
    'is printed by %s for a second profile',
    async name => {
      const world = await withProfiles()
      expect(await world.run(name, ...profiles('main', 'alt'))).toBe(2)
      expect(world.err()).toContain('--profile is given twice')
    },
  )
})
