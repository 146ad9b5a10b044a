import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'

interface Manifest {
  readonly bin: Readonly<Record<string, string>>
  readonly man: readonly string[]
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest

describe('the package', () => {
  let files: ReadonlySet<string>

  beforeAll(() => {
    // Without the scripts, which would build again while other tests run the program.
    const report = execFileSync(
      'npm',
      ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'],
      {
        encoding: 'utf8',
      },
    )
    // One report per package: an array, or an object by name since npm 12.
    const [packed] = Object.values(JSON.parse(report) as Record<string, { files: { path: string }[] }>)
    files = new Set(packed?.files.map(({ path }) => path))
  })

  test('contains the program, its child process, its thread, its manual page and all licenses', () => {
    const wanted = [
      ...Object.values(manifest.bin),
      ...manifest.man,
      'dist/main.cjs',
      'dist/THIRD-PARTY-LICENSES.txt',
      'dist/keychain-child.cjs',
      'dist/ledger-worker.cjs',
      'dist/history-thread.cjs',
      'LICENSE',
    ]
    expect(wanted.filter(file => !files.has(file))).toEqual([])
  })

  test('contains no source map, no source and no test', () => {
    expect([...files].filter(file => /\.map$|\.tsx?$|^(src|test|tools|bench|dist\/\.)/.test(file))).toEqual(
      [],
    )
  })

  test('has no dead link in its documents', () => {
    const documents = [...files].filter(file => file.endsWith('.md'))
    expect(documents).toContain('README.md')
    expect(documents.flatMap(file => deadLinks(file, path => inPackage(files, path)))).toEqual([])
  })

  test('depends on the native library of the keychain alone', () => {
    expect(Object.keys(manifest.dependencies)).toEqual(['keytar'])
  })

  test('lists its manual page as an array, the only form that npm links', () => {
    expect(manifest.man).toEqual(['dist/axisor.1'])
  })
})

test('the documents of the repository have no dead link', () => {
  const documents = globSync(['*.md', 'docs/**/*.md', '.github/**/*.md'])
  expect(documents.flatMap(file => deadLinks(file, existsSync))).toEqual([])
})

test('.node-version names the pinned Node.js', () => {
  expect(readFileSync('.node-version', 'utf8')).toBe(`${manifest.devDependencies.node}\n`)
})

/** True for a file of the package and for a folder that holds one. */
function inPackage(files: ReadonlySet<string>, path: string): boolean {
  const folder = path.endsWith('/') ? path : `${path}/`
  return files.has(path) || [...files].some(file => file.startsWith(folder))
}

/** The relative links of a document that lead nowhere. */
function deadLinks(document: string, exists: (path: string) => boolean): readonly string[] {
  const targets = [...readFileSync(document, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(
    ([, target]) => target ?? '',
  )
  return targets
    .filter(target => !/^(https?:|mailto:|#)/.test(target))
    .filter(target => !exists(posix.join(posix.dirname(document), target.replace(/#.*$/, ''))))
    .map(target => `${document}: ${target}`)
}
