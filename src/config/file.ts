import { AxisorError } from '../domain/error.ts'
import { xdgPath } from '../domain/xdg.ts'
import type { Env } from '../ports/env.ts'
import type { Files } from '../ports/files.ts'
import { decodeConfigFile } from '../wire/config-file.ts'
import type { ConfigFile } from './setting-sources.ts'

/** Returns the path of the config file, or null if HOME is not set. Relative XDG paths are ignored, as the XDG specification requires. */
export function configPath(env: Env): string | null {
  return xdgPath(env, 'config', 'axisor/config.json')
}

/**
 * Reads the config file. Returns null if it does not exist. It contains no secrets, so other users may read it. A file writable by
 * other users is rejected, because its addresses decide where the passphrase is sent.
 * @throws AxisorError config, if it cannot be read, is invalid, or is writable by other users
 */
export async function readConfigFile(env: Env, files: Files): Promise<ConfigFile | null> {
  const path = configPath(env)
  const found = path === null ? null : await files.read(path)
  if (path === null || found === null) return null
  if (found.othersMayWrite)
    throw new AxisorError('config', `${path} is writable by other users`, {
      hint: 'Run chmod go-w on it.',
    })
  const decoded = decodeConfigFile(found.text)
  if (decoded.ok) return { path, values: decoded.value }
  throw new AxisorError('config', `${path}: ${decoded.fault.message}`, {
    hint: 'Correct the file, or move it away to run with the defaults.',
  })
}
