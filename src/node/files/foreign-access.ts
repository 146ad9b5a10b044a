import type { Stats } from 'node:fs'

const GROUP_OR_OTHERS_WRITE = 0o022
const GROUP_OR_OTHERS_READ = 0o044
const OTHERS_READ = 0o004

const HAS_MODES = process.platform !== 'win32'

/** True if another user owns the file and may therefore write it. Root is trusted, and trusts every owner. */
function isForeignOwner(uid: number): boolean {
  const ownUid = process.getuid?.() ?? uid
  return uid !== ownUid && uid !== 0 && ownUid !== 0
}

/** True if this process belongs to the group. */
function isOwnGroup(gid: number): boolean {
  return process.getegid?.() === gid || (process.getgroups?.().includes(gid) ?? false)
}

/** True if the group, others or a foreign owner may write the file. False on a system without such permissions. */
export function isWritableByOthers({ mode, uid }: Stats): boolean {
  return HAS_MODES && ((mode & GROUP_OR_OTHERS_WRITE) !== 0 || isForeignOwner(uid))
}

/**
 * True if others may read the file. Its group is no other user if only root can change the file and the group is one of this process:
 * containers mount secrets so, and the process cannot change that. False on a system without such permissions.
 */
export function isReadableByOthers({ mode, uid, gid }: Stats): boolean {
  const isMountedForGroup = uid === 0 && process.getuid?.() !== 0 && isOwnGroup(gid)
  return HAS_MODES && (mode & (isMountedForGroup ? OTHERS_READ : GROUP_OR_OTHERS_READ)) !== 0
}
