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
  test('prompts for three values without echo, verifies them and prints the permissions', async () => {
    const world = fresh({ terminal: true, typedKeys: typing(READER) })
    expect(await world.run('login')).toBe(0)
    expect(world.prompted()).toMatch(/API key: \nAPI secret: \nAPI passphrase: \n$/)
    expect(world.err()).toContain(
      'The exchange (simulator) accepted the key.\n  can read   account:read, futures:isolated:read',
    )
    expect(world.err()).toContain(
      'Profile main (simulator): the key is stored in the keychain. Run axisor watch.\n',
    )
    for (const text of [world.prompted(), world.err(), world.out(), world.file(PROFILES) ?? '']) {
      expect(text).not.toContain(READER.secret)
      expect(text).not.toContain(READER.passphrase)
    }
    expect(world.listeners()).toBe(0)
  })

  test('lets watch run without a key in the environment', async () => {
    const world = fresh({ terminal: true, typedKeys: typing(READER) })
    await world.run('login', '--api-url', 'http://127.0.0.1:8420/v3')
    expect(await world.run('snapshot', '--fields', 'totals.positionCount', '--json')).toBe(0)
    expect(world.out()).toBe('{"totals":{"positionCount":3}}\n')
  })

  test('accepts a bracketed paste with spaces and a backspace', async () => {
    const input = `\x1b[200~ ${READER.key}\x1b[201~\r\n${READER.secret}x\x7f\rwrong\x15${READER.passphrase}\r`
    const world = fresh({ terminal: true, typedKeys: input })
    expect(await world.run('login')).toBe(0)
  })

  test('prompts three times for a value that an HTTP header can carry', async () => {
    const world = fresh({ terminal: true, typedKeys: `\rключ\r\t\r` })
    expect(await world.run('login')).toBe(4)
    expect(world.prompted()).toContain(
      'The API key is empty.\nAPI key: \nThe API key contains a character that is not ASCII.\nAPI key: \nThe API key is empty.\n',
    )
    expect(world.err()).toContain('no valid API key in 3 tries')
  })

  test.each([
    ['Ctrl-C', 'abc\x03', 130],
    ['Ctrl-D in an empty line', '\x04', 130],
  ])('ends on %s, stores nothing and restores the terminal', async (_, input, code) => {
    const world = fresh({ terminal: true, typedKeys: input })
    expect(await world.run('login')).toBe(code)
    expect(storedIn(world, 'keychain')).toEqual([])
    expect(world.file(PROFILES)).toBeNull()
    expect(world.listeners()).toBe(0)
  })

  test('ends on a signal at the prompt', async () => {
    const world = fresh({ terminal: true })
    const running = await world.start('login')
    world.signal('SIGTERM')
    expect(await running.ended()).toBe(143)
    expect(world.listeners()).toBe(0)
  })

  test('offers the vault with the reason if there is no keychain', async () => {
    const world = fresh({ terminal: true, typedKeys: `${typing(READER)}y\r` })
    world.secrets.keychain.become(unusable())
    expect(await world.run('login')).toBe(0)
    expect(world.prompted()).toContain(
      'There is no keyring on this machine.\nStore it in a file encrypted with a passphrase instead? [Y/n] ',
    )
    expect(storedIn(world, 'vault')).toHaveLength(1)
    expect(profileNamed(world, 'main')).toMatchObject({ store: 'vault', requirePassphrase: true })
  })

  test('stores nothing if the user declines the vault, and prints how to get a keychain', async () => {
    const world = fresh({ terminal: true, typedKeys: `${typing(READER)}n\r` })
    world.secrets.keychain.become(unusable())
    expect(await world.run('login')).toBe(4)
    expect(world.err()).toContain('axisor: nothing was stored. Use the vault.\n')
    expect(world.file(PROFILES)).toBeNull()
  })
})

describe('axisor login for scripts', () => {
  test('reads one JSON document from stdin and prints one without secrets', async () => {
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
    ['', /stdin: is not valid JSON\. Expected \{"key":"…","secret":"…","passphrase":"…"\}\./],
    ['{"key":"hunter2"}', /stdin: secret is missing/],
    ['{"key":"k","secret":"hunter2\\n","passphrase":"p"}', /stdin: secret contains a line break/],
    [
      JSON.stringify({ key: 'k', secret: 'hunter2'.repeat(100), passphrase: 'p' }),
      /stdin: secret is longer than 512/,
    ],
    ['hunter2'.repeat(5_000), /stdin contains more than 16384 characters/],
  ])('rejects bad input in one line without quoting it (%#)', async (text, message) => {
    const world = fresh()
    expect(await withStdin(world, text)).toBe(2)
    expect(world.err()).toMatch(message)
    expect(world.err()).toMatch(/^[^\n]+\n$/)
    expect(world.err()).not.toContain('hunter2')
  })

  test('exits 4 without a terminal, with a hint for scripts', async () => {
    const world = fresh()
    expect(await world.run('login')).toBe(4)
    expect(world.err()).toBe(
      'axisor: cannot prompt for an API key: stdin is not a terminal. Pass it as JSON on stdin, with --with-stdin.\n',
    )
  })

  test('exits 4 without a terminal and a keychain instead of choosing a store', async () => {
    const world = fresh()
    world.secrets.keychain.become(unusable())
    expect(await withStdin(world, JSON.stringify(READER))).toBe(4)
    expect(world.err()).toContain('axisor: there is no keyring on this machine. Use --credential-store vault')
    expect(storedIn(world, 'vault')).toEqual([])
  })

  test('does not wait for a locked keychain without an interactive user', async () => {
    const world = fresh()
    const error = new AxisorError('no-credentials', 'the keyring is locked')
    world.secrets.keychain.become({ kind: 'locked', canAsk: true, error })
    expect(await withStdin(world, JSON.stringify(READER))).toBe(4)
    expect(world.err()).toContain('axisor: the keyring is locked. Use')
  })
})
