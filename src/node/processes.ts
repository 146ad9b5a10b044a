import { readFileSync, readlinkSync } from 'node:fs'
import type { Processes } from '../ports/processes.ts'
import { codeOf } from './net/network-error.ts'

/** Fields of `/proc/PID/stat` after the name of the program, which may contain blanks: state, and start in clock ticks since the boot. */
const STATE = 0
const STARTED_AT = 19

/** Ended, but still listed because their parent has not asked for their exit codes. */
const ENDED_STATES = ['Z', 'X']

/** Returns the result, or null if the file is missing or unreadable. */
function ifReadable<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

/** Returns the fields of a process from its state on; null if they can't be read. */
function statOf(pid: number): readonly string[] | null {
  const text = ifReadable(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** Identifies the boot and the namespace that process ids belong to: the same id in another container is another process. */
function placeOf(): string | null {
  return ifReadable(() => {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot}/${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}`
  })
}

/** True if the system has no such process. It may deny a signal to a process, but not that it exists. */
function isMissing(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
}

/** Reads the processes of this machine from `/proc`, which only Linux has. */
export function openProcesses(): Processes {
  const place = placeOf()
  const startedAt = statOf(process.pid)?.[STARTED_AT]
  if (place === null || startedAt === undefined) return { self: null, hasEnded: () => false }
  return {
    self: `${place}/${process.pid}/${startedAt}`,
    hasEnded(identity) {
      const [, pid, started] = /^(?:.*)\/([1-9]\d*)\/(\d+)$/.exec(identity) ?? []
      if (pid === undefined || identity !== `${place}/${pid}/${started}`) return false
      if (isMissing(Number(pid))) return true
      const stat = statOf(Number(pid))
      if (stat === null) return false
      // The id of an ended process is given to another one.
      return stat[STARTED_AT] !== started || ENDED_STATES.includes(stat[STATE] ?? '')
    },
  }
}
