import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type CallOptions, startKeychain } from '../../../../../src/node/secrets/keychain/keychain-call.ts'
import { callError } from '../../../../../src/node/secrets/keychain/keychain-errors.ts'
import type { KeychainRequest } from '../../../../../src/node/secrets/keychain/keychain-messages.ts'
import type { Env } from '../../../../../src/ports/env.ts'
import { openTempFolder } from '../../../../support/temp-folder.ts'

const CHILD = fileURLToPath(
  new URL('../../../../../src/node/secrets/keychain/keychain-child.ts', import.meta.url),
)
const RECORD = 'axr1.sealed-record'
const SET: KeychainRequest = { op: 'set', service: 'axisor', account: 'a:b:c', record: RECORD }
const GET: KeychainRequest = { op: 'get', service: 'axisor', account: 'a:b:c' }

let folder: ReturnType<typeof openTempFolder>
beforeEach(() => {
  folder = openTempFolder()
})
afterEach(() => folder.remove())

/** Writes a program that replaces the child. */
function entry(text: string): string {
  const path = join(folder.path, 'child.mjs')
  writeFileSync(path, `import { readFileSync, writeFileSync, writeSync } from 'node:fs'\n${text}`)
  return path
}

const env = {
  PATH: process.env.PATH,
  AXISOR_API_SECRET: 's3cret',
  NODE_OPTIONS: '--no-deprecation',
  DISPLAY: ':0',
}

function callKeychain(
  request: KeychainRequest,
  { env: given, entry: program, ...patience }: CallOptions & { env: Env; entry: string },
) {
  return startKeychain(given, program).call(request, patience)
}

/** True while the process runs and is not a zombie. */
function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false
  return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

// Every test starts a process.
vi.setConfig({ testTimeout: 60_000 })

describe('a keychain call', () => {
  test('sends the request through a pipe, with nothing in the arguments and no AXISOR_ or NODE_ variables', async () => {
    const outcome = await callKeychain(SET, {
      env,
      timeoutMs: 20_000,
      entry: entry(`
        process.stdin.once('data', request => {
          const seen = { request: String(request), argv: process.argv.slice(2), execArgv: process.execArgv, env: process.env }
          writeSync(3, JSON.stringify({ kind: 'failed', reason: JSON.stringify(seen) }) + '\\n')
        })`),
    })
    const seen = JSON.parse(outcome.kind === 'failed' ? outcome.reason : '{}')
    expect(JSON.parse(seen.request)).toEqual(SET)
    expect([seen.argv, seen.execArgv]).toEqual([[], []])
    expect(seen.env.DISPLAY).toBe(':0')
    expect(Object.keys(seen.env).filter(name => /^(AXISOR|NODE)_/.test(name))).toEqual([])
  })

  test('kills a child that never replies, whatever it does', async () => {
    const pidFile = join(folder.path, 'pid')
    const hang = entry(`
      process.on('SIGTERM', () => {})
      writeFileSync(${JSON.stringify(pidFile)}, String(process.pid))
      for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000)`)
    let giveUp = (): void => {}
    const outcome = callKeychain(GET, {
      env,
      timeoutMs: 60_000,
      entry: hang,
      onDialog(cancel) {
        giveUp = cancel
        return () => {}
      },
    })
    const patience = { timeout: 20_000, interval: 20 }
    const pid = await vi.waitFor(() => {
      const found = Number(readFileSync(pidFile, 'utf8'))
      expect(isRunning(found)).toBe(true)
      return found
    }, patience)
    giveUp()
    expect(await outcome).toEqual({ kind: 'canceled' })
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), patience)
  })

  test('times out', async () => {
    const hang = entry('setInterval(() => {}, 1_000)')
    expect(await callKeychain(GET, { env, timeoutMs: 50, entry: hang })).toEqual({ kind: 'timeout' })
  })

  test('can be canceled as soon as it waits, and reports its end once', async () => {
    let over = 0
    const outcome = await callKeychain(GET, {
      env,
      timeoutMs: 60_000,
      entry: entry('setInterval(() => {}, 1_000)'),
      onDialog(cancel) {
        queueMicrotask(cancel)
        queueMicrotask(cancel)
        return () => {
          over += 1
        }
      },
    })
    expect(outcome).toEqual({ kind: 'canceled' })
    expect(over).toBe(1)
  })

  test.each([
    ['exits without a reply', 'process.exit(3)', 'exit code 3'],
    ['crashes', `process.kill(process.pid, 'SIGSEGV')`, 'SIGSEGV'],
    ['replies endlessly', `for (;;) writeSync(3, 'x'.repeat(65_536))`, 'its reply is too long'],
    ['replies with invalid JSON', `writeSync(3, 'nonsense\\n')`, 'exit code 0'],
  ])('fails with one line if the child %s', async (_what, text, reason) => {
    const outcome = await callKeychain(GET, { env, timeoutMs: 20_000, entry: entry(text) })
    expect(outcome).toEqual({ kind: 'crashed', reason })
    if (outcome.kind !== 'crashed') return
    expect(callError(outcome, 5_000, false).message).toBe(`the keychain library exited early (${reason})`)
  })

  test('prints the error of the keychain as one printable line', () => {
    const reason = `no\nway \x1b[31m${'x'.repeat(500)}`
    const { message } = callError({ kind: 'failed', reason }, 5_000, false)
    expect(message).toMatch(/^the keychain reported an error: no way \?\[31mx+…$/)
    expect(message.length).toBeLessThan(200)
  })
})

describe('the keychain child', () => {
  test('exits when its parent closes stdin', async () => {
    const child = spawn(process.execPath, [CHILD], { stdio: ['pipe', 'ignore', 'ignore', 'pipe'] })
    child.stdin?.end()
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
  })

  const library = '/usr/lib/x86_64-linux-gnu/libsecret-1.so.0'
  const canHide = existsSync(library) && spawnSync('unshare', ['--mount', 'true']).status === 0

  test.runIf(existsSync(library))('exits during a call when its parent is gone', async () => {
    const socket = join(folder.path, 'bus')
    // A bus that accepts connections but sends nothing.
    const bus = createServer().listen(socket)
    await once(bus, 'listening')
    const child = spawn(process.execPath, [CHILD], {
      env: { PATH: process.env.PATH, DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}` },
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    })
    child.stdin?.write(`${JSON.stringify(GET)}\n`)
    const [connection] = await once(bus, 'connection')
    child.stdin?.end()
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    connection.destroy()
    bus.close()
  })

  test.runIf(canHide)(
    `reports a missing libsecret and how to install it${canHide ? '' : ' (skipped: the library cannot be hidden here)'}`,
    async () => {
      const hide = `mount --bind /dev/null "$(readlink -f ${library})" && exec ${process.execPath} ${CHILD}`
      const outcome = await callKeychain(GET, {
        env,
        timeoutMs: 30_000,
        entry: entry(`
          import { spawn } from 'node:child_process'
          const child = spawn('unshare', ['--mount', 'sh', '-c', ${JSON.stringify(hide)}], { stdio: ['inherit', 'ignore', 'ignore', 3] })
          child.on('exit', code => process.exit(code))`),
      })
      expect(outcome).toMatchObject({
        kind: 'no-library',
        reason: expect.stringContaining('libsecret-1.so.0'),
      })
      if (outcome.kind !== 'no-library') return
      const failure = callError(outcome, 5_000, false)
      expect(failure.message).toBe('cannot use the keychain: libsecret-1.so.0 is not installed')
      expect(failure.hint).toMatch(/^Install it \(Debian, Ubuntu: libsecret-1-0;.+or use the vault/)
    },
  )
})
