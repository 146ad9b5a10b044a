import { execFileSync, spawn } from 'node:child_process'
import { openSeenScreen, type SeenScreen } from './screen.ts'

/** A shell on a real pseudo-terminal, made by `script` (a part of every Linux), and what a person would see of it. */
export interface Pty {
  /** The screen since the last resize. */
  screen(): SeenScreen
  /** All that was written, codes and all. */
  raw(): string
  /** Settles as soon as it holds; fails with what is on the screen when it does not come to that. */
  until(what: string, holds: () => boolean): Promise<void>
  type(keys: string): void
  /** Changes the size of the terminal; the program gets its SIGWINCH from the kernel. */
  resize(columns: number, rows: number): void
  /** To the process that said `PID:` on the terminal. */
  signal(name: NodeJS.Signals): void
  /** Settles when the shell has ended. */
  ended(): Promise<void>
  close(): void
}

/** Slow machines are slow; a test that waits so long has failed. */
const PATIENCE_MS = 20_000

/** Runs a shell script in a terminal of so many columns and rows. */
export function openPty(shellScript: string, columns = 80, rows = 24): Pty {
  const prepared = `stty cols ${columns} rows ${rows}; echo "TTY:$(tty)"; ${shellScript}`
  const child = spawn('script', ['-qefc', prepared, '/dev/null'], {
    stdio: 'pipe',
    env: { PATH: process.env.PATH, TERM: 'xterm-256color', LANG: 'C.UTF-8', SHELL: '/bin/sh' },
  })
  let raw = ''
  let seen = openSeenScreen(columns, rows)
  const listeners = new Set<() => void>()
  const told = (): void => {
    for (const listener of [...listeners]) listener()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    raw += text
    seen.write(text)
    told()
  })
  const over = new Promise<void>(resolve => {
    child.on('close', () => {
      told()
      resolve()
    })
  })

  function said(word: string): string {
    return new RegExp(`${word}:(\\S+)`).exec(raw)?.[1] ?? ''
  }

  function until(what: string, holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (!holds()) return
        finish()
        resolve()
      }
      const timer = setTimeout(() => {
        finish()
        reject(
          new Error(
            `not seen within ${PATIENCE_MS} ms: ${what}\n${seen.text()}\n${JSON.stringify(raw.slice(-500))}`,
          ),
        )
      }, PATIENCE_MS)
      const finish = (): void => {
        clearTimeout(timer)
        listeners.delete(check)
      }
      listeners.add(check)
      check()
    })
  }

  return {
    screen: () => seen,
    raw: () => raw,
    until,
    type: keys => void child.stdin.write(keys),
    resize(newColumns, newRows) {
      seen = openSeenScreen(newColumns, newRows)
      seen.write('\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l')
      execFileSync('stty', ['-F', said('TTY'), 'cols', String(newColumns), 'rows', String(newRows)])
    },
    signal: name => void process.kill(Number(said('PID')), name),
    ended: () => over,
    close: () => void child.kill('SIGKILL'),
  }
}
