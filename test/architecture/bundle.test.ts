import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eastAsianWidth } from 'get-east-asian-width'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { entriesOf, filesLoadedWith, loadedWith, type Meta, packagesIn } from './bundle.ts'

/** Optional packages: bundled code uses them if installed. */
const OPTIONAL_PACKAGES = ['bufferutil', 'pg-native', 'supports-color', 'utf-8-validate']

const SCREEN_PACKAGES = ['ink', 'react', 'react-reconciler', 'yoga-layout']

describe('built program', () => {
  let folder: string
  let meta: Meta

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'axisor-bundle-'))
    execFileSync(process.execPath, ['tools/build.js', '--outdir', folder])
    meta = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as Meta
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('loads no package at its entry, so that --version and --help start fast', () => {
    const entry = entriesOf(meta).get('src/main.ts')
    expect(entry).toBeDefined()
    expect([...packagesIn(loadedWith(meta, entry ?? ''))]).toEqual([])
  })

  test('loads Ink and React for the dashboard only', () => {
    const withScreen = [...entriesOf(meta)]
      .filter(([, file]) => SCREEN_PACKAGES.some(name => packagesIn(loadedWith(meta, file)).has(name)))
      .map(([source]) => source)
    expect(withScreen.filter(source => !source.startsWith('src/tui/'))).toEqual([])
  })

  test('keeps the keychain child process independent of all other code', () => {
    const child = entriesOf(meta).get('src/node/secrets/keychain/keychain-child.ts')
    expect(child).toBe(entriesOf(meta).get('src/main.ts')?.replace('main.cjs', 'keychain-child.cjs'))
    const loaded = [...loadedWith(meta, child ?? '')]
    expect(loaded.filter(source => !source.startsWith('src/node/secrets/keychain/'))).toEqual([])
  })

  test('keeps the thread of the ledgers apart from the relay, the screen and the network', () => {
    const thread = entriesOf(meta).get('src/ledger-worker.ts')
    expect(thread).toBe(entriesOf(meta).get('src/main.ts')?.replace('main.cjs', 'ledger-worker.cjs'))
    const loaded = [...loadedWith(meta, thread ?? '')]
    expect(
      loaded.filter(source => /^src\/(relay|tui|config|simulator|node\/secrets)\//.test(source)),
    ).toEqual([])
    // The driver of PostgreSQL runs there for a relay whose users are in PostgreSQL.
    const driver = /^(pg|pgpass|postgres|pg-.*|postgres-.*|split2|xtend)$/
    expect([...packagesIn(new Set(loaded))].filter(name => !driver.test(name))).toEqual(['zod'])
  })

  test("loads the keychain's native library in the child process only, on demand", () => {
    const loading = Object.entries(meta.outputs)
      .filter(([, { imports }]) => imports.some(({ path }) => path.startsWith('keytar')))
      .map(([file]) => file)
    expect(loading).toEqual([])
    const naming = readdirSync(folder)
      .filter(name => /\.cjs$/.test(name))
      .filter(name => /["']keytar["']/.test(readFileSync(join(folder, name), 'utf8')))
    expect(naming).toEqual(['keychain-child.cjs'])
  })

  test('loads the secret stores only to open one', () => {
    const stores = ['src/node/secrets/vault/vault.ts', 'src/node/secrets/keychain/keychain.ts']
    const loading = [...entriesOf(meta)]
      .filter(([, file]) => stores.some(source => loadedWith(meta, file).has(source)))
      .map(([source]) => source)
    expect(loading).toEqual(['src/node/secrets/open-secrets.ts'])
  })

  test('loads the completion scripts only for their own command', () => {
    const loading = [...entriesOf(meta)]
      .filter(([, file]) =>
        [...loadedWith(meta, file)].some(source => /completion\/(bash|zsh|fish)\.ts$/.test(source)),
      )
      .map(([source]) => source)
    expect(loading).toEqual(['src/commands/completion/completion.ts'])
  })

  test('keeps only the packages that package.json lists as dependencies outside the bundle', () => {
    const external = Object.values(meta.outputs)
      .flatMap(({ imports }) => imports.map(({ path }) => path))
      .filter(path => !(path in meta.outputs) && !isBuiltin(path) && !OPTIONAL_PACKAGES.includes(path))
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object }
    // The native library is loaded by the child process, at an address that esbuild does not see.
    expect([...new Set([...external, 'keytar'])]).toEqual(Object.keys(dependencies))
  })

  test('comes with the license of every package in it', () => {
    const text = readFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), 'utf8')
    const sources = Object.values(meta.outputs).flatMap(({ inputs }) => Object.keys(inputs))
    const packages = [...packagesIn(new Set(sources))]
    expect(packages.length).toBeGreaterThan(50)
    expect(packages.filter(name => !text.includes(`\n${name} `))).toEqual([])
  })

  test('loads few files for a command, as each one delays the start', () => {
    const line = entriesOf(meta).get('src/commands/views/line.ts') ?? ''
    expect(filesLoadedWith(meta, line).size).toBeLessThanOrEqual(8)
  })

  test('loads the cluster code and Redis only with --cluster', () => {
    const withIt = [...entriesOf(meta)]
      .filter(([, file]) => {
        const sources = loadedWith(meta, file)
        const isCluster = [...sources].some(source => source.startsWith('src/relay/cluster/'))
        return isCluster || packagesIn(sources).has('ioredis')
      })
      .map(([source]) => source)
    expect(withIt.filter(source => !source.includes('ioredis')).sort()).toEqual([
      'src/node/broker/redis-broker.ts',
      'src/relay/upstreams/cluster.ts',
    ])
  })

  test.each([
    ['undici', ['src/node/net/proxy/connect-tunnel.ts', 'src/node/notify/notifier.ts']],
    ['socks', ['src/node/net/proxy/socks-tunnel.ts']],
    ['nodemailer', ['src/node/notify/smtp.ts']],
    ['nostr-tools', ['src/node/notify/nostr.ts']],
  ])('loads %s only with %j', (name, sources) => {
    const loading = [...entriesOf(meta)]
      .filter(([, file]) => packagesIn(loadedWith(meta, file)).has(name))
      .map(([entry]) => entry)
    expect(loading.sort()).toEqual(sources)
  })

  test('loads what uses a proxy only for a connection through one', () => {
    const loading = [...entriesOf(meta)]
      .filter(([, file]) => [...loadedWith(meta, file)].some(each => each.startsWith('src/node/net/proxy/')))
      .map(([entry]) => entry)
    expect(loading.filter(entry => !entry.startsWith('src/node/net/proxy/'))).toEqual([])
  })

  test('loads no code of the dashboard for other commands', () => {
    const mixed = [...entriesOf(meta)]
      .filter(([source]) => !source.startsWith('src/tui/'))
      .filter(([, file]) => [...loadedWith(meta, file)].some(source => source.startsWith('src/tui/')))
      .map(([source]) => source)
    expect(mixed).toEqual([])
  })
})

test('opens the platform and sends plain HTTP without loading TLS, compression and child processes', () => {
  const [world, http] = ['world', 'net/http'].map(
    name => new URL(`../../src/node/${name}.ts`, import.meta.url).href,
  )
  const program = `
    const [{ openWorld }, { openHttp }] = await Promise.all([import('${world}'), import('${http}')])
    openWorld('1.2.3')
    await openHttp('axisor/test').get('http://127.0.0.1:1', '/', {}, 1_000).catch(() => {})
    const seldom = /^NativeModule (http|https|tls|zlib|child_process|worker_threads)$/
    console.log(process.moduleLoadList.filter(name => seldom.test(name)).join())`
  const loaded = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  expect(loaded).toBe('NativeModule http\n')
})

test("connects to the exchange without loading Node's second HTTP client, undici", () => {
  const urls = ['net/http', 'net/sockets'].map(
    name => new URL(`../../src/node/${name}.ts`, import.meta.url).href,
  )
  const program = `
    for (const url of ${JSON.stringify(urls)}) await import(url)
    console.log(process.moduleLoadList.filter(name => /undici/.test(name)).join())`
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })).toBe(
    '\n',
  )
})

test('treats every emoji of one UTF-16 unit as a wide character, as the build assumes', () => {
  const units = Array.from({ length: 0x10000 }, (_, code) => code)
  const emoji = units.filter(code => /^\p{RGI_Emoji}$/v.test(String.fromCharCode(code)))
  expect(emoji.length).toBeGreaterThan(50)
  expect(emoji.filter(code => eastAsianWidth(code) !== 2)).toEqual([])
})

describe('bundle metadata', () => {
  const meta: Meta = {
    outputs: {
      'main.js': {
        entryPoint: 'src/main.ts',
        inputs: { 'src/main.ts': {} },
        imports: [
          { path: 'part-1.js', kind: 'import-statement' },
          { path: 'late.js', kind: 'dynamic-import' },
        ],
      },
      'part-1.js': {
        inputs: { 'node_modules/zod/mini.js': {} },
        imports: [
          { path: 'part-2.js', kind: 'import-statement' },
          { path: 'node:fs', kind: 'import-statement' },
        ],
      },
      'part-2.js': {
        inputs: { 'node_modules/a/node_modules/@b/c/index.js': {} },
        imports: [{ path: 'main.js', kind: 'import-statement' }],
      },
      'late.js': {
        entryPoint: 'src/tui/late.ts',
        inputs: { 'node_modules/ink/build/index.js': {} },
        imports: [],
      },
    },
  }

  test('follows static imports transitively, but not dynamic ones', () => {
    expect([...loadedWith(meta, 'main.js')]).toEqual([
      'src/main.ts',
      'node_modules/zod/mini.js',
      'node_modules/a/node_modules/@b/c/index.js',
    ])
  })

  test('identifies packages by the innermost node_modules', () => {
    expect([...packagesIn(loadedWith(meta, 'main.js'))]).toEqual(['zod', '@b/c'])
    expect([...packagesIn(loadedWith(meta, 'late.js'))]).toEqual(['ink'])
  })

  test('treats a dynamically imported file as an entry', () => {
    expect([...entriesOf(meta)]).toEqual([
      ['src/main.ts', 'main.js'],
      ['src/tui/late.ts', 'late.js'],
    ])
  })
})
