import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const read = (file: string) => readFileSync(file, 'utf8')

describe('what the documents say of settings', () => {
  test('has a row for each of the table in the code, with its flag, its variable and its name in the file', () => {
    const table = read('src/config/setting-sources.ts').matchAll(
      /flag: (?:'(.+?)'|null), env: '(.+?)', file: '(.+?)'/g,
    )
    const settings = [...table].map(([, flag, variable, name]) => ({ flag, variable, name }))
    expect(settings.length).toBeGreaterThan(9)
    const rows = read('docs/settings.md').split('\n')
    const missing = settings.filter(
      ({ flag, variable, name }) =>
        !rows.some(
          row =>
            row.includes(`| \`${variable}\` | \`${name}\` |`) &&
            (flag === undefined || row.startsWith(`| \`--${flag}\` |`)),
        ),
    )
    expect(missing).toEqual([])
  })

  test('names every variable that the program reads', () => {
    const documents = ['README.md', ...globSync('docs/*.md')].map(read).join('\n')
    const named = globSync('src/**/*.ts').flatMap(file => read(file).match(/\bAXISOR_[A-Z_]+[A-Z]\b/g) ?? [])
    // The version is put in by the build.
    const variables = new Set(named.filter(name => name !== 'AXISOR_VERSION'))
    expect(variables.size).toBeGreaterThan(20)
    expect([...variables].filter(name => !documents.includes(`\`${name}\``))).toEqual([])
  })
})
