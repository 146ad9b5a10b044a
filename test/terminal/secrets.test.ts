import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { READ_SCOPES } from '../../src/simulator/protocol/scopes.ts'
import { SCENARIOS } from '../../src/simulator/scenarios/scenarios.ts'
import { axisor, axisorRun, type Ran } from '../support/program.ts'
import { openPty, type Pty } from '../support/pty.ts'
import { openTestServer, type TestServer } from '../support/simulator-server.ts'

/** Nothing is traded in it: the number of positions stays, however slow the machine is. */
const CALM = SCENARIOS.filter(({ name }) => name === 'calm').map(scenario => ({ scenario }))[0]

const CANARY = { key: 'the-public-id', secret: 'canary-secret-4f9c', passphrase: 'canary-passphrase-77' }
const VAULT = 'canary-vault-passphrase'
const HIDDEN = [CANARY.secret, CANARY.passphrase, VAULT]

const ENV = {
  AXISOR_API_KEY: CANARY.key,
  AXISOR_API_SECRET: CANARY.secret,
  AXISOR_API_PASSPHRASE: CANARY.passphrase,
}

const TIMEOUT = { timeout: 60_000 }

let server: TestServer
let home: string

beforeAll(async () => {
  server = await openTestServer({ ...CALM, extraKeys: [{ credentials: CANARY, scopes: READ_SCOPES }] })
})
afterAll(() => server.close())
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'axisor-secrets-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function expectSilence(texts: Readonly<Record<string, string>>): void {
  for (const [place, text] of Object.entries(texts))
    for (const value of HIDDEN) expect(text.includes(value), `${place}: ${text.slice(0, 500)}`).toBe(false)
}

/** The arguments and environment of a process and its descendants, as the system shows them. */
function commandLinesOf(pid: number): string {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  const below = children === '' ? [] : children.split(' ').map(Number)
  return [readFileSync(`/proc/${pid}/cmdline`, 'utf8'), ...below.map(commandLinesOf)].join('\n')
}

function run(
  argv: readonly string[],
  { env = {}, ...more }: Parameters<typeof axisorRun>[1] = {},
): Promise<Ran> {
  return axisorRun(argv, { env: { HOME: home, ...env }, ...more })
}

const source = (): string[] => ['--api-url', server.apiUrl, '--stream-url', server.streamUrl]

function loginToVault(): Promise<Ran> {
  return run(['login', '--with-stdin', '--credential-store', 'vault', '--passphrase-fd', '3', ...source()], {
    stdin: JSON.stringify(CANARY),
    fd3: `${VAULT}\n`,
  })
}

/** The content of all files below a folder as one text. */
function filesBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}

describe('on a host without a keyring', () => {
  test('a key from a pipe is stored in the vault and used, and is never in clear text', TIMEOUT, async () => {
    const login = await loginToVault()
    expect(login.err).toContain('the key is stored in a file encrypted with your passphrase')
    expect(login.code).toBe(0)
    const file = join(home, 'passphrase')
    writeFileSync(file, VAULT, { mode: 0o600 })
    const env = { AXISOR_VAULT_PASSPHRASE_FILE: file }
    let shown = ''
    const watch = await run(['watch', '--json'], {
      env,
      onOutput(out, pid) {
        if (shown !== '' || !out.includes('"origin":"simulated"')) return
        shown = commandLinesOf(pid) + readFileSync(`/proc/${pid}/environ`, 'utf8')
        process.kill(pid, 'SIGTERM')
      },
    })
    expect(shown).toContain('watch')
    expect(watch.code).toBe(143)
    const first = watch.out.split('\n').find(line => line.includes('"origin":"simulated"'))
    expect(JSON.parse(first ?? '{}')).toMatchObject({ totals: { positionCount: 3 } })
    rmSync(file)
    expectSilence({
      login: login.out + login.err,
      watch: watch.out + watch.err,
      shown,
      files: filesBelow(home),
    })
  })

  test('login without a store exits with 4 and reports why there is no keychain', TIMEOUT, async () => {
    const { code, err } = await run(['login', '--with-stdin', ...source()], {
      stdin: JSON.stringify(CANARY),
    })
    expect(err).toMatch(/^axisor: no keychain: no D-Bus session \(.*\)\. Use --credential-store vault/m)
    expect(code).toBe(4)
    expect(readdirSync(home).filter(name => name !== '.cache')).toEqual([])
  })

  test('rejects a wrong passphrase without a prompt', TIMEOUT, async () => {
    await loginToVault()
    const { code, err, out } = await run(['snapshot', '--passphrase-fd', '3'], {
      fd3: 'some other passphrase',
    })
    expect(err).toMatch(/wrong passphrase, or the file was modified/)
    expect([code, out]).toEqual([4, ''])
  })

  test('waits for a passphrase until a signal', TIMEOUT, async () => {
    await loginToVault()
    const { code, err } = await run(['watch', '--json', '--passphrase-fd', '3'], {
      // More than a pipe buffers: once written, the program is reading.
      fd3: 'x'.repeat(900_000),
      fd3Read: pid => void process.kill(pid, 'SIGTERM'),
    })
    expect([code, err]).toEqual([143, ''])
  })

  test('two concurrent logins store both profiles', TIMEOUT, async () => {
    const ends = await Promise.all(
      ['one', 'two'].map(name =>
        run(
          [
            'login',
            '--with-stdin',
            '--profile',
            name,
            '--credential-store',
            'vault',
            '--passphrase-fd',
            '3',
            ...source(),
          ],
          {
            stdin: JSON.stringify(CANARY),
            fd3: VAULT,
          },
        ),
      ),
    )
    expect(ends.map(({ code }) => code)).toEqual([0, 0])
    const { out } = await run(['profiles', '--json'])
    const names = (JSON.parse(out) as { profiles: { name: string }[] }).profiles.map(({ name }) => name)
    expect(names.sort()).toEqual(['one', 'two'])
  })
})

describe('a program that ends with a bug', () => {
  /** A bug in the first output of a watch whose message contains secrets. */
  const bug = `
    const { write } = process.stdout
    process.stdout.write = (...what) => {
      process.stdout.write = write
      setImmediate(() => {
        throw new Error('boom ' + ['AXISOR_API_SECRET', 'AXISOR_API_PASSPHRASE'].map(name => process.env[name]))
      })
      return write.apply(process.stdout, what)
    }`
  const withBug = `--import=data:text/javascript,${encodeURIComponent(bug)}`

  test('reports the bug without the secrets', TIMEOUT, async () => {
    const { code, err, out } = await run(['watch', '--json', ...source()], {
      env: { ...ENV, NODE_OPTIONS: withBug },
    })
    expect(err).toMatch(/^axisor: this is a bug in axisor .*\nError: boom •••,•••\n/)
    expect(code).toBe(1)
    expectSilence({ out, err })
  })

  test("leaves the environment out of Node's diagnostic report", TIMEOUT, async () => {
    const report = `--report-on-signal --report-signal=SIGUSR2 --report-directory=${home} --report-filename=report.json`
    let isSignaled = false
    const ran = await run(['watch', '--json', ...source()], {
      env: { ...ENV, NODE_OPTIONS: report },
      onOutput(_, pid) {
        if (!isSignaled) process.kill(pid, 'SIGUSR2')
        isSignaled = true
      },
      onStderr(err, pid) {
        if (err.includes('report completed')) process.kill(pid, 'SIGTERM')
      },
    })
    const text = filesBelow(home)
    expect(text).toContain('javascriptStack')
    expectSilence({ report: text, err: ran.err, out: ran.out })
  })
})

describe('at a real terminal', () => {
  let pty: Pty
  afterEach(() => pty.close())

  function typeLogin(): void {
    const login = `HOME=${home} exec "${process.execPath}" "${axisor}" login ${source().join(' ')}`
    pty = openPty(`sh -c 'echo PID:$$; ${login}'; echo "END:$?"; stty -a | grep -o -e '-*echo '`)
  }

  test('does not echo typed secrets, and restores echo afterwards', TIMEOUT, async () => {
    typeLogin()
    await pty.until('the first question', () => pty.raw().includes('API key: '))
    pty.type(`${CANARY.key}\r${CANARY.secret}\r${CANARY.passphrase}\r`)
    await pty.until('the offer of the vault', () => pty.raw().includes('[Y/n]'))
    pty.type(`y\r${VAULT}\r${VAULT}\r`)
    await pty.ended()
    expect(pty.raw()).toContain('Profile main (simulator)')
    expect(pty.raw()).toMatch(/END:0\s+echo/)
    expectSilence({ screen: pty.raw(), files: filesBelow(home) })
    expect(pty.raw()).not.toContain(CANARY.key)
  })

  test('does not echo what is typed after the process was stopped and continued', TIMEOUT, async () => {
    typeLogin()
    await pty.until('the first question', () => pty.raw().includes('API key: '))
    pty.signal('SIGSTOP')
    // As a shell does when it shows its own prompt.
    const terminal = /TTY:(\S+)/.exec(pty.raw())?.[1] ?? ''
    execFileSync('stty', ['-F', terminal, 'sane'])
    pty.signal('SIGCONT')
    await pty.until('the question again', () => pty.raw().split('API key: ').length === 3)
    pty.type(`${CANARY.key}\r${CANARY.secret}\r`)
    await pty.until('the last question', () => pty.raw().includes('passphrase: '))
    pty.type('\u{3}')
    await pty.ended()
    expectSilence({ screen: pty.raw() })
    expect(pty.raw()).not.toContain(CANARY.key)
    expect(pty.raw()).toMatch(/END:130\s+echo/)
  })

  test.each([
    ['Ctrl-C', 130, (open: Pty) => open.type('canary-secret-4f9c\u{3}')],
    ['SIGTERM', 143, (open: Pty) => open.signal('SIGTERM')],
    ['Ctrl-D', 130, (open: Pty) => open.type('\u{4}')],
  ] as const)('%s at a prompt restores the terminal and its echo', TIMEOUT, async (_, code, act) => {
    typeLogin()
    await pty.until('the first question', () => pty.raw().includes('API key: '))
    act(pty)
    await pty.ended()
    expect(pty.raw()).toMatch(new RegExp(`END:${code}\\s+echo`))
    expectSilence({ screen: pty.raw() })
  })
})
