import { expect, test } from 'vitest'
import type { SecretsOptions } from '../../src/ports/secrets.ts'
import { asReal, fresh, KEY, loggedIn, ownFile, PROFILES, withStdin } from '../support/login-world.ts'
import { openMemorySecrets } from '../support/memory-secrets.ts'

/** A keychain that creates its key file at the first write. */
function keychainWithoutKeyFile() {
  const keychain = openMemorySecrets('keychain')
  return async (_kind: string, { onNewKeyFile }: SecretsOptions) => ({
    ...keychain,
    async write(...args: Parameters<typeof keychain.write>) {
      onNewKeyFile?.('/data/axisor/keychain.key')
      return keychain.write(...args)
    },
  })
}

test('a login that had to create the key file again names the profiles that need a new login', async () => {
  const before = await loggedIn()
  const files = { [PROFILES]: ownFile(before.file(PROFILES) ?? '') }
  const world = fresh({ net: asReal, files, openSecrets: keychainWithoutKeyFile() })
  expect(await withStdin(world, KEY, '--profile', 'second')).toBe(0)
  expect(world.err()).toContain('The key file /data/axisor/keychain.key was missing and was created again')
  expect(world.err()).toMatch(/holds for main cannot be decrypted .* Log in again for each\./)
})

test('the first login creates the key file without a warning', async () => {
  const world = fresh({ net: asReal, openSecrets: keychainWithoutKeyFile() })
  expect(await withStdin(world, KEY)).toBe(0)
  expect(world.err()).not.toContain('key file')
})
