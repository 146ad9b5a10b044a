import { fstatSync } from 'node:fs'

const STDERR = 2

/** True if `JOURNAL_STREAM`, which systemd sets to `DEVICE:INODE` of its stream, names this descriptor: a process may redirect stderr. */
export function isJournal(journalStream: string | undefined, descriptor = STDERR): boolean {
  if (!journalStream) return false
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true })
    return journalStream === `${dev}:${ino}`
  } catch {
    return false
  }
}
