import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const bin = fileURLToPath(new URL('../../bin', import.meta.url))

interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'axisor-launcher-'))
  cpSync(bin, join(folder, 'bin'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Writes a program in place of the build. */
function install(program: string): void {
  mkdirSync(join(folder, 'dist'), { recursive: true })
  writeFileSync(join(folder, 'dist', 'main.js'), program)
}

/** Links the Node of this test in place of the pinned one. */
function installNode(): void {
  mkdirSync(join(folder, 'node_modules', 'node', 'bin'), { recursive: true })
  symlinkSync(process.execPath, join(folder, 'node_modules', 'node', 'bin', 'node'))
}

/** Makes the launcher's own process report an old Node version; its child is not affected. */
const pretendOld = `data:text/javascript,${encodeURIComponent(`
  Object.defineProperty(process.versions, 'node', { value: '20.1.0' })
  process.execPath = '/usr/bin/old-node'`)}`

function start(
  args: readonly string[],
  { old = false, env = {} as NodeJS.ProcessEnv, more = [] as readonly ('ignore' | 'pipe')[] } = {},
): ChildProcess {
  const preload = old ? ['--import', pretendOld] : []
  return spawn(process.execPath, [...preload, join(folder, 'bin', 'axisor.js'), ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...more],
  })
}

async function ending(child: ChildProcess): Promise<Ending> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', data => {
    stdout += String(data)
  })
  child.stderr?.on('data', data => {
    stderr += String(data)
  })
  await once(child, 'close')
  return { code: child.exitCode, signal: child.signalCode, stdout, stderr }
}

describe('on a supported Node', () => {
  test('passes the arguments and the exit code', async () => {
    install(`console.log(process.argv.slice(2).join('|')); process.exitCode = 8`)
    expect(await ending(start(['snapshot', '--fields', 'a b']))).toEqual({
      code: 8,
      signal: null,
      stdout: 'snapshot|--fields|a b\n',
      stderr: '',
    })
  })

  test('sets NODE_ENV to production unless it is set', async () => {
    install(`console.log(process.env.NODE_ENV)`)
    expect((await ending(start([]))).stdout).toBe('production\n')
    expect((await ending(start([], { env: { NODE_ENV: 'test' } }))).stdout).toBe('test\n')
  })

  test('the program exits when `npm start` is killed, although the shell forwards no signal', async () => {
    install(`
      const alive = setTimeout(() => {}, 10_000)
      process.once('SIGHUP', () => { console.log('heard SIGHUP'); clearTimeout(alive) })
      console.log('ready')`)
    const shell = spawn('sh', ['-c', `"${process.execPath}" bin/axisor.js; true`], {
      cwd: folder,
      env: { PATH: process.env.PATH, npm_package_name: 'axisor', npm_lifecycle_event: 'start' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    shell.stdout.once('data', () => shell.kill('SIGTERM'))
    expect(await ending(shell)).toMatchObject({ signal: 'SIGTERM', stdout: 'ready\nheard SIGHUP\n' })
  })

  test.each([
    ['NODE_DEBUG', 'http,net,tls,undici,http2'],
    ['NODE_DEBUG_NATIVE', 'http2'],
  ])('runs the program without %s, with its arguments and exit code', async (name, value) => {
    install(`
      console.log(process.argv.slice(2).join('|'), Object.keys(process.env).filter(name => /DEBUG/.test(name)).length)
      process.exitCode = 8`)
    expect(await ending(start(['a', 'b c'], { env: { [name]: value, DEBUG: '*' } }))).toEqual({
      code: 8,
      signal: null,
      stdout: 'a|b c 0\n',
      stderr: 'axisor: NODE_DEBUG is ignored: it would print secrets\n',
    })
  })

  test('names the set-up that npm skipped because of ignore-scripts', async () => {
    const env = {
      npm_package_name: 'axisor',
      npm_lifecycle_event: 'start',
      npm_config_ignore_scripts: 'true',
    }
    expect(await ending(start([], { env }))).toMatchObject({
      code: 2,
      stderr:
        'axisor: npm skipped the set-up because ignore-scripts is set: run node tools/setup.js, then npm start again\n',
    })
  })

  test('reports a missing build in one line with exit code 2', async () => {
    expect(await ending(start([]))).toEqual({
      code: 2,
      signal: null,
      stdout: '',
      stderr: 'axisor: not built yet: run npm run build\n',
    })
  })
})

describe('on an unsupported Node', () => {
  test('runs the program on the installed Node, with the arguments and the exit code', async () => {
    installNode()
    install(`console.log(process.versions.node, ...process.argv.slice(2)); process.exitCode = 8`)
    expect(await ending(start(['--version'], { old: true }))).toEqual({
      code: 8,
      signal: null,
      stdout: `${process.versions.node} --version\n`,
      stderr: '',
    })
  })

  test.each([[['--passphrase-fd', '4']], [['--passphrase-fd=4']]])(
    'passes the descriptor of %j to the program',
    async args => {
      installNode()
      install(`import { readFileSync } from 'node:fs'; console.log(readFileSync(4, 'utf8'))`)
      const child = start(args, { old: true, more: ['ignore', 'pipe'] })
      ;(child.stdio[4] as Writable).end('a passphrase')
      expect(await ending(child)).toMatchObject({ code: 0, stdout: 'a passphrase\n', stderr: '' })
    },
  )

  test('leaves the error for a closed descriptor to the program', async () => {
    installNode()
    install(`console.log(...process.argv.slice(2))`)
    const { stdout } = await ending(start(['--passphrase-fd', '900'], { old: true }))
    expect(stdout).toBe('--passphrase-fd 900\n')
  })

  test('ends by the same signal as the program', async () => {
    installNode()
    install(`process.kill(process.pid, 'SIGKILL')`)
    expect(await ending(start([], { old: true }))).toMatchObject({ code: null, signal: 'SIGKILL' })
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'forwards %s sent to the launcher alone',
    async signal => {
      installNode()
      install(`
      const alive = setTimeout(() => {}, 10_000)
      process.once('${signal}', () => { console.log('heard ${signal}'); clearTimeout(alive); process.exitCode = 9 })
      console.log('ready')`)
      const child = start([], { old: true })
      child.stdout?.once('data', () => child.kill(signal))
      expect(await ending(child)).toMatchObject({ code: 9, stdout: `ready\nheard ${signal}\n` })
    },
  )

  test('the program exits when the launcher is killed, and does not see AXISOR_LAUNCHER', async () => {
    installNode()
    install(`
      const alive = setTimeout(() => {}, 10_000)
      process.once('SIGHUP', () => { console.log('heard SIGHUP'); clearTimeout(alive) })
      console.log(Object.keys(process.env).some(name => name.startsWith('AXISOR_')))`)
    const child = start([], { old: true })
    child.stdout?.once('data', () => child.kill('SIGKILL'))
    expect(await ending(child)).toMatchObject({ signal: 'SIGKILL', stdout: 'false\nheard SIGHUP\n' })
  })

  test('reports the required version in one line with exit code 2 if no Node is installed', async () => {
    install(`console.log('never')`)
    expect(await ending(start(['demo'], { old: true }))).toEqual({
      code: 2,
      signal: null,
      stdout: '',
      stderr: 'axisor: requires Node.js 22.19 or newer, found 20.1.0: install it from https://nodejs.org\n',
    })
  })
})

describe('the compile cache', () => {
  const cacheOf = (home: string) => join(home, '.cache', 'axisor')

  beforeEach(() => install(`console.log('done')`))

  test('is in the cache directory of the user', async () => {
    await ending(start([], { env: { HOME: folder } }))
    expect(statSync(cacheOf(folder)).mode & 0o777).toBe(0o700)
    expect(readdirSync(cacheOf(folder))).toEqual(['compiled'])
  })

  test('is in XDG_CACHE_HOME if set', async () => {
    const caches = join(folder, 'caches')
    await ending(start([], { env: { HOME: '/dev/null', XDG_CACHE_HOME: caches } }))
    expect(readdirSync(join(caches, 'axisor'))).toEqual(['compiled'])
  })

  test('is not used in a directory that other users can write to', async () => {
    mkdirSync(cacheOf(folder), { recursive: true })
    chmodSync(cacheOf(folder), 0o770)
    expect((await ending(start([], { env: { HOME: folder } }))).stdout).toBe('done\n')
    expect(readdirSync(cacheOf(folder))).toEqual([])
  })

  test('is not used behind a symbolic link', async () => {
    mkdirSync(join(folder, 'elsewhere'))
    mkdirSync(join(folder, '.cache'))
    symlinkSync(join(folder, 'elsewhere'), cacheOf(folder))
    expect((await ending(start([], { env: { HOME: folder } }))).stdout).toBe('done\n')
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([])
  })

  test.each([{}, { HOME: '/dev/null' }, { HOME: 'relative' }])(
    'is optional: the program runs with the environment %o',
    async env => {
      expect(await ending(start([], { env }))).toMatchObject({ code: 0, stdout: 'done\n', stderr: '' })
    },
  )
})
