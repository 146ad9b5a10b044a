type FolderKind = 'config' | 'data' | 'state' | 'runtime'

/** The variable of each folder and its default below HOME. The runtime folder has no default. */
const FOLDERS: Readonly<Record<FolderKind, readonly [variable: string, below: string | null]>> = {
  config: ['XDG_CONFIG_HOME', '.config'],
  data: ['XDG_DATA_HOME', '.local/share'],
  state: ['XDG_STATE_HOME', '.local/state'],
  runtime: ['XDG_RUNTIME_DIR', null],
}

/**
 * Returns the path of `name` in a user folder, by the XDG Base Directory Specification; null if the environment names no folder.
 * Unset, empty and relative values are ignored, as the specification demands; HOME is treated the same.
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

/** Returns an absolute path without trailing slashes (the root is empty), or null for any other text. */
function absolute(path: string | undefined): string | null {
  return path?.startsWith('/') ? path.replace(/\/+$/, '') : null
}
