import { join } from 'node:path'
import { AxisorError } from '../../../domain/error.ts'
import type { Crypto } from '../../../ports/crypto.ts'
import type { Env } from '../../../ports/env.ts'
import { writeError } from '../../files/file-error.ts'
import { withLock } from '../../files/file-lock.ts'
import { replaceFile } from '../../files/replace-file.ts'
import { dataFolder } from '../data-folder.ts'
import { readPrivateFile } from '../private-file.ts'

const KEY_BYTES = 32

/** Path of the key file: 32 random bytes that encrypt the records in the keychain. */
export function keyFilePath(env: Env): string {
  return join(dataFolder(env), 'keychain.key')
}

/**
 * Reads the key; null if the file does not exist.
 * @throws AxisorError `no-credentials` if the file is damaged, unreadable or accessible to other users
 */
export async function readKeyFile(env: Env): Promise<Buffer | null> {
  const path = keyFilePath(env)
  const key = await readPrivateFile(path)
  if (key === null || key.length === KEY_BYTES) return key
  throw new AxisorError('no-credentials', `the key file ${path} is damaged`, {
    hint: 'Restore a backup; otherwise remove it and log in again for every profile in the keychain.',
  })
}

/**
 * Reads the key, or creates it if there is none and calls `onCreated`. Concurrent callers get the same key.
 * @throws AxisorError as `readKeyFile`; `config` if it cannot be written
 */
export async function makeKeyFile(
  env: Env,
  crypto: Crypto,
  onCreated: (path: string) => void,
): Promise<Buffer> {
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
      throw writeError(path, error)
    }
    onCreated(path)
    return key
  })
}
