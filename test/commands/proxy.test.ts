import { describe, expect, test } from 'vitest'
import { runWithStdin, withPhone, withProfile } from '../support/alert-world.ts'
import { openFakeWorld } from '../support/fake-world.ts'
import { asReal, fresh, KEY, storedIn, withStdin } from '../support/login-world.ts'

const PASSWORD = 'canary-pass word'
const FLAG = ['--proxy', 'socks5h://trader@tor.test:9050']
const ID = 'channel:proxy.password:lnmarkets:mainnet:main'

async function withPassword(options: Parameters<typeof withProfile>[0] = {}) {
  const world = await withProfile()
  const code = await runWithStdin(world, `${PASSWORD}\n`, 'proxy', 'password', '--secret-stdin')
  if (code !== 0) throw new Error(world.err())
  return withProfile(options, world)
}

describe('axisor proxy password', () => {
  test('stores the password in the store of the profile, and never shows it', async () => {
    const world = await withProfile()
    expect(await runWithStdin(world, `${PASSWORD}\n`, 'proxy', 'password', '--secret-stdin')).toBe(0)
    expect(world.secrets.keychain.texts.get(ID)).toBe(JSON.stringify({ v: 1, channel: PASSWORD }))
    expect(world.out() + world.err()).not.toContain('canary')
    expect(world.err()).toContain('The password of the proxy of main is in the keychain.')
  })

  test('prompts without echo', async () => {
    const world = await withProfile({ terminal: true, typedKeys: `${PASSWORD}\r` })
    expect(await world.run('proxy', 'password')).toBe(0)
    expect(world.prompted()).toBe('The input is not shown.\nPassword of the proxy: \n')
    expect(world.secrets.keychain.texts.has(ID)).toBe(true)
    expect(world.listeners()).toBe(0)
  })

  test('removes it', async () => {
    const world = await withPassword()
    expect(await world.run('proxy', 'password', '--remove')).toBe(0)
    expect(world.secrets.keychain.texts.has(ID)).toBe(false)
    expect(await world.run('proxy', 'password', '--remove')).toBe(0)
    expect(world.err()).toContain('No password was stored for main.')
  })

  test.each(['', 'two\nlines', 'x'.repeat(256)])('rejects %j', async text => {
    const world = await withProfile()
    expect(await runWithStdin(world, text, 'proxy', 'password', '--secret-stdin')).toBe(2)
    expect(world.secrets.keychain.texts.has(ID)).toBe(false)
  })

  test('names the variable if the key is in the environment', async () => {
    const world = openFakeWorld()
    expect(await world.run('proxy', 'password')).toBe(2)
    expect(world.err()).toContain('Set AXISOR_PROXY_PASSWORD')
  })

  test('goes with the profile: moved with its key, deleted at logout', async () => {
    const world = await withPassword()
    expect(await world.run('login', '--move-to', 'vault')).toBe(0)
    expect(world.secrets.keychain.texts.size).toBe(0)
    expect(world.secrets.vault.texts.has(ID)).toBe(true)
    expect(await world.run('logout')).toBe(0)
    expect(storedIn(world, 'vault')).toEqual([])
  })
})

describe('a command with --proxy', () => {
  test('connects through it with the stored password', async () => {
    const world = await withPassword()
    expect(await world.run('snapshot', '--json', ...FLAG)).toBe(0)
    const [rules] = world.proxies
    expect(rules?.https).toMatchObject({ protocol: 'socks5h', host: 'tor.test', port: 9050, user: 'trader' })
    expect(rules?.https?.password?.reveal()).toBe(PASSWORD)
    expect(JSON.stringify(rules) + world.out()).not.toContain('canary')
  })

  test('prefers the password of the environment', async () => {
    const world = await withPassword({ env: { AXISOR_PROXY_PASSWORD: 'other' } })
    expect(await world.run('snapshot', '--json', ...FLAG)).toBe(0)
    expect(world.proxies[0]?.https?.password?.reveal()).toBe('other')
  })

  test('fails before it connects without a password', async () => {
    const world = await withProfile()
    expect(await world.run('snapshot', '--json', ...FLAG)).toBe(4)
    expect(world.proxies).toEqual([])
    expect(world.err()).toContain('axisor proxy password')
  })

  test('reads no store for a proxy without a user', async () => {
    const world = await withProfile()
    expect(await world.run('market', '--json', '--proxy', 'http://proxy.test:3128')).toBe(0)
    expect(world.proxies[0]?.https).toMatchObject({ user: null, password: null, origin: '--proxy' })
  })

  test('sends tests of channels through it', async () => {
    const world = await withPhone()
    expect(await world.run('alerts', 'test', '--proxy', 'http://proxy.test:3128')).toBe(0)
    expect(world.notifier.opened[0]?.proxies.other).toMatchObject({ host: 'proxy.test' })
  })

  test('verifies a new key through it', async () => {
    const world = fresh({ net: asReal })
    expect(await withStdin(world, KEY, '--proxy', 'http://proxy.test:3128')).toBe(0)
    expect(world.proxies.map(({ https }) => https?.host)).toEqual(['proxy.test'])
  })

  test.each([
    ['snapshot', 'socks5://proxy.test'],
    ['alerts', 'socks5://proxy.test', 'test'],
    ['demo', 'socks5://proxy.test'],
  ])('%s rejects an address that is none', async (command, address, ...more) => {
    const world = await withProfile()
    expect(await world.run(command, ...more, '--proxy', address)).toBe(2)
    expect(world.proxies).toEqual([])
  })

  test('refuses an onion relay without a socks5h proxy before it asks for anything', async () => {
    const world = fresh({ env: { HTTPS_PROXY: 'http://proxy.test:3128', AXISOR_RELAY_TOKEN: 'axr_x' } })
    expect(await world.run('line', '--relay', 'ws://abcdefghijklmnop.onion')).toBe(2)
    expect(world.err()).toMatch(
      /^axisor: abcdefghijklmnop\.onion is reached only through a socks5h:\/\/ proxy/,
    )
    expect(world.proxies).toEqual([])
  })
})

test('the demo needs no proxy, even if the environment names one that is invalid', async () => {
  const world = openFakeWorld({ env: { ALL_PROXY: 'socks5://proxy.test' } })
  expect(await world.run('snapshot', '--demo', '--json')).toBe(0)
})

test('axisor status names the proxy without user and password', async () => {
  const world = await withProfile({ env: { HTTPS_PROXY: 'http://trader:canary-pw@proxy.test:3128' } })
  expect(await world.run('status', '--json')).toBe(0)
  expect(JSON.parse(world.out()).proxy).toEqual({ address: 'http://proxy.test:3128', origin: 'HTTPS_PROXY' })
  const terminal = await withProfile(
    { terminal: true, env: { HTTPS_PROXY: 'http://trader:canary-pw@proxy.test:3128' } },
    world,
  )
  expect(await terminal.run('status')).toBe(0)
  expect(terminal.out()).toContain(
    '\nPROXY     http://proxy.test:3128 (HTTPS_PROXY), which resolves all names\n',
  )
  expect(terminal.out() + world.out()).not.toContain('canary')
})

test('axisor relay serve takes the password from the environment', async () => {
  const world = openFakeWorld({
    env: { AXISOR_RELAY_TOKEN: 'axr_x', HTTPS_PROXY: 'http://trader@proxy.test' },
  })
  expect(await world.run('relay', 'serve', '--upstream-relay', 'wss://relay.test')).toBe(4)
  expect(world.err()).toContain(
    'the password of user trader of the proxy http://proxy.test:80 (HTTPS_PROXY) is missing',
  )
})
