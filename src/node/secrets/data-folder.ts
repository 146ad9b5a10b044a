import { join } from 'node:path'
import { AxisorError } from '../../domain/error.ts'
import { xdgPath } from '../../domain/xdg.ts'
import type { Env } from '../../ports/env.ts'

/**
 * Returns axisor's data directory, `$XDG_DATA_HOME/axisor`. Relative XDG paths are ignored, as XDG requires.
 * @throws AxisorError `config` if neither XDG_DATA_HOME nor HOME is an absolute path
 */
export function dataFolder(env: Env): string {
  // Written from Windows documentation; not tested there.
  const local = process.platform === 'win32' && env.LOCALAPPDATA ? join(env.LOCALAPPDATA, 'axisor') : null
  const path = xdgPath(local === null ? env : { ...env, HOME: undefined }, 'data', 'axisor') ?? local
  if (path !== null) return path
  throw new AxisorError('config', 'neither XDG_DATA_HOME nor HOME is set to an absolute path', {
    hint: 'Set one of them: credentials are stored below it.',
  })
}
