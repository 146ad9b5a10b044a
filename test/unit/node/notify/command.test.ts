import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Notifier } from '../../../../src/ports/notifier.ts'
import { channelOf, LONG_MS, MESSAGE, openTestNotifier } from '../../../support/notifier-rig.ts'
import { openTempFolder } from '../../../support/temp-folder.ts'

const ENV = {
  PATH: process.env.PATH,
  HOME: '/home/trader',
  LANG: 'C.UTF-8',
  LC_TIME: 'C',
  HTTPS_PROXY: 'http://proxy.test:3128',
  no_proxy: 'home.test',
  AXISOR_PROXY: 'http://trader:s3cr3t@proxy.test:3128',
  AXISOR_API_SECRET: 's3cr3t',
  AXISOR_CHANNEL_NTFY_SECRET: 's3cr3t',
  NODE_OPTIONS: '--require=/evil.js',
  AWS_SECRET_ACCESS_KEY: 's3cr3t',
}

let folder: ReturnType<typeof openTempFolder>
let notifier: Notifier
let server: Server | null = null
beforeEach(() => {
  folder = openTempFolder()
  notifier = openTestNotifier({}, { env: ENV })
})
afterEach(async () => {
  await notifier.close()
  await new Promise(resolve => (server === null ? resolve(null) : server.close(resolve)))
  server = null
  folder.remove()
})

const run = (argv: readonly string[], timeoutMs = LONG_MS, message = MESSAGE) =>
  notifier.send(channelOf({ type: 'command', argv }), message, timeoutMs)

/** Runs a script of sh with the paths of files in the folder as its arguments. */
const script = (text: string, ...names: string[]): readonly string[] => [
  'sh',
  '-c',
  text,
  'sh',
  ...names.map(name => join(folder.path, name)),
]

/** A program that connects to a socket and runs until it is killed. */
const CONNECT = `require('node:net').connect(process.argv[1]); setInterval(() => {}, 1e6)`

/** Counts the processes that are connected to a socket: the kernel closes the connection of one that has ended. */
async function countAlive(count: number) {
  const path = join(folder.path, 'alive')
  let remaining = count
  let connected = 0
  let onAll = (): void => {}
  let onNone = (): void => {}
  const all = new Promise<void>(resolve => {
    onAll = resolve
  })
  const none = new Promise<void>(resolve => {
    onNone = resolve
  })
  server = createServer(socket => {
    connected += 1
    if (connected === count) onAll()
    socket.on('error', () => {})
    socket.on('close', () => {
      remaining -= 1
      if (remaining === 0) onNone()
    })
    socket.resume()
  })
  await new Promise<void>(resolve => server?.listen(path, resolve))
  return { path, all, none }
}

describe('a command', () => {
  test('gets the document on stdin, and its output is ignored', async () => {
    expect(await run(script('cat > "$1"; echo done; echo fine >&2', 'out'))).toEqual({ kind: 'delivered' })
    expect(readFileSync(join(folder.path, 'out'), 'utf8')).toBe(MESSAGE.document)
  })

  test('gets its arguments as they are, without a shell', async () => {
    const argv = [process.execPath, '-e', 'require("fs").writeFileSync(process.argv[1], process.argv[2])']
    const path = join(folder.path, 'argument')
    expect(await run([...argv, path, '$(id); `id` "; rm'])).toEqual({ kind: 'delivered' })
    expect(readFileSync(path, 'utf8')).toBe('$(id); `id` "; rm')
  })

  test('gets a few variables, also those of proxies, and no secret of axisor', async () => {
    await run(script('env > "$1"', 'env'))
    const names = readFileSync(join(folder.path, 'env'), 'utf8')
      .trim()
      .split('\n')
      .map(line => line.split('=')[0])
    // sh sets PWD, OLDPWD, SHLVL and _ itself.
    expect(names.filter(name => !/^(PWD|OLDPWD|SHLVL|_)$/.test(name ?? '')).sort()).toEqual([
      'HOME',
      'HTTPS_PROXY',
      'LANG',
      'LC_TIME',
      'PATH',
      'no_proxy',
    ])
  })

  test('that does not read its input is delivered all the same', async () => {
    const document = 'x'.repeat(1_000_000)
    expect(await run(['true'], LONG_MS, { ...MESSAGE, document })).toEqual({ kind: 'delivered' })
  })

  test('that exits with another status is tried again, with the last line of its errors', async () => {
    expect(await run(script('echo first >&2; printf "no \\033[31msignal\\n\\n" >&2; exit 3'))).toEqual({
      kind: 'retry',
      why: 'sh exited with status 3: no ?[31msignal',
      afterMs: null,
    })
    expect(await run(['false'])).toMatchObject({ why: 'false exited with status 1' })
    expect(await run(script('kill -TERM $$'))).toMatchObject({ why: 'sh was ended by SIGTERM' })
  })

  test('that exits while a process in the background keeps its errors open is not awaited', async () => {
    const why = 'sh exited with status 4: late'
    expect(await run(script('sleep 600 & echo late >&2; echo $! > "$1"; exit 4', 'pid'))).toMatchObject({
      why,
    })
    process.kill(Number(readFileSync(join(folder.path, 'pid'), 'utf8')))
  })

  test('that does not exist or is not executable fails', async () => {
    writeFileSync(join(folder.path, 'data'), 'x')
    expect(await run(['axisor-no-such-program'])).toEqual({
      kind: 'failed',
      why: 'axisor-no-such-program does not exist',
    })
    expect(await run([join(folder.path, 'data')])).toEqual({ kind: 'failed', why: 'data is not executable' })
    expect(await run([])).toEqual({ kind: 'failed', why: 'the channel has no command' })
    expect(await run(['a\0b'])).toMatchObject({ kind: 'failed' })
  })

  test('is killed at the time-out with all its children', async () => {
    const { path, none } = await countAlive(2)
    const text = 'node="$1"; shift; trap "" TERM; "$node" -e "$@" & "$node" -e "$@"'
    const argv = ['sh', '-c', text, 'sh', process.execPath, CONNECT, path]
    expect(await run(argv, 2_000)).toEqual({ kind: 'retry', why: 'no reply within 2 s', afterMs: null })
    await none
  })

  test('is killed when the notifier is closed', async () => {
    const { path, all, none } = await countAlive(1)
    const running = run([process.execPath, '-e', CONNECT, path])
    await all
    await notifier.close()
    expect(await running).toMatchObject({ kind: 'retry', why: 'the notifier was closed' })
    await none
  })

  test('is refused on a relay, like a desktop notification', async () => {
    const relay = openTestNotifier({ allowLocalChannels: false }, { env: ENV })
    for (const settings of [
      { type: 'command', argv: ['true'] },
      { type: 'desktop' },
      { type: 'bell' },
    ] as const) {
      expect(await relay.send(channelOf(settings), MESSAGE, LONG_MS)).toEqual({
        kind: 'failed',
        why: `a relay has no channels of the type ${settings.type}`,
      })
    }
    await relay.close()
  })
})
