import { describe, expect, test } from 'vitest'
import { passphraseSourceFrom } from '../../../src/config/passphrase-source.ts'

const WISH = { purpose: 'open', attempt: 1 } as const

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

describe('the passphrase of the vault without a person', () => {
  test.each([
    [3, { AXISOR_VAULT_PASSPHRASE_FILE: '/p', CREDENTIALS_DIRECTORY: '/c' }, 'from descriptor 3'],
    [0, {}, 'from descriptor 0'],
    [null, { AXISOR_VAULT_PASSPHRASE_FILE: '/p', CREDENTIALS_DIRECTORY: '/c' }, 'from the file'],
    [null, { CREDENTIALS_DIRECTORY: '/c' }, 'from systemd'],
  ])(
    'descriptor %s, environment %o: %s, without the line break, in one try',
    async (descriptor, env, text) => {
      const found = await source(descriptor, env)
      expect(found?.tries).toBe(1)
      expect(await found?.ask(WISH)).toBe(text)
    },
  )

  test('is null where there is none: somebody must be asked', async () => {
    expect(await source(null, {})).toBeNull()
    expect(await source(null, { CREDENTIALS_DIRECTORY: '/elsewhere' })).toBeNull()
  })

  test('a descriptor is read once, when it is first needed', async () => {
    let reads = 0
    const readDescriptor = async (): Promise<string> => {
      reads += 1
      return String(reads)
    }
    const found = await passphraseSourceFrom(3, {}, { ...files, readDescriptor })
    expect(reads).toBe(0)
    expect([await found?.ask(WISH), await found?.ask(WISH)]).toEqual(['1', '1'])
  })

  test('a file that is not there or empty is said', async () => {
    await expect(source(null, { AXISOR_VAULT_PASSPHRASE_FILE: '/gone' })).rejects.toThrow(
      'AXISOR_VAULT_PASSPHRASE_FILE: there is no file /gone',
    )
    const empty = await source(null, { AXISOR_VAULT_PASSPHRASE_FILE: '/empty' })
    await expect(empty?.ask(WISH)).rejects.toThrow('the passphrase in AXISOR_VAULT_PASSPHRASE_FILE is empty')
  })
})
