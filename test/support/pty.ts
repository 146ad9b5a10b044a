import { execFileSync, spawn } from 'node:child_process'
import { type EmulatedScreen, openEmulatedScreen } from './screen.ts'

/** A shell on a real pseudo-terminal, created by `script` (util-linux), and its screen. */
export interface Pty {
  /** The screen since the last resize. */
  screen(): EmulatedScreen
  /** The whole output with escape sequences. */
  raw(): string
  /** Resolves once the condition holds; rejects with the screen content after 20 s. */
  until(what: string, holds: () => boolean): Promise<void>
  type(keys: string): void
  /** Resizes the terminal; the kernel sends SIGWINCH to the program. */
  resize(columns: number, rows: number): void
  /** Sends a signal to the process that printed `PID:` on the terminal. */
  signal(name: NodeJS.Signals): void
  /** Resolves when the shell has exited. */
  ended(): Promise<void>
  close(): void
}

/** Long enough for slow machines. */
const TIMEOUT_MS = 20_000

/** Runs a shell script in a terminal of the given size. */
export function openPty(shellScript: string, columns = 80, rows = 24): Pty {
  const prepared = `stty cols ${columns} rows ${rows}; echo "TTY:$(tty)"; ${shellScript}`
  const child = spawn('script', ['-qefc', prepared, '/dev/null'], {
    stdio: 'pipe',
    env: { PATH: process.env.PATH, TERM: 'xterm-256color', LANG: 'C.UTF-8', SHELL: '/bin/sh' },
  })
  let raw = ''
  let screen = openEmulatedScreen(columns, rows)
  const listeners = new Set<() => void>()
  const notify = (): void => {
    for (const listener of [...listeners]) listener()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    raw += text
    screen.write(text)
    notify()
  })
  const exited = new Promise<void>(resolve => {
    child.on('close', () => {
      notify()
      resolve()
    })
  })

  function printedValue(name: string): string {
    return new RegExp(`${name}:(\\S+)`).exec(raw)?.[1] ?? ''
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
            `not seen within ${TIMEOUT_MS} ms: ${what}\n${screen.text()}\n${JSON.stringify(raw.slice(-500))}`,
          ),
        )
      }, TIMEOUT_MS)
      const finish = (): void => {
        clearTimeout(timer)
        listeners.delete(check)
      }
      listeners.add(check)
      check()
    })
  }

  return {
    screen: () => screen,
    raw: () => raw,
    until,
    type: keys => void child.stdin.write(keys),
    resize(newColumns, newRows) {
      screen = openEmulatedScreen(newColumns, newRows)
      screen.write('\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l')
      execFileSync('stty', ['-F', printedValue('TTY'), 'cols', String(newColumns), 'rows', String(newRows)])
    },
    signal: name => void process.kill(Number(printedValue('PID')), name),
    ended: () => exited,
    close: () => void child.kill('SIGKILL'),
  }
}
