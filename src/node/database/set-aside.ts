import { linkSync, renameSync } from 'node:fs'
import { exists } from '../files/file-error.ts'

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (exists(error)) throw error
  }
}

/** The name under which a database is kept aside: `NAME.LABEL-TIME`. */
export function asideName(path: string, label: string, nowMs: number): string {
  return `${path}.${label}-${new Date(nowMs).toISOString().replace(/[:.]/g, '-')}`
}

/** Moves the side files of a database: a new file must never find the log of an old one. */
function moveSideFiles(path: string, to: string): void {
  for (const suffix of ['-wal', '-shm']) renameIfThere(path + suffix, to + suffix)
}

/** Renames a database and, before it, its side files. */
export function setAside(path: string, to: string): void {
  moveSideFiles(path, to)
  renameIfThere(path, to)
}

/** Replaces a database by another one in one step, and keeps the replaced one with its side files as `to`. */
export function replaceDatabase(path: string, next: string, to: string): void {
  moveSideFiles(path, to)
  linkSync(path, to)
  renameSync(next, path)
}
