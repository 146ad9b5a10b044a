import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bashScript } from '../../src/commands/completion/bash.ts'
import { commandNodes } from '../../src/commands/completion/command-nodes.ts'
import { fishScript } from '../../src/commands/completion/fish.ts'
import { zshScript } from '../../src/commands/completion/zsh.ts'
import { COMMANDS } from '../../src/commands/definitions.ts'
import { openPty } from '../support/pty.ts'

const isInstalled = (program: string) => spawnSync(program, ['-c', ':']).status === 0

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'axisor-completion-'))
  const nodes = commandNodes(COMMANDS)
  writeFileSync(join(folder, 'bash'), bashScript(nodes))
  writeFileSync(join(folder, 'fish'), fishScript(nodes))
  writeFileSync(join(folder, 'zsh'), zshScript(nodes))
  writeFileSync(join(folder, 'cert.pem'), '')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What is typed before the tab key, and the words that the shell offers. */
const CASES: readonly (readonly [line: string, words: readonly string[]])[] = [
  ['sn', ['snapshot']],
  ['relay ', ['alerts', 'backup', 'credentials', 'migrate', 'restore', 'serve', 'status', 'token', 'user']],
  ['relay token i', ['issue']],
  ['profiles ', ['use']],
  ['completion ', ['bash', 'fish', 'zsh']],
  ['wh', ['whatif']],
  ['si', ['sim', 'size']],
  ['size --side ', ['long', 'short']],
  ['whatif --mo', ['--move']],
  ['snapshot --f', ['--fields', '--format']],
  ['snapshot --format ', ['csv', 'json', 'line', 'prom', 'text']],
  ['login --json --move-to v', ['vault']],
  ['sim serve --scenario ', ['calm', 'crash', 'default', 'flat', 'many', 'squeeze']],
  ['relay serve --log-level s', ['silent']],
  ['relay serve --tls-cert c', ['cert.pem']],
  ['watch --theme ', ['auto', 'colorblind', 'dark', 'light', 'mono']],
  ['watch --interval ', []],
  ['watch --no-', ['--no-mouse']],
  ['demo --no-', ['--no-mouse']],
  ['watch ', []],
  ['nonsense ', []],
  ['completion bash ', []],
]

const hasBash = isInstalled('bash')

describe.runIf(hasBash)('the script of bash (needs bash)', () => {
  function complete(words: readonly string[]): readonly string[] {
    const program = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _axisor; printf '%s\\n' "\${COMPREPLY[@]}"`
    const args = ['-c', program, join(folder, 'bash'), ...words]
    const offered = execFileSync('bash', args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    return offered.split('\n').filter(Boolean).sort()
  }

  test.each(CASES)('completes axisor %s', (line, words) => {
    expect(complete(['axisor', ...line.split(' ')])).toEqual(words)
  })

  test('completes a value after an equals sign, which bash passes as a word of its own', () => {
    expect(complete(['axisor', 'watch', '--network', '='])).toEqual(['mainnet', 'signet'])
    expect(complete(['axisor', 'watch', '--network', '=', 's'])).toEqual(['signet'])
  })

  test('offers a file named * and files with spaces as they are', () => {
    for (const name of ['x*', 'xa', 'x y']) writeFileSync(join(folder, name), '')
    expect(complete(['axisor', 'relay', 'serve', '--tls-cert', 'x'])).toEqual(['x y', 'x*', 'xa'])
  })
})

const hasFish = isInstalled('fish')

describe.runIf(hasFish)('the script of fish (needs fish)', () => {
  function complete(line: string): readonly string[] {
    const program = 'source $argv[1]; complete -C $argv[2]'
    const args = ['--no-config', '-c', program, join(folder, 'fish'), `axisor ${line}`]
    const offered = execFileSync('fish', args, {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: folder },
    })
    return offered
      .split('\n')
      .filter(Boolean)
      .map(text => text.split('\t')[0] ?? '')
      .sort()
  }

  test.each(CASES)('completes axisor %s', (line, words) => {
    expect(complete(line)).toEqual(words)
  })

  test('completes a value after an equals sign', () => {
    expect(complete('watch --network=s')).toEqual(['--network=signet'])
  })
})

const hasZsh = isInstalled('zsh')

/** Writes the matches of each completion to a file, and prints MARK and a number after Ctrl-X. */
const zshConfiguration = (offered: string) => `
  PS1='READY '; LISTMAX=10000; count=0
  autoload -Uz compinit && compinit -u -d ${folder}/zcompdump
  source ${folder}/zsh
  compadd() {
    # With these options compadd only filters.
    if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
    local -a matches; builtin compadd -A matches "$@"
    (( $#matches )) && print -rl -- $matches >> ${offered}
    builtin compadd "$@"
  }
  finish() { BUFFER=''; zle -I; print MARK$((++count)) }
  zle -N finish; bindkey '^X' finish`

/** zsh offers a flag with its equals sign, and all flags where no other word can follow. */
function wordsOf(offered: string, line: string): readonly string[] {
  const words = offered
    .split('\n')
    .filter(word => word !== '' && !(line.endsWith(' ') && word.startsWith('-')))
  return [...new Set(words.map(word => word.replace(/=$/, '')))].sort()
}

describe.runIf(hasZsh)('the script of zsh (needs zsh)', () => {
  const runs: { readonly line: string; readonly words: readonly string[] }[] = []

  beforeAll(async () => {
    const offered = join(folder, 'offered')
    writeFileSync(join(folder, '.zshrc'), zshConfiguration(offered))
    const pty = openPty(`cd ${folder}; HOME=${folder} ZDOTDIR=${folder} exec zsh -i`, 200)
    try {
      await pty.until('the prompt', () => pty.raw().includes('READY'))
      for (const [index, [line]] of CASES.entries()) {
        writeFileSync(offered, '')
        pty.type(`axisor ${line}\t\x18`)
        await pty.until(`completion of ${line}`, () => pty.raw().includes(`MARK${index + 1}\r`))
        runs.push({ line, words: wordsOf(readFileSync(offered, 'utf8'), line) })
      }
    } finally {
      pty.close()
    }
  })

  test.each(CASES)('completes axisor %s', (line, words) => {
    expect(runs.find(run => run.line === line)?.words).toEqual(words)
  })
})
