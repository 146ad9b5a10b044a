import { join } from 'node:path'
import { AxisorError } from '../../domain/error.ts'
import type { Env } from '../../ports/env.ts'

/**
 * Returns axisor's data directory, `$XDG_DATA_HOME/axisor`. Relative XDG paths are ignored, as XDG requires.
 * @throws AxisorError `config` if neither XDG_DATA_HOME nor HOME is an absolute path
 */
export function dataFolder(env: Env): string {
  const { XDG_DATA_HOME: xdg, HOME: home, LOCALAPPDATA: local } = env
  if (xdg?.startsWith('/')) return join(xdg, 'axisor')
  // Written from Windows documentation; not tested there.
  if (process.platform === 'win32' && local) return join(local, 'axisor')
  if (home?.startsWith('/')) return join(home, '.local/share/axisor')
  throw new AxisorError('config', 'neither XDG_DATA_HOME nor HOME is set to an absolute path', {
    hint: 'Set one of them: credentials are stored below it.',
  })
}
