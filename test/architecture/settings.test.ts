import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const read = (file: string) => readFileSync(file, 'utf8')

describe('documents on settings', () => {
  test('have a row for each setting, with its flag, variable and name in the config file', () => {
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

  test('mention every variable that the program reads', () => {
    const documents = ['README.md', ...globSync('docs/*.md')].map(read).join('\n')
    const named = globSync('src/**/*.ts').flatMap(file => read(file).match(/\bAXISOR_[A-Z_]+[A-Z]\b/g) ?? [])
    // The build inserts the version.
    const variables = new Set(named.filter(name => name !== 'AXISOR_VERSION'))
    expect(variables.size).toBeGreaterThan(20)
    expect([...variables].filter(name => !documents.includes(`\`${name}\``))).toEqual([])
  })
})
