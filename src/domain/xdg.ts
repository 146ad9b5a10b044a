type FolderKind = 'config' | 'data' | 'state' | 'runtime'

/** The variable that names each folder, and where it is below the home without it. A runtime folder has no such place. */
const FOLDERS: Readonly<Record<FolderKind, readonly [variable: string, below: string | null]>> = {
  config: ['XDG_CONFIG_HOME', '.config'],
  data: ['XDG_DATA_HOME', '.local/share'],
  state: ['XDG_STATE_HOME', '.local/state'],
  runtime: ['XDG_RUNTIME_DIR', null],
}

/**
 * Returns the path of `name` in a folder of the user, by the XDG Base Directory Specification; null if the environment names no folder.
 * A variable that is unset, empty or relative does not count, as the specification demands; the same holds for HOME.
 */
export function xdgPath(
  env: Readonly<Record<string, string | undefined>>,
  kind: FolderKind,
  name: string,
): string | null {
  const [variable, below] = FOLDERS[kind]
  const folder = absolute(env[variable])
  if (folder !== null) return `${folder}/${name}`
  const home = below === null ? null : absolute(env.HOME)
  return home === null ? null : `${home}/${below}/${name}`
}

/** Without slashes at its end; the root is empty. */
function absolute(path: string | undefined): string | null {
  return path?.startsWith('/') ? path.replace(/\/+$/, '') : null
}
