import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/commands/definitions.ts'

const FILES = ['docs/deploy.md', 'docs/migration.md', ...globSync('docs/deploy/*')]
const UNITS = ['axisor-relay.service', 'axisor-alerts.service']

const text = FILES.map(file => readFileSync(file, 'utf8')).join('\n')

/** Flags of other programs in the documents. */
const FOREIGN = [
  ...['--omit', '--from', '--interval', '--timeout', '--start-period', '--retries', '--build-arg'],
  ...[
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--rm',
    '--stop-timeout',
    '--restart',
    '--tmpfs',
    '--memory',
  ],
  ...['--health-cmd', '--health-interval', '--health-timeout', '--health-start-period'],
  ...['--name', '--read-only', '--cap-drop', '--security-opt', '--secret'],
  ...['--format', '--dbname', '--file', '--list', '--owner', '--exit-on-error', '--single-transaction'],
  ...['--max-semi-space-size', '--no-owner', '--role', '--global', '--prefix', '--version'],
  ...['--now', '--quiet', '--pty', '--pipe', '--wait', '--collect', '--help'],
]

describe('documents on running a relay', () => {
  test('mention no variable that the program does not read', () => {
    const source = globSync('src/**/*.ts')
      .map(file => readFileSync(file, 'utf8'))
      .join('\n')
    const named = new Set(text.match(/\bAXISOR_[A-Z_]+\b/g))
    expect(named.size).toBeGreaterThan(2)
    // The code appends _FILE to the name of the variable.
    const unknown = [...named].filter(name => !source.includes(name.replace(/_FILE$/, '')))
    expect(unknown).toEqual([])
  })

  test('mention every relay variable that the program reads', () => {
    const read = globSync('src/**/*.ts').flatMap(
      file => readFileSync(file, 'utf8').match(/\bAXISOR_RELAY_[A-Z_]+\b/g) ?? [],
    )
    expect(read.length).toBeGreaterThan(10)
    expect([...new Set(read)].filter(name => !text.includes(`\`${name}\``))).toEqual([])
  })

  test('mention no flag and no command that does not exist', () => {
    const known = new Set(COMMANDS.flatMap(({ options }) => options.map(({ flags }) => flags.split(' ')[0])))
    const named = new Set(text.match(/(?<=[\s`("])--[a-z][a-z-]+/g))
    expect([...named].filter(flag => !known.has(flag) && !FOREIGN.includes(flag))).toEqual([])
    const commands = text.match(/axisor relay [a-z]+(?: [a-z]+){0,2}/g) ?? []
    const names = COMMANDS.map(({ name }) => `axisor ${name}`)
    expect(commands.filter(command => !names.some(name => command.startsWith(name)))).toEqual([])
  })
})

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0

describe.runIf(hasSystemd)('systemd unit (needs systemd-analyze)', () => {
  test.each(UNITS)('%s passes systemd-analyze verify', name => {
    const folder = mkdtempSync(join(tmpdir(), 'axisor-unit-'))
    try {
      const path = join(folder, name)
      const unit = readFileSync(`docs/deploy/${name}`, 'utf8')
      writeFileSync(path, unit.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'))
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' })
      expect(stderr).toBe('')
      expect(status).toBe(0)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('the shell function of docs/deploy.md', () => {
  const [definition = ''] = /^ {3}relay\(\) \{\n[\s\S]*?^ {3}\}$/m.exec(text) ?? []
  let folder: string
  let file: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'axisor-unit-'))
    file = join(folder, 'run.sh')
    writeFileSync(file, `${definition}\nrelay token issue alice --name "my laptop"`)
    // Prints its arguments in the place of systemd's.
    writeFileSync(join(folder, 'systemd-run'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 })
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const run = (program: string, ...args: readonly string[]) => {
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` }
    return spawnSync(program, args, { encoding: 'utf8', env }).stdout
  }

  test('takes no terminal in a pipe', () => {
    const stdout = run('sh', file)
    expect(stdout).toMatch(/^--quiet --pipe --wait .*axisor relay token issue alice --name my laptop\n$/)
    expect(stdout).not.toContain('--pty')
  })

  const hasScript = spawnSync('script', ['--version']).status === 0
  test.runIf(hasScript)('takes the terminal where there is one (needs script)', () => {
    expect(run('script', '-qec', `sh ${file}`, '/dev/null')).toMatch(/^--quiet --pty --wait /)
    expect(run('script', '-qec', `sh ${file} | cat`, '/dev/null')).toMatch(/^--quiet --pipe --wait /)
  })
})
