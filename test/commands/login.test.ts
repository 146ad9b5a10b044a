import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import type { Net } from '../../src/ports/world.ts'
import { type FakeWorld, type FakeWorldOptions, openFakeWorld } from '../world/fake-world.ts'

const PROFILES = '/home/trader/.local/state/axisor/profiles.json'

const NO_KEY = { AXISOR_API_KEY: undefined, AXISOR_API_SECRET: undefined, AXISOR_API_PASSPHRASE: undefined }

/** A world without a key in the environment, and the keys of its exchange. */
function fresh(options: FakeWorldOptions = {}): FakeWorld {
  return openFakeWorld({ ...options, env: { ...NO_KEY, ...options.env } })
}

/** The keys of every exchange of the default seed. */
const { credentials: READER, writeCredentials: WRITER } = openFakeWorld().exchange

function typing({ key, secret, passphrase }: typeof READER): string {
  return `${key}\r${secret}\r${passphrase}\r`
}

/** Gives a JSON document on stdin. */
async function withStdin(world: FakeWorld, text: string, ...argv: string[]) {
  const running = await world.start('login', '--with-stdin', ...argv)
  ;(world.terminal.stdin as unknown as NodeJS.WritableStream).end(text)
  return running.ended()
}

/** The exchange without its announcement that it is simulated: as far as a client can see, the real one. */
const asReal = (net: Net): Net => ({
  http: {
    ...net.http,
    async get(...asked) {
      const reply = await net.http.get(...asked)
      const { 'x-axisor-simulated': _, ...headers } = reply.headers
      return { ...reply, headers }
    },
  },
  sockets: {
    open: (url, listener) =>
      net.sockets.open(url, {
        ...listener,
        opened: () => listener.opened(),
        pong: () => listener.pong(),
        failed: error => listener.failed(error),
        closed: code => listener.closed(code),
        text: data => listener.text(data.replace(/"simulated":true/, '"simulated":false')),
      }),
  },
})

function storedIn(world: FakeWorld, store: 'keychain' | 'vault'): readonly [string, string][] {
  return [...world.secrets[store].texts]
}

function profileNamed(world: FakeWorld, name: string): Record<string, unknown> | undefined {
  return JSON.parse(world.file(PROFILES) ?? '{"profiles":{}}').profiles[name]
}

function unusable(message = 'there is no keyring on this machine') {
  return {
    kind: 'unusable',
    error: new AxisorError('no-credentials', message, { hint: 'Use the vault.' }),
  } as const
}

describe('axisor login at a terminal', () => {
  test('asks for three things, shows none of them, proves them and says what the key may do', async () => {
    const world = fresh({ terminal: true, typed: typing(READER) })
    expect(await world.run('login')).toBe(0)
    expect(world.said()).toMatch(/API key: \nAPI secret: \nAPI passphrase: \n$/)
    expect(world.err()).toContain(
      'The exchange (simulator) accepts the key.\n  may read   account:read, futures:isolated:read',
    )
    expect(world.err()).toContain(
      'Profile main (simulator): the key is in the keychain of this desktop, encrypted. Run axisor watch.\n',
    )
    for (const text of [world.said(), world.err(), world.out(), world.file(PROFILES) ?? '']) {
      expect(text).not.toContain(READER.secret)
      expect(text).not.toContain(READER.passphrase)
    }
    expect(world.listeners()).toBe(0)
  })

  test('watch then needs nothing in the environment', async () => {
    const world = fresh({ terminal: true, typed: typing(READER) })
    await world.run('login', '--api-url', 'http://127.0.0.1:8420/v3')
    expect(await world.run('snapshot', '--fields', 'totals.positionCount', '--json')).toBe(0)
    expect(world.out()).toBe('{"totals":{"positionCount":3}}\n')
  })

  test('a paste with marks, spaces and a backspace is understood', async () => {
    const typed = `\x1b[200~ ${READER.key}\x1b[201~\r\n${READER.secret}x\x7f\rwrong\x15${READER.passphrase}\r`
    const world = fresh({ terminal: true, typed })
    expect(await world.run('login')).toBe(0)
  })

  test('what no header can carry is asked for again, three times', async () => {
    const world = fresh({ terminal: true, typed: `\rключ\r\t\r` })
    expect(await world.run('login')).toBe(4)
    expect(world.said()).toContain(
      'That is empty.\nAPI key: \nThat holds a character that is not ASCII.\nAPI key: \nThat is empty.\n',
    )
    expect(world.err()).toContain('no usable api key in 3 tries')
  })

  test.each([
    ['Ctrl-C', 'abc\x03', 130],
    ['Ctrl-D in an empty line', '\x04', 130],
  ])('%s ends it, stores nothing and gives the terminal back', async (_, typed, code) => {
    const world = fresh({ terminal: true, typed })
    expect(await world.run('login')).toBe(code)
    expect(storedIn(world, 'keychain')).toEqual([])
    expect(world.file(PROFILES)).toBeNull()
    expect(world.listeners()).toBe(0)
  })

  test('a signal at the question ends it too', async () => {
    const world = fresh({ terminal: true })
    const running = await world.start('login')
    world.signal('SIGTERM')
    expect(await running.ended()).toBe(143)
    expect(world.listeners()).toBe(0)
  })

  test('without a keychain it says why and offers the vault', async () => {
    const world = fresh({ terminal: true, typed: `${typing(READER)}y\r` })
    world.secrets.keychain.become(unusable())
    expect(await world.run('login')).toBe(0)
    expect(world.said()).toContain(
      'The keychain cannot keep the key: there is no keyring on this machine.\nKeep it in a file that is encrypted with a passphrase instead? [Y/n] ',
    )
    expect(storedIn(world, 'vault')).toHaveLength(1)
    expect(profileNamed(world, 'main')).toMatchObject({ store: 'vault', requirePassphrase: true })
  })

  test('who declines the vault has stored nothing, and hears how to get a keychain', async () => {
    const world = fresh({ terminal: true, typed: `${typing(READER)}n\r` })
    world.secrets.keychain.become(unusable())
    expect(await world.run('login')).toBe(4)
    expect(world.err()).toContain('axisor: nothing was stored. Use the vault.\n')
    expect(world.file(PROFILES)).toBeNull()
  })
})

describe('axisor login for scripts', () => {
  test('takes one JSON document on stdin and gives one on stdout, without a secret', async () => {
    const world = fresh()
    expect(await withStdin(world, JSON.stringify(READER), '--json', '--profile', 'bot')).toBe(0)
    expect(JSON.parse(world.out())).toMatchObject({
      name: 'bot',
      kind: 'direct',
      network: 'simulator',
      store: 'keychain',
      canWrite: false,
    })
    expect(world.out()).not.toContain(READER.secret)
    expect(storedIn(world, 'keychain').map(([place]) => place)).toEqual(['lnmarkets:simulator:bot'])
  })

  test.each([
    ['', /stdin: is not JSON\. Expected is \{"key":"…","secret":"…","passphrase":"…"\}\./],
    ['{"key":"hunter2"}', /stdin: secret is missing/],
    ['{"key":"k","secret":"hunter2\\n","passphrase":"p"}', /stdin: secret holds a line break/],
    [
      JSON.stringify({ key: 'k', secret: 'hunter2'.repeat(100), passphrase: 'p' }),
      /stdin: secret is longer than 512/,
    ],
    ['hunter2'.repeat(5_000), /stdin gives more than 16384 characters/],
  ])('bad input is one line with what is expected, and is not quoted (%#)', async (text, message) => {
    const world = fresh()
    expect(await withStdin(world, text)).toBe(2)
    expect(world.err()).toMatch(message)
    expect(world.err()).toMatch(/^[^\n]+\n$/)
    expect(world.err()).not.toContain('hunter2')
  })

  test('without a terminal nobody is asked: exit 4, with the way for scripts', async () => {
    const world = fresh()
    expect(await world.run('login')).toBe(4)
    expect(world.err()).toBe(
      'axisor: nobody is there to type a key: this is not a terminal. Give it as JSON on stdin, with --with-stdin.\n',
    )
  })

  test('without a terminal and without a keychain it does not choose: exit 4', async () => {
    const world = fresh()
    world.secrets.keychain.become(unusable())
    expect(await withStdin(world, JSON.stringify(READER))).toBe(4)
    expect(world.err()).toContain(
      'axisor: the keychain cannot keep the key: there is no keyring on this machine. Choose with --credential-store vault',
    )
    expect(storedIn(world, 'vault')).toEqual([])
  })

  test('a locked keychain with a desktop but without a person is not waited for', async () => {
    const world = fresh()
    const error = new AxisorError('no-credentials', 'the keyring is locked')
    world.secrets.keychain.become({ kind: 'locked', canAsk: true, error })
    expect(await withStdin(world, JSON.stringify(READER))).toBe(4)
    expect(world.err()).toContain('the keychain cannot keep the key: the keyring is locked')
  })
})

describe('what axisor login refuses', () => {
  test('a key that may write, unless that is allowed', async () => {
    const refused = fresh()
    expect(await withStdin(refused, JSON.stringify(WRITER))).toBe(4)
    expect(refused.err()).toMatch(/may WRITE {2}.*futures:isolated:write/)
    expect(refused.err()).toMatch(/axisor: the API key may do more than read\. .*--allow-write-key/)
    expect(storedIn(refused, 'keychain')).toEqual([])
    expect(refused.file(PROFILES)).toBeNull()
    const allowed = fresh()
    expect(await withStdin(allowed, JSON.stringify(WRITER), '--allow-write-key', '--json')).toBe(0)
    expect(JSON.parse(allowed.out())).toMatchObject({ canWrite: true })
  })

  test('a wrong secret; the key that was stored before is still good', async () => {
    const world = fresh({ terminal: true, typed: typing(READER) })
    await world.run('login')
    const before = [storedIn(world, 'keychain'), world.file(PROFILES)]
    const again = await world.start('login')
    world.type(typing({ ...READER, secret: 'wrong' }))
    expect(await again.ended()).toBe(4)
    expect(world.err()).toMatch(/refused the API key on the stream/)
    expect([storedIn(world, 'keychain'), world.file(PROFILES)]).toEqual(before)
  })

  test('a store that does not give back what it was given: the profile is not written', async () => {
    const world = fresh()
    world.secrets.keychain.read = async () => null
    expect(await withStdin(world, JSON.stringify(READER))).toBe(4)
    expect(world.err()).toContain('the keychain does not give back what was stored in it')
    expect(world.file(PROFILES)).toBeNull()
  })

  test.each(['Main', '../x', '', 'a'.repeat(33), 'env', 'demo', '.hidden', 'a/b', 'é'])(
    'a profile named %j',
    async name => {
      const world = fresh()
      expect(await world.run('login', '--profile', name)).toBe(2)
      expect(world.err()).toMatch(/^axisor: --profile: not a name of up to 32 lower-case letters/)
    },
  )

  test('another network under the same name', async () => {
    const world = fresh({ net: asReal })
    expect(await withStdin(world, JSON.stringify(READER))).toBe(0)
    expect(profileNamed(world, 'main')).toMatchObject({ network: 'mainnet', addresses: null })
    expect(await world.run('login', '--network', 'signet')).toBe(2)
    expect(world.err()).toContain('--network contradicts profile main, which is for mainnet.')
  })

  test('a simulator under the name of a real account', async () => {
    const world = fresh({ net: asReal })
    expect(await withStdin(world, JSON.stringify(READER))).toBe(0)
    const other = fresh({
      files: {
        [PROFILES]: { text: world.file(PROFILES) ?? '', othersMayRead: false, othersMayWrite: false },
      },
    })
    expect(await withStdin(other, JSON.stringify(READER))).toBe(2)
    expect(other.err()).toContain('profile main is for mainnet, and this is simulator')
  })

  test('a secret in the command line, also here', async () => {
    for (const argv of [['--secret', 'hunter2'], ['--passphrase=hunter2'], ['--token', 'hunter2']]) {
      const world = fresh()
      expect(await world.run('login', ...argv)).toBe(2)
      expect(world.err()).not.toContain('hunter2')
    }
  })

  test('a bad --credential-store or --move-to', async () => {
    const world = fresh({ terminal: true, typed: typing(READER) })
    expect(await world.run('login', '--credential-store', 'keyring')).toBe(2)
    expect(world.err()).toContain('--credential-store keyring: not one of auto, keychain, vault, env')
    expect(await world.run('login', '--move-to', 'env')).toBe(2)
    expect(world.err()).toContain('--move-to env: not one of keychain, vault')
  })
})

describe('where the key is kept', () => {
  test('--credential-store env keeps nothing, and the environment must have it each time', async () => {
    const world = openFakeWorld()
    expect(await world.run('login', '--credential-store', 'env')).toBe(0)
    expect(world.err()).toContain('the key is nowhere; it must be in the environment each time')
    expect([...storedIn(world, 'keychain'), ...storedIn(world, 'vault')]).toEqual([])
    const files = {
      [PROFILES]: { text: world.file(PROFILES) ?? '', othersMayRead: false, othersMayWrite: false },
    }
    const later = fresh({ files })
    expect(await later.run('snapshot')).toBe(4)
    expect(later.err()).toContain('profile main takes its key from the environment, where there is none')
  })

  test('--move-to writes there, then deletes here', async () => {
    const world = fresh()
    await withStdin(world, JSON.stringify(READER))
    const [[place, text] = []] = storedIn(world, 'keychain')
    expect(await world.run('login', '--move-to', 'vault')).toBe(0)
    expect(storedIn(world, 'vault')).toEqual([[place, text]])
    expect(storedIn(world, 'keychain')).toEqual([])
    expect(profileNamed(world, 'main')).toMatchObject({ store: 'vault', requirePassphrase: true })
    expect(await world.run('login', '--move-to', 'vault')).toBe(2)
  })

  test('--move-to a store that fails leaves everything where it was', async () => {
    const world = fresh()
    await withStdin(world, JSON.stringify(READER))
    const before = [storedIn(world, 'keychain'), world.file(PROFILES)]
    world.secrets.vault.become(unusable('the disk is full'))
    expect(await world.run('login', '--move-to', 'vault')).toBe(4)
    expect([storedIn(world, 'keychain'), world.file(PROFILES)]).toEqual(before)
  })

  test('a key in the environment that would go first is mentioned', async () => {
    const world = openFakeWorld({ terminal: true, typed: typing(READER) })
    expect(await world.run('login')).toBe(0)
    expect(world.err()).toContain('The environment holds a key too, and that one goes first')
  })
})
