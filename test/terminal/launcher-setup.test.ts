import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const tools = new URL('../../tools/', import.meta.url)

let folder: string
let root: URL

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'axisor-setup-'))
  root = pathToFileURL(`${folder}/`)
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs a module with access to the tools and returns its output; rejects if it fails. */
function run(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--input-type=module', '--eval', text], (error, stdout) => {
      if (error === null) resolve(stdout.trim())
      else reject(error)
    })
  })
}

describe('the set-up lock', () => {
  const locked = (work: string) => `
    import { appendFileSync } from 'node:fs'
    import { setTimeout as sleep } from 'node:timers/promises'
    import { withLock } from '${new URL('lock.js', tools)}'
    const note = text => appendFileSync(new URL('notes', '${root}'), text)
    await withLock(new URL('dist/lock', '${root}'), () => {}, async () => { ${work} })`
  const notes = () => readFileSync(join(folder, 'notes'), 'utf8')

  test('admits one process at a time', async () => {
    const work = locked(`note('('); await sleep(30); note(')')`)
    await Promise.all([run(work), run(work), run(work)])
    expect(notes()).toBe('()()()')
    expect(existsSync(join(folder, 'dist', 'lock'))).toBe(false)
  })

  test('is released if the work fails', async () => {
    await expect(run(locked(`throw new Error('no network')`))).rejects.toThrow('no network')
    await run(locked(`note('in')`))
    expect(notes()).toBe('in')
  })

  test('is taken over from a killed process', async () => {
    await expect(
      run(locked(`note('first '); process.kill(process.pid, 'SIGKILL'); await sleep(9999)`)),
    ).rejects.toThrow()
    expect(existsSync(join(folder, 'dist', 'lock'))).toBe(true)
    await run(locked(`note('second')`))
    expect(notes()).toBe('first second')
  })

  test('is not taken over from a live process, nor from a recent one on another machine', async () => {
    mkdirSync(join(folder, 'dist'))
    const owners = [
      { host: hostname(), pid: process.pid },
      { host: 'elsewhere.invalid', pid: 2 ** 30 },
    ]
    for (const owner of owners) {
      writeFileSync(join(folder, 'dist', 'lock'), JSON.stringify(owner))
      const waits = run(`
        import { withLock } from '${new URL('lock.js', tools)}'
        await withLock(new URL('dist/lock', '${root}'), () => { console.log('waits'); process.exit() }, () => console.log('in'))`)
      expect(await waits).toBe('waits')
    }
  })
})

describe('isInstalled', () => {
  const isInstalled = () =>
    run(
      `import { isInstalled } from '${new URL('installed.js', tools)}'; console.log(isInstalled(new URL('${root}')))`,
    )
  const write = (path: string, packages: Record<string, object>) =>
    writeFileSync(join(folder, path), JSON.stringify({ packages }))
  const required = {
    '': { version: '1.0.0' },
    'node_modules/ws': { version: '8.1.0' },
    'node_modules/for-another-platform': { version: '1.0.0', optional: true },
  }

  beforeEach(() => {
    mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true })
    writeFileSync(join(folder, 'node_modules', '.bin', 'node'), '')
    write('package-lock.json', required)
  })

  test('is true if the installed packages match the lock file', async () => {
    write('node_modules/.package-lock.json', { 'node_modules/ws': { version: '8.1.0' } })
    expect(await isInstalled()).toBe('true')
  })

  test('is false if npm did not finish', async () => {
    expect(await isInstalled()).toBe('false')
  })

  test('is false if a version differs or a package is missing', async () => {
    write('node_modules/.package-lock.json', { 'node_modules/ws': { version: '8.0.0' } })
    expect(await isInstalled()).toBe('false')
    write('node_modules/.package-lock.json', {})
    expect(await isInstalled()).toBe('false')
  })

  test('is false if the lock file has changed since', async () => {
    write('node_modules/.package-lock.json', { 'node_modules/ws': { version: '8.1.0' } })
    expect(await isInstalled()).toBe('true')
    write('package-lock.json', { ...required, 'node_modules/ws': { version: '8.2.0' } })
    expect(await isInstalled()).toBe('false')
  })

  test('is false if the pinned Node is missing', async () => {
    write('node_modules/.package-lock.json', { 'node_modules/ws': { version: '8.1.0' } })
    rmSync(join(folder, 'node_modules', '.bin', 'node'))
    expect(await isInstalled()).toBe('false')
  })
})
