import { expect, test } from 'vitest'
import { xdgPath } from '../../../src/domain/xdg.ts'

test.each([
  [{ XDG_CONFIG_HOME: '/x', HOME: '/h' }, 'config', '/x/axisor'],
  [{ XDG_CONFIG_HOME: '/x//', HOME: '/h' }, 'config', '/x/axisor'],
  [{ XDG_CONFIG_HOME: '/' }, 'config', '/axisor'],
  [{ XDG_CONFIG_HOME: 'x', HOME: '/h' }, 'config', '/h/.config/axisor'],
  [{ XDG_DATA_HOME: '', HOME: '/h/' }, 'data', '/h/.local/share/axisor'],
  [{ XDG_CONFIG_HOME: '/x', HOME: '/h' }, 'state', '/h/.local/state/axisor'],
  [{ XDG_STATE_HOME: '/s' }, 'state', '/s/axisor'],
  [{ XDG_RUNTIME_DIR: '/run/user/1' }, 'runtime', '/run/user/1/axisor'],
  [{ HOME: '/h' }, 'runtime', null],
  [{ HOME: 'h' }, 'data', null],
  [{ HOME: '' }, 'state', null],
  [{}, 'config', null],
] as const)('of %j the %s folder is %s', (env, kind, path) => {
  expect(xdgPath(env, kind, 'axisor')).toBe(path)
})
