import { join } from 'node:path'
import { AxisorError } from '../../../domain/error.ts'
import type { Crypto } from '../../../ports/crypto.ts'
import type { Env } from '../../../ports/env.ts'
import { unwritable } from '../../files/file-error.ts'
import { withLock } from '../../files/file-lock.ts'
import { replaceFile } from '../../files/replace-file.ts'
import { dataFolder } from '../data-folder.ts'
import { readPrivateFile } from '../private-file.ts'

const KEY_BYTES = 32

/** The file whose key seals the records in the keychain: 32 random bytes. */
export function keyFilePath(env: Env): string {
  return join(dataFolder(env), 'keychain.key')
}

/**
 * The key; null when it was never made.
 * @throws AxisorError no-credentials, when the file is not fit to hold a key
 */
export async function readKeyFile(env: Env): Promise<Buffer | null> {
  const path = keyFilePath(env)
  const key = await readPrivateFile(path)
  if (key === null || key.length === KEY_BYTES) return key
  throw new AxisorError('no-credentials', `the key file ${path} is damaged`, {
    hint: 'Put a copy of it back; else remove it, and log in again for every profile in the keychain.',
  })
}

/**
 * The key, which is made where there is none. Of several who make it at once, all get the same.
 * @throws AxisorError as above; config, when it can't be written
 */
export async function makeKeyFile(env: Env, crypto: Crypto): Promise<Buffer> {
  const path = keyFilePath(env)
  const before = await readKeyFile(env)
  if (before !== null) return before
  return withLock(`${path}.lock`, async () => {
    const now = await readKeyFile(env)
    if (now !== null) return now
    const key = Buffer.from(crypto.newKey())
    try {
      await replaceFile(path, key)
    } catch (error) {
      throw unwritable(path, error)
    }
    return key
  })
}
