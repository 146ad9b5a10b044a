import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import {
  fresh,
  PROFILES,
  profileNamed,
  READER,
  storedIn,
  typing,
  unusable,
  withStdin,
} from '../support/login-world.ts'

describe('axisor login at a terminal', () => {
  test('asks for three things, shows none of them, proves them and says what the key may do', async () => {
    const world = fresh({ terminal: true, flags: typing(READER) })
    expect(await world.run('login')).toBe(0)
    expect(world.said()).toMatch(/API key: \nAPI secret: \nAPI passphrase: \n$/)
    expect(world.err()).toContain(
      'The exchange (simulator) accepted the key.\n  can read   account:read, futures:isolated:read',
    )
    expect(world.err()).toContain(
      'Profile main (simulator): the key is stored in the keychain. Run axisor watch.\n',
    )
    for (const text of [world.said(), world.err(), world.out(), world.file(PROFILES) ?? '']) {
      expect(text).not.toContain(READER.secret)
      expect(text).not.toContain(READER.passphrase)
    }
    expect(world.listeners()).toBe(0)
  })

  test('watch then needs nothing in the environment', async () => {
    const world = fresh({ terminal: true, flags: typing(READER) })
    await world.run('login', '--api-url', 'http://127.0.0.1:8420/v3')
    expect(await world.run('snapshot', '--fields', 'totals.positionCount', '--json')).toBe(0)
    expect(world.out()).toBe('{"totals":{"positionCount":3}}\n')
  })

  test('a paste with marks, spaces and a backspace is understood', async () => {
    const typed = `\x1b[200~ ${READER.key}\x1b[201~\r\n${READER.secret}x\x7f\rwrong\x15${READER.passphrase}\r`
    const world = fresh({ terminal: true, flags: typed })
    expect(await world.run('login')).toBe(0)
  })

  test('what no header can carry is asked for again, three times', async () => {
    const world = fresh({ terminal: true, flags: `\rключ\r\t\r` })
    expect(await world.run('login')).toBe(4)
    expect(world.said()).toContain(
      'The API key is empty.\nAPI key: \nThe API key holds a character that is not ASCII.\nAPI key: \nThe API key is empty.\n',
    )
    expect(world.err()).toContain('no valid API key in 3 tries')
  })

  test.each([
    ['Ctrl-C', 'abc\x03', 130],
    ['Ctrl-D in an empty line', '\x04', 130],
  ])('%s ends it, stores nothing and gives the terminal back', async (_, typed, code) => {
    const world = fresh({ terminal: true, flags: typed })
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
    const world = fresh({ terminal: true, flags: `${typing(READER)}y\r` })
    world.secrets.keychain.become(unusable())
    expect(await world.run('login')).toBe(0)
    expect(world.said()).toContain(
      'There is no keyring on this machine.\nStore it in a file encrypted with a passphrase instead? [Y/n] ',
    )
    expect(storedIn(world, 'vault')).toHaveLength(1)
    expect(profileNamed(world, 'main')).toMatchObject({ store: 'vault', requirePassphrase: true })
  })

  test('who declines the vault has stored nothing, and hears how to get a keychain', async () => {
    const world = fresh({ terminal: true, flags: `${typing(READER)}n\r` })
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
    ['', /stdin: is not JSON\. Expected \{"key":"…","secret":"…","passphrase":"…"\}\./],
    ['{"key":"hunter2"}', /stdin: secret is missing/],
    ['{"key":"k","secret":"hunter2\\n","passphrase":"p"}', /stdin: secret holds a line break/],
    [
      JSON.stringify({ key: 'k', secret: 'hunter2'.repeat(100), passphrase: 'p' }),
      /stdin: secret is longer than 512/,
    ],
    ['hunter2'.repeat(5_000), /stdin contains more than 16384 characters/],
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
      'axisor: cannot prompt for an API key: stdin is not a terminal. Pass it as JSON on stdin, with --with-stdin.\n',
    )
  })

  test('without a terminal and without a keychain it does not choose: exit 4', async () => {
    const world = fresh()
    world.secrets.keychain.become(unusable())
    expect(await withStdin(world, JSON.stringify(READER))).toBe(4)
    expect(world.err()).toContain('axisor: there is no keyring on this machine. Use --credential-store vault')
    expect(storedIn(world, 'vault')).toEqual([])
  })

  test('a locked keychain with a desktop but without a person is not waited for', async () => {
    const world = fresh()
    const error = new AxisorError('no-credentials', 'the keyring is locked')
    world.secrets.keychain.become({ kind: 'locked', canAsk: true, error })
    expect(await withStdin(world, JSON.stringify(READER))).toBe(4)
    expect(world.err()).toContain('axisor: the keyring is locked. Use')
  })
})
