import { join } from 'node:path'
import { AxisorError } from '../../domain/error.ts'
import type { Env } from '../../ports/env.ts'

/**
 * Where axisor keeps what it can't do without: `$XDG_DATA_HOME/axisor`. Relative XDG paths don't count (XDG says so).
 * @throws AxisorError config, when the environment names no home
 */
export function dataFolder(env: Env): string {
  const { XDG_DATA_HOME: xdg, HOME: home, LOCALAPPDATA: local } = env
  if (xdg?.startsWith('/')) return join(xdg, 'axisor')
  // Written from Windows' documentation, and never run there.
  if (process.platform === 'win32' && local) return join(local, 'axisor')
  if (home?.startsWith('/')) return join(home, '.local/share/axisor')
  throw new AxisorError('config', 'neither XDG_DATA_HOME nor HOME names a folder', {
    hint: 'Set one of them: credentials are kept below it.',
  })
}
