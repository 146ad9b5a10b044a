import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { ending, folder, inNewFolders, install, start, writePart } from './launched.ts'

inNewFolders()

describe('the program', () => {
  test('runs each part once, in the order of its requirements, even in a circle', async () => {
    install(`console.log(require('./a.cjs').of('b'), require('./a.cjs') === require('./a.cjs'))`)
    writePart(
      'a.cjs',
      `module.exports.of = word => word + require('./b.cjs').count; module.exports.count = 1; console.log('a')`,
    )
    writePart('b.cjs', `const a = require('./a.cjs'); console.log('b'); module.exports.count = a.count + 1`)
    expect((await ending(start([]))).stdout).toBe('a\nb\nb2 true\n')
  })

  test('names a part and its line in the stack of an error', async () => {
    install(`require('./a.cjs')`)
    writePart('a.cjs', `\nthrow new Error('broken')`)
    expect((await ending(start([]))).stderr).toMatch(/dist\/a\.cjs:2\n/)
  })

  test('requires a part that has failed again', async () => {
    install(`
      for (const attempt of [1, 2]) try { require('./a.cjs') } catch ({ message }) { console.log(attempt, message) }`)
    writePart('a.cjs', `throw new Error('broken')`)
    expect((await ending(start([]))).stdout).toBe('1 broken\n2 broken\n')
  })

  test("finds Node's modules and installed packages, and reports a missing one", async () => {
    install(`
      console.log(require('node:path') === require('path'), require('here'))
      try { require('nowhere') } catch ({ code }) { console.log(code) }`)
    mkdirSync(join(folder, 'node_modules', 'here'), { recursive: true })
    writeFileSync(join(folder, 'node_modules', 'here', 'index.js'), `module.exports = 'installed'`)
    expect((await ending(start([]))).stdout).toBe('true installed\nMODULE_NOT_FOUND\n')
  })
})

describe('the cache of compiled code', () => {
  const cacheOf = (home: string) => join(home, '.cache', 'axisor', 'compiled')
  const code = `line.${process.version}-${process.arch}`
  const run = (...args: string[]) => ending(start(args, { env: { HOME: folder } }))
  const stored = () => readFileSync(join(cacheOf(folder), code))
  const partsOf = (bytes: Buffer) => {
    const index = bytes.toString('latin1', 24, 24 + bytes.readUInt32LE(20))
    return (JSON.parse(index) as { readonly parts: readonly [string, number][] }).parts
  }
  const inode = () => statSync(join(cacheOf(folder), code)).ino

  /** A program that says whether V8 compiled \`called\` in this run: a function from the cache was compiled in another. */
  beforeEach(() => {
    install(`require('./a.cjs'); if (process.argv[3] === 'fail') process.exitCode = 1`)
    writePart('a.cjs', `console.log('done')`)
  })

  test('is in the cache directory of the user, who alone can read it', async () => {
    await run('line')
    expect(readdirSync(cacheOf(folder))).toEqual([code])
    expect(statSync(cacheOf(folder)).mode & 0o777).toBe(0o700)
    expect(statSync(join(cacheOf(folder), code)).mode & 0o777).toBe(0o600)
  })

  test('is in XDG_CACHE_HOME if set', async () => {
    const caches = join(folder, 'caches')
    await ending(start(['line'], { env: { HOME: '/dev/null', XDG_CACHE_HOME: caches } }))
    expect(readdirSync(join(caches, 'axisor', 'compiled'))).toEqual([code])
  })

  test('is left out where no folder can be made, and the program runs', async () => {
    const { code: exit, stdout } = await ending(start(['line'], { env: { HOME: '/proc' } }))
    expect([exit, stdout]).toEqual([0, 'done\n'])
  })

  test('holds the functions that a command has called, not the others', async () => {
    const body = Array.from({ length: 200 }, (_, index) => `console.log(${index} % ${index + 7})`).join(';')
    writePart('a.cjs', `function f() { ${body} } if (process.argv[3] === 'call') f()`)
    await run('line')
    const without = stored().length
    rmSync(join(cacheOf(folder), code))
    await run('line', 'call')
    expect(stored().length).toBeGreaterThan(without + 1_000)
  })

  test('is written once', async () => {
    await run('line')
    const before = inode()
    await run('line')
    expect(inode()).toBe(before)
  })

  test('gets the part that only a later run loads, and keeps the others while they exist', async () => {
    await run('line')
    writePart('b.cjs', `console.log('b')`)
    install(`require('./b.cjs')`)
    await run('line')
    expect(partsOf(stored()).map(([name]) => name)).toEqual(['a.cjs', 'b.cjs'])
    rmSync(join(folder, 'dist', 'a.cjs'))
    writePart('c.cjs', '')
    install(`require('./c.cjs')`)
    await run('line')
    expect(partsOf(stored()).map(([name]) => name)).toEqual(['b.cjs', 'c.cjs'])
  })

  test('is read again for a part that a server loads long after its start', async () => {
    install(`
      const wait = setTimeout
      globalThis.setTimeout = then => wait(then, 0)
      require('./a.cjs')
      wait(() => {
        require('fs').rmSync(process.argv[3], { force: true })
        require('./b.cjs')
      }, 0)`)
    writePart('b.cjs', `console.log('b')`)
    const file = join(cacheOf(folder), code)
    await run('line', file)
    expect((await run('line', file)).stdout).toBe('done\nb\n')
    // Its code was no longer in memory, so it was compiled and stored.
    expect(partsOf(stored()).map(([name]) => name)).toEqual(['a.cjs', 'b.cjs'])
  })

  test('is not written by a command that failed', async () => {
    expect((await run('line', 'fail')).code).toBe(1)
    expect(readdirSync(cacheOf(folder))).toEqual([])
  })

  test.each([129, 130, 143])(
    'is written by a command that a signal ended, code %d, until one ends by itself',
    async exitCode => {
      writePart('a.cjs', `process.exitCode = Number(process.argv[3])`)
      expect((await run('line', String(exitCode))).code).toBe(exitCode)
      const early = inode()
      await run('line', '0')
      const whole = inode()
      expect(whole).not.toBe(early)
      await run('line', String(exitCode))
      expect(inode()).toBe(whole)
    },
  )

  test('is written again by a run that is much longer', async () => {
    writePart('a.cjs', `setTimeout(() => {}, Number(process.argv[3]))`)
    await run('line', '0')
    const short = inode()
    await run('line', '2100')
    expect(inode()).not.toBe(short)
  })

  test('may be gone when a command ends', async () => {
    writePart(
      'a.cjs',
      `require('fs').rmSync('${join(folder, '.cache')}', { recursive: true }); require('fs').writeFileSync('${join(folder, '.cache')}', '')`,
    )
    expect(await run('line')).toMatchObject({ code: 0, stderr: '' })
  })

  test.each([['../x'], ['Line'], ['a word'], ['']])('is named by no argument such as %j', async word => {
    await run(word)
    expect(readdirSync(cacheOf(folder))).toEqual([code.replace('line', 'axisor')])
  })

  test.each([
    ['cut', (bytes: Buffer) => bytes.subarray(0, 300)],
    ['empty', () => Buffer.alloc(0)],
    ['zeroed', (bytes: Buffer) => Buffer.alloc(bytes.length)],
    [
      'changed in one byte of the code',
      (bytes: Buffer) => bytes.map((byte, index) => (index === bytes.length - 90 ? byte ^ 255 : byte)),
    ],
  ])('is replaced when it is %s', async (_damage, damaged) => {
    await run('line')
    const good = stored()
    writeFileSync(join(cacheOf(folder), code), damaged(good))
    expect(await run('line')).toMatchObject({ code: 0, stdout: 'done\n', stderr: '' })
    expect(partsOf(stored())).toEqual(partsOf(good))
  })

  test('is replaced when V8 refuses it', async () => {
    await run('line')
    const good = stored()
    const other = spawn(process.execPath, ['--no-opt', join(folder, 'bin', 'axisor.js'), 'line'], {
      env: { PATH: process.env.PATH, HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    expect(await ending(other)).toMatchObject({ code: 0, stdout: 'done\n', stderr: '' })
    expect(stored().equals(good)).toBe(false)
  })

  test('is not used in a directory that other users can write to', async () => {
    mkdirSync(cacheOf(folder), { recursive: true })
    chmodSync(join(cacheOf(folder), '..'), 0o770)
    expect((await run('line')).stdout).toBe('done\n')
    expect(readdirSync(cacheOf(folder))).toEqual([])
  })

  test('is not used behind a symbolic link', async () => {
    mkdirSync(join(folder, 'elsewhere'))
    mkdirSync(join(folder, '.cache'))
    symlinkSync(join(folder, 'elsewhere'), join(folder, '.cache', 'axisor'))
    expect((await run('line')).stdout).toBe('done\n')
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([])
  })

  test.each([{}, { HOME: '/dev/null' }, { HOME: 'relative' }])(
    'is optional: the program runs with the environment %o',
    async env => {
      expect(await ending(start(['line'], { env }))).toMatchObject({ code: 0, stdout: 'done\n', stderr: '' })
    },
  )

  test('is not used with NODE_DISABLE_COMPILE_CACHE', async () => {
    await ending(start(['line'], { env: { HOME: folder, NODE_DISABLE_COMPILE_CACHE: '1' } }))
    expect(existsSync(cacheOf(folder))).toBe(false)
  })
})
