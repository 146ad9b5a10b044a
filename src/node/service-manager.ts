import { spawn } from 'node:child_process'
import type { Env } from '../ports/env.ts'
import type { ServiceManager } from '../ports/service-manager.ts'

const TIMEOUT_MS = 5_000

/** Returns the service manager named by the environment, or null. States are sent by `systemd-notify`: Node has no datagram sockets of this kind. */
export function openServiceManager(env: Env): ServiceManager | null {
  if (!env.NOTIFY_SOCKET) return null
  const watchdogUs = Number(env.WATCHDOG_USEC)
  return {
    watchdogMs: Number.isFinite(watchdogUs) && watchdogUs > 0 ? Math.floor(watchdogUs / 1_000) : null,
    notify: (...states) => runNotify(states),
  }
}

function runNotify(states: readonly string[]): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>()
  const child = spawn('systemd-notify', [`--pid=${process.pid}`, ...states], {
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: TIMEOUT_MS,
  })
  child.on('error', error =>
    resolve('code' in error && error.code === 'ENOENT' ? 'systemd-notify is not installed' : error.message),
  )
  child.on('exit', code => resolve(code === 0 ? null : `systemd-notify failed with code ${code}`))
  return promise
}
