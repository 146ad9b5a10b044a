import { join } from 'node:path'
import { AxisorError } from '../../domain/error.ts'
import { xdgPath } from '../../domain/xdg.ts'
import type { Env } from '../../ports/env.ts'

/**
 * Where axisor keeps what it can't do without: `$XDG_DATA_HOME/axisor`. Relative XDG paths don't count (XDG says so).
 * @throws AxisorError config, when the environment names no home
 */
export function dataFolder(env: Env): string {
  // Written from Windows' documentation, and never run there.
  const local = process.platform === 'win32' && env.LOCALAPPDATA ? join(env.LOCALAPPDATA, 'axisor') : null
  const path = xdgPath(local === null ? env : { ...env, HOME: undefined }, 'data', 'axisor') ?? local
  if (path !== null) return path
  throw new AxisorError('config', 'neither XDG_DATA_HOME nor HOME names a folder', {
    hint: 'Set one of them: credentials are kept below it.',
  })
}
