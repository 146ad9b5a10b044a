import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { ending, folder, inNewFolders, install, installNode, start } from './launched.ts'

inNewFolders()

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

  test.each([
    ['relay serve', {}, '--max-semi-space-size=8'],
    ['relay serve', { NODE_OPTIONS: '--max_semi_space_size=32' }, ''],
    ['relay token', {}, ''],
  ])('limits the room for new objects of %s in the same process with %o', async (command, env, flags) => {
    install(`
      console.log([process.pid, process.execArgv.join(), process.argv.slice(2).join('|')].join(' '))
      process.exitCode = 8`)
    const args = [...command.split(' '), '--host', 'a b']
    const child = start(args, { env })
    expect(await ending(child)).toEqual({
      code: 8,
      signal: null,
      stdout: `${child.pid} ${flags} ${args.join('|')}\n`,
      stderr: '',
    })
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
      install(`console.log(require('node:fs').readFileSync(4, 'utf8'))`)
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

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
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
