import { AxisorError } from '../domain/error.ts'
import { xdgPath } from '../domain/xdg.ts'
import type { Env } from '../ports/env.ts'
import type { Files } from '../ports/files.ts'
import { decodeConfigFile } from '../wire/config-file.ts'
import type { ConfigFile } from './setting-sources.ts'

/** Where the config file is looked for; null when the environment names no home. Relative XDG paths don't count (XDG says so). */
export function configPath(env: Env): string | null {
  return xdgPath(env, 'config', 'axisor/config.json')
}

/**
 * The config file; null when there is none. It holds no secret, so others may read it; one that others may write is refused,
 * because an address in it decides where the passphrase is sent.
 * @throws AxisorError config, when it can't be read, is not what it should be, or others may write it
 */
export async function readConfigFile(env: Env, files: Files): Promise<ConfigFile | null> {
  const path = configPath(env)
  const found = path === null ? null : await files.read(path)
  if (path === null || found === null) return null
  if (found.othersMayWrite)
    throw new AxisorError('config', `${path} may be written by others`, {
      hint: 'Run chmod go-w on it.',
    })
  const decoded = decodeConfigFile(found.text)
  if (decoded.ok) return { path, values: decoded.value }
  throw new AxisorError('config', `${path}: ${decoded.fault.message}`, {
    hint: 'Correct the file, or move it away to run with the defaults',
  })
}
