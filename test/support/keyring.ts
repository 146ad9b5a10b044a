import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import { type Keyring, probeKeyring } from '../../src/node/secrets/dbus/secret-service.ts'
import { openTempFolder } from './temp-folder.ts'

const PASSWORD = 'test-only'

/** A private D-Bus session with its own gnome-keyring, separate from the keyring of the machine. */
export interface TestKeyring {
  /** Environment for stores and programs, without a display. */
  readonly env: Readonly<Record<string, string>>
  /** Restarts the daemon with the same data. */
  restart(how: 'unlocked' | 'locked'): Promise<void>
  /** Stops the daemon, but not the bus. */
  stopDaemon(): Promise<void>
  /** Suspends the daemon, which keeps its name and connection. */
  freeze(): void
  thaw(): void
  /** Installs a prompter that never answers a dialog. */
  promptForEver(): void
  /** The record that secret-tool finds; empty if there is none. */
  lookup(account: string): string
  /** Stores an item of another program under the same attributes and schema; a lookup ignores other schemas. */
  storeForeign(account: string, text: string): void
  close(): Promise<void>
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += chunk
    if (text.includes('\n')) break
  }
  return text.split('\n')[0] ?? ''
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

/** Starts the bus and the daemon, and waits until the keyring is unlocked. */
export async function openTestKeyring(): Promise<TestKeyring> {
  const folder = openTempFolder()
  const inside = (name: string): string => {
    mkdirSync(join(folder.path, name), { recursive: true, mode: 0o700 })
    return join(folder.path, name)
  }
  const base = {
    PATH: process.env.PATH ?? '',
    HOME: folder.path,
    XDG_DATA_HOME: inside('data'),
    XDG_CONFIG_HOME: inside('config'),
    XDG_CACHE_HOME: inside('cache'),
    XDG_RUNTIME_DIR: inside('run'),
  }
  // The session ends when its stdin is closed, also if this process is killed.
  const session = spawn('dbus-run-session', ['--', 'sh', '-c', 'echo "$DBUS_SESSION_BUS_ADDRESS"; cat'], {
    env: base,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const env = { ...base, DBUS_SESSION_BUS_ADDRESS: await firstLine(session) }
  session.stdout?.destroy()
  let daemon: ChildProcess | null = null

  async function start(how: 'unlocked' | 'locked'): Promise<void> {
    const args = ['--foreground', '--components=secrets', ...(how === 'unlocked' ? ['--unlock'] : [])]
    daemon = spawn('gnome-keyring-daemon', args, { env, stdio: ['pipe', 'ignore', 'ignore'] })
    daemon.stdin?.end(how === 'unlocked' ? PASSWORD : '')
    await becomes(how === 'unlocked' ? 'ready' : 'locked')
  }
  async function becomes(kind: Keyring['kind']): Promise<void> {
    const isSo = async (): Promise<void> => {
      const probed = await probeKeyring(env, 5_000)
      if (probed.kind !== kind) throw new Error(`the keyring is ${probed.kind}, not ${kind}`)
    }
    await vi.waitFor(isSo, { timeout: 20_000, interval: 20 })
  }
  const stopDaemon = async (): Promise<void> => {
    if (daemon !== null) await end(daemon, 'SIGKILL')
    await becomes('no-service')
  }
  await start('unlocked')
  return {
    env,
    async restart(how) {
      await stopDaemon()
      await start(how)
    },
    stopDaemon,
    freeze: () => daemon?.kill('SIGSTOP'),
    thaw: () => daemon?.kill('SIGCONT'),
    promptForEver() {
      // A program that never takes the name of the prompter and ends with the bus.
      writeFileSync(
        join(inside('data/dbus-1/services'), 'org.gnome.keyring.SystemPrompter.service'),
        '[D-BUS Service]\nName=org.gnome.keyring.SystemPrompter\nExec=/usr/bin/dbus-monitor --session\n',
      )
      execFileSync(
        'dbus-send',
        [
          '--session',
          '--dest=org.freedesktop.DBus',
          '--print-reply',
          '/',
          'org.freedesktop.DBus.ReloadConfig',
        ],
        { env },
      )
    },
    lookup(account) {
      try {
        return execFileSync('secret-tool', ['lookup', 'service', 'axisor', 'account', account], {
          env,
          encoding: 'utf8',
        })
      } catch {
        return ''
      }
    },
    storeForeign(account, text) {
      const args = [
        'store',
        '--label=theirs',
        'service',
        'axisor',
        'account',
        account,
        'xdg:schema',
        'org.freedesktop.Secret.Generic',
      ]
      execFileSync('secret-tool', args, { env, input: text })
    },
    async close() {
      if (daemon !== null) await end(daemon, 'SIGKILL')
      // A signal would end dbus-run-session only, not the bus.
      const ended = once(session, 'exit')
      session.stdin?.end()
      await ended
      folder.remove()
    },
  }
}
