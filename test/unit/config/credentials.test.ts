import { describe, expect, test } from 'vitest'
import { credentialsFrom, relayTokenFrom } from '../../../src/config/credentials.ts'
import type { Files, FoundFile } from '../../../src/ports/files.ts'

const ALL = { AXISOR_API_KEY: 'k', AXISOR_API_SECRET: 's3cret', AXISOR_API_PASSPHRASE: 'pass phrase' }

/** Read-only files. */
function filesOf(texts: Readonly<Record<string, string | FoundFile>>): Files {
  return {
    async read(path) {
      const found = texts[path]
      if (typeof found !== 'string') return found ?? null
      return { text: found, othersMayRead: false, othersMayWrite: false }
    },
    exists: async path => texts[path] !== undefined,
    readDescriptor: () => Promise.reject(new Error('not here')),
    locked: (_path, work) => work(),
    writePrivate: () => Promise.reject(new Error('not here')),
    remove: () => Promise.reject(new Error('not here')),
    update: () => Promise.reject(new Error('not here')),
  }
}

const NO_FILES = filesOf({})

describe('API key in variables', () => {
  test('reads a complete key and prints no secret', async () => {
    const credentials = await credentialsFrom(ALL, NO_FILES)
    expect(credentials?.secret.reveal()).toBe('s3cret')
    expect(JSON.stringify(credentials)).toBe('{"key":"k","secret":"•••","passphrase":"•••"}')
  })

  test('returns null if no part is set', async () => {
    expect(await credentialsFrom({ HOME: '/h' }, NO_FILES)).toBeNull()
  })

  test.each([
    [{ AXISOR_API_KEY: undefined }, 'incomplete API key: AXISOR_API_KEY not set'],
    [{ AXISOR_API_SECRET: '' }, 'incomplete API key: AXISOR_API_SECRET is empty'],
    [{ AXISOR_API_SECRET: 's3cret\n' }, /^AXISOR_API_SECRET contains a line break/],
    [
      { AXISOR_API_SECRET: ' s3cret' },
      /^AXISOR_API_SECRET contains a line break, a control character, or a space at either end$/,
    ],
    [{ AXISOR_API_SECRET: 's3crét' }, /^AXISOR_API_SECRET contains a character that is not ASCII$/],
    [{ AXISOR_API_KEY: 'k'.repeat(513) }, /^AXISOR_API_KEY is longer than 512 characters$/],
  ])('rejects %o', async (over, message) => {
    await expect(credentialsFrom({ ...ALL, ...over }, NO_FILES)).rejects.toThrow(message)
  })

  test('accepts 512 characters', async () => {
    const key = 'k'.repeat(512)
    expect((await credentialsFrom({ ...ALL, AXISOR_API_KEY: key }, NO_FILES))?.key).toBe(key)
  })
})

describe('API key in files', () => {
  const { AXISOR_API_SECRET: _secret, ...REST } = ALL

  test('reads a part from its own file, without the final line break', async () => {
    const env = { ...REST, AXISOR_API_SECRET_FILE: '/run/secrets/s' }
    const credentials = await credentialsFrom(env, filesOf({ '/run/secrets/s': 'fr0m-file\n' }))
    expect(credentials?.secret.reveal()).toBe('fr0m-file')
  })

  test('reads systemd credentials by name', async () => {
    const files = filesOf({
      '/run/c/axisor-api-key': 'k1',
      '/run/c/axisor-api-secret': 's1\n',
      '/run/c/axisor-api-passphrase': 'p1',
    })
    const credentials = await credentialsFrom({ CREDENTIALS_DIRECTORY: '/run/c' }, files)
    expect(credentials?.key).toBe('k1')
    expect(credentials?.passphrase.reveal()).toBe('p1')
    await expect(
      credentialsFrom({ CREDENTIALS_DIRECTORY: '/run/c' }, filesOf({ '/run/c/axisor-api-key': 'k1' })),
    ).rejects.toThrow('incomplete API key: AXISOR_API_SECRET and AXISOR_API_PASSPHRASE not set')
  })

  test('prefers a variable to a systemd credential', async () => {
    const env = { ...ALL, CREDENTIALS_DIRECTORY: '/run/c' }
    const credentials = await credentialsFrom(env, filesOf({ '/run/c/axisor-api-key': 'other' }))
    expect(credentials?.key).toBe('k')
  })

  const open = { text: 's', othersMayRead: true, othersMayWrite: false }
  test.each([
    ['missing', { '/other': 's' }, /^AXISOR_API_SECRET_FILE: no such file: \/s$/],
    ['empty', { '/s': '\n' }, /^incomplete API key: AXISOR_API_SECRET_FILE is empty$/],
    ['readable by other users', { '/s': open }, /^AXISOR_API_SECRET_FILE: \/s is readable by other users$/],
    [
      'writable by other users',
      { '/s': { ...open, othersMayRead: false, othersMayWrite: true } },
      /^AXISOR_API_SECRET_FILE: \/s is writable by other users$/,
    ],
    ['two lines long', { '/s': 'a\nb\n' }, /^AXISOR_API_SECRET_FILE contains a line break/],
  ])('rejects a file that is %s', async (_what, texts, message) => {
    const env = { ...REST, AXISOR_API_SECRET_FILE: '/s' }
    await expect(credentialsFrom(env, filesOf(texts))).rejects.toThrow(message)
  })

  test('rejects a variable and its file variable set together', async () => {
    await expect(
      credentialsFrom({ ...ALL, AXISOR_API_SECRET_FILE: '/s' }, filesOf({ '/s': 's' })),
    ).rejects.toThrow('AXISOR_API_SECRET and AXISOR_API_SECRET_FILE are both set')
  })
})

describe('relay token', () => {
  test('is read from the variable, the file or systemd, and is null if unset', async () => {
    expect(await relayTokenFrom({}, NO_FILES)).toBeNull()
    expect((await relayTokenFrom({ AXISOR_RELAY_TOKEN: 't1' }, NO_FILES))?.reveal()).toBe('t1')
    const file = await relayTokenFrom({ AXISOR_RELAY_TOKEN_FILE: '/t' }, filesOf({ '/t': 't2\n' }))
    expect(file?.reveal()).toBe('t2')
    const systemd = await relayTokenFrom(
      { CREDENTIALS_DIRECTORY: '/c/' },
      filesOf({ '/c/axisor-relay-token': 't3' }),
    )
    expect(systemd?.reveal()).toBe('t3')
  })

  test('is validated like a key', async () => {
    await expect(relayTokenFrom({ AXISOR_RELAY_TOKEN: '' }, NO_FILES)).rejects.toThrow(
      'AXISOR_RELAY_TOKEN is empty',
    )
  })
})
