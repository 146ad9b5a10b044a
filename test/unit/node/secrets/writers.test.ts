import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { breakLock, withLock } from '../../../../src/node/files/file-lock.ts'
import { openFiles } from '../../../../src/node/files/files.ts'
import { Vault, vaultPath } from '../../../../src/node/secrets/vault/vault.ts'
import type { SecretId } from '../../../../src/ports/secrets.ts'
import { passphraseThatIs } from '../../../support/passphrases.ts'
import { openTempFolder } from '../../../support/temp-folder.ts'

const PLACE: SecretId = { exchange: 'lnmarkets', network: 'mainnet', profile: 'main' }
const RIGHT = 'correct horse battery'
const CHEAP = { N: 2 ** 15, p: 1 }
const TIMEOUT = { timeout: 60_000 }

let folder: ReturnType<typeof openTempFolder>
beforeEach(() => {
  folder = openTempFolder()
})
afterEach(() => folder.remove())

const open = (data = folder.path): Vault =>
  new Vault({ XDG_DATA_HOME: data }, { passphrase: passphraseThatIs(RIGHT) }, CHEAP)

/** Starts another process that runs a module, with `src` as the URL of the sources. */
function start(text: string, ...args: readonly string[]): ChildProcess {
  const src = new URL('../../../../src/', import.meta.url).href
  const script = `const src = ${JSON.stringify(src)}; const args = process.argv.slice(1)\n${text}`
  return spawn(process.execPath, ['--input-type=module', '-e', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

const WRITE_VAULT = `
const { Vault } = await import(src + 'node/secrets/vault/vault.ts')
const [data, letter, times] = args
const passphrase = { tries: 1, ask: async () => '${RIGHT}' }
const vault = new Vault({ XDG_DATA_HOME: data }, { passphrase }, { N: 2 ** 15, p: 1 })
for (let i = 0; i < Number(times); i += 1) {
  await vault.write({ exchange: 'lnmarkets', network: 'mainnet', profile: 'main' }, letter.repeat(20_000))
  console.log(i)
}`

async function exitCode(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, 'exit')
  return code
}

/** Kills a process with SIGKILL after it has printed this many lines. */
async function killAfter(child: ChildProcess, lines: number): Promise<void> {
  const ended = once(child, 'exit')
  let output = ''
  for await (const chunk of child.stdout ?? []) {
    output += chunk
    if (output.split('\n').length > lines) break
  }
  child.kill('SIGKILL')
  await ended
}

describe('concurrent logins', () => {
  test(
    'both succeed in separate processes; the last write wins and no other file is left',
    TIMEOUT,
    async () => {
      const children = ['a', 'b', 'c'].map(letter => start(WRITE_VAULT, folder.path, letter, '4'))
      expect(await Promise.all(children.map(exitCode))).toEqual([0, 0, 0])
      expect(await open().read(PLACE)).toMatch(/^(a{20000}|b{20000}|c{20000})$/)
      const path = vaultPath({ XDG_DATA_HOME: folder.path }, PLACE)
      expect(readdirSync(dirname(path))).toEqual(['lnmarkets.mainnet.main.json'])
    },
  )
})

describe('a killed login', () => {
  test('never leaves a partial vault file, and does not block the next login', TIMEOUT, async () => {
    for (let round = 1; round <= 5; round += 1) {
      await killAfter(start(WRITE_VAULT, folder.path, 'x', '1000'), round)
      expect(await open().read(PLACE)).toMatch(/^x{20000}$/)
    }
    await open().write(PLACE, 'after all')
    expect(await open().read(PLACE)).toBe('after all')
    const path = vaultPath({ XDG_DATA_HOME: folder.path }, PLACE)
    expect(readdirSync(dirname(path))).toEqual(['lnmarkets.mainnet.main.json'])
  })

  test('never leaves a partial private file', TIMEOUT, async () => {
    const path = join(folder.path, 'private')
    const write = `
      const { openFiles } = await import(src + 'node/files/files.ts')
      for (let i = 0; ; i += 1) {
        await openFiles().writePrivate(args[0], 'ab'[i % 2].repeat(900_000))
        console.log(i)
      }`
    const isWhole = (): void => expect(readFileSync(path, 'utf8')).toMatch(/^(a{900000}|b{900000})$/)
    for (let round = 1; round <= 5; round += 1) {
      await killAfter(start(write, path), round)
      isWhole()
    }
    // Readers never see a partial file either.
    const writer = start(write, path)
    const ended = killAfter(writer, 60)
    while (writer.exitCode === null && writer.signalCode === null) {
      isWhole()
      await new Promise(resolve => setImmediate(resolve))
    }
    await ended
    await openFiles().writePrivate(path, 'whole')
    expect(readdirSync(folder.path)).toEqual(['private'])
  })
})

describe('drafts', () => {
  test('removes those of exited writers, and keeps those of live ones and files with similar names', async () => {
    const path = join(folder.path, 'private')
    const gone = spawnSync('true').pid
    const old = new Date(Date.now() - 2 * 3_600_000)
    const named = (pid: number, tail = 'new'): string => `private.${pid}-0123abcd.${tail}`
    for (const name of [
      named(gone),
      named(process.pid),
      named(gone, 'old'),
      `other.${gone}-0123abcd.new`,
      named(1),
    ])
      writeFileSync(join(folder.path, name), 'draft')
    utimesSync(join(folder.path, named(1)), old, old)
    await openFiles().writePrivate(path, 'text')
    expect(readdirSync(folder.path).sort()).toEqual(
      ['private', named(process.pid), named(gone, 'old'), `other.${gone}-0123abcd.new`].sort(),
    )
  })
})

const mountpoint = spawnSync('sh', [
  '-c',
  'd=$(mktemp -d) && mount -t tmpfs -o size=64k none "$d" && umount "$d"; s=$?; rmdir "$d"; exit $s',
])
const canMount = mountpoint.status === 0

describe.runIf(canMount)(
  `a full disk${canMount ? '' : ' (skipped: no file system can be mounted here)'}`,
  () => {
    let disk: string
    beforeEach(() => {
      disk = join(folder.path, 'disk')
      mkdirSync(disk)
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k,mode=700', 'none', disk]).status).toBe(0)
    })
    afterEach(() => {
      expect(spawnSync('umount', [disk]).status).toBe(0)
    })
    const fill = (): void => {
      spawnSync('sh', ['-c', `cat /dev/zero > '${disk}/ballast'`])
      expect(statSync(join(disk, 'ballast')).size).toBeGreaterThan(10_000)
    }

    test('keeps the old credentials, reports it in one line and leaves no draft', async () => {
      await open(disk).write(PLACE, 'old')
      fill()
      const error = await open(disk)
        .write(PLACE, 'n'.repeat(9_000))
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        code: 'config',
        message: expect.stringMatching(/^cannot write \S+: the disk is full$/),
        hint: 'Nothing was changed; check the disk and the permissions of the directory.',
      })
      expect(await open(disk).read(PLACE)).toBe('old')
      const path = vaultPath({ XDG_DATA_HOME: disk }, PLACE)
      expect(readdirSync(dirname(path))).toEqual(['lnmarkets.mainnet.main.json'])
    })

    test('still removes what is stored', async () => {
      await open(disk).write(PLACE, 'old')
      fill()
      expect(await open(disk).remove(PLACE)).toBe(true)
      expect(await open(disk).read(PLACE)).toBeNull()
    })

    test('rejects a first login with the same error', async () => {
      fill()
      await expect(open(disk).write(PLACE, 'first')).rejects.toMatchObject({ code: 'config' })
      expect(await open(disk).read(PLACE)).toBeNull()
    })
  },
)

describe('withLock', () => {
  const lockPath = (): string => join(folder.path, 'a.lock')
  const holder = (over: object): string =>
    JSON.stringify({ pid: process.pid, started: null, host: hostname(), ...over })
  const left = (text: string, ageMs = 0): void => {
    writeFileSync(lockPath(), text)
    const at = new Date(Date.now() - ageMs)
    utimesSync(lockPath(), at, at)
  }

  test('admits one process at a time, also after a holder was killed', TIMEOUT, async () => {
    const count = `
      const { withLock } = await import(src + 'node/files/file-lock.ts')
      const { readFileSync, writeFileSync } = await import('node:fs')
      for (let i = 0; i < 10; i += 1) await withLock(args[0] + '/a.lock', async () => {
        const n = Number(readFileSync(args[0] + '/count', 'utf8'))
        await new Promise(resolve => setImmediate(resolve))
        writeFileSync(args[0] + '/count', String(n + 1))
      }, 50_000)`
    writeFileSync(join(folder.path, 'count'), '0')
    left(holder({ pid: spawnSync('true').pid }))
    const children = Array.from({ length: 4 }, () => start(count, folder.path))
    expect(await Promise.all(children.map(exitCode))).toEqual([0, 0, 0, 0])
    expect(readFileSync(join(folder.path, 'count'), 'utf8')).toBe('40')
    expect(readdirSync(folder.path)).toEqual(['count'])
  })

  test.each([
    ['an exited process', () => holder({ pid: spawnSync('true').pid }), 0],
    ['a process whose pid was reused', () => holder({ pid: 1, started: '1' }), 0],
    ['another machine for over a minute', () => holder({ host: 'elsewhere' }), 61_000],
    ['no process, because its creator was killed', () => '', 6_000],
  ])('breaks a lock held by %s', async (_whom, text, ageMs) => {
    left(text(), ageMs)
    expect(await withLock(lockPath(), async () => 'done', 0)).toBe('done')
    expect(readdirSync(folder.path)).toEqual([])
  })

  test.each([
    ['a live process', () => holder({}), 3_600_000],
    ['another machine since just now', () => holder({ host: 'elsewhere' }), 0],
    ['a process that has not written its name yet', () => '', 0],
  ])('respects a lock held by %s, and names the file', async (_whom, text, ageMs) => {
    left(text(), ageMs)
    const error = await withLock(lockPath(), async () => 'done', 0).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'config',
      message: `another axisor holds the lock ${lockPath()}`,
      hint: expect.stringContaining('remove that file'),
    })
    expect(readFileSync(lockPath(), 'utf8')).toBe(text())
  })

  test('puts back a lock that replaced the stale one before it was broken', async () => {
    const theirs = holder({ turn: 'new' })
    left(theirs)
    await breakLock(lockPath(), holder({ turn: 'stale' }))
    expect(readFileSync(lockPath(), 'utf8')).toBe(theirs)
    expect(readdirSync(folder.path)).toEqual(['a.lock'])
    await breakLock(lockPath(), theirs)
    expect(readdirSync(folder.path)).toEqual([])
  })

  test('releases the lock if the work fails', async () => {
    const failing = withLock(lockPath(), async () => {
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await withLock(lockPath(), async () => 'done', 0)).toBe('done')
  })
})
