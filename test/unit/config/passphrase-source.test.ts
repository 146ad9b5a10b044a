import { describe, expect, test } from 'vitest'
import { passphraseSourceFrom } from '../../../src/config/passphrase-source.ts'

const REQUEST = { purpose: 'open', attempt: 1 } as const

const TEXTS: Readonly<Record<string, string>> = {
  '/p': 'from the file\n',
  '/empty': '\n',
  '/c/axisor-vault-passphrase': 'from systemd\r\n',
}

const files: Parameters<typeof passphraseSourceFrom>[2] = {
  async read(path) {
    const text = TEXTS[path]
    return text === undefined ? null : { text, othersMayRead: false, othersMayWrite: false }
  },
  readDescriptor: async number => `from descriptor ${number}\n`,
}

const source = (descriptor: number | null, env: Readonly<Record<string, string>>) =>
  passphraseSourceFrom(descriptor, env, files)

describe('non-interactive vault passphrase', () => {
  test.each([
    [3, { AXISOR_VAULT_PASSPHRASE_FILE: '/p', CREDENTIALS_DIRECTORY: '/c' }, 'from descriptor 3'],
    [0, {}, 'from descriptor 0'],
    [null, { AXISOR_VAULT_PASSPHRASE_FILE: '/p', CREDENTIALS_DIRECTORY: '/c' }, 'from the file'],
    [null, { CREDENTIALS_DIRECTORY: '/c' }, 'from systemd'],
  ])(
    'reads with descriptor %s and environment %o: %s, without the line break, in one attempt',
    async (descriptor, env, text) => {
      const found = await source(descriptor, env)
      expect(found?.tries).toBe(1)
      expect(await found?.ask(REQUEST)).toBe(text)
    },
  )

  test('is null if no source is set', async () => {
    expect(await source(null, {})).toBeNull()
    expect(await source(null, { CREDENTIALS_DIRECTORY: '/elsewhere' })).toBeNull()
  })

  test('reads a descriptor once, on first use', async () => {
    let reads = 0
    const readDescriptor = async (): Promise<string> => {
      reads += 1
      return String(reads)
    }
    const found = await passphraseSourceFrom(3, {}, { ...files, readDescriptor })
    expect(reads).toBe(0)
    expect([await found?.ask(REQUEST), await found?.ask(REQUEST)]).toEqual(['1', '1'])
  })

  test('rejects a missing or empty file', async () => {
    await expect(source(null, { AXISOR_VAULT_PASSPHRASE_FILE: '/gone' })).rejects.toThrow(
      'AXISOR_VAULT_PASSPHRASE_FILE: no such file: /gone',
    )
    const empty = await source(null, { AXISOR_VAULT_PASSPHRASE_FILE: '/empty' })
    await expect(empty?.ask(REQUEST)).rejects.toThrow(
      'the passphrase in AXISOR_VAULT_PASSPHRASE_FILE is empty',
    )
  })
})
