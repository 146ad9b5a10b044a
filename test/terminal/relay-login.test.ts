import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axisor, axisorRun, type Ran } from '../support/program.ts'
import { openTempFolder } from '../support/temp-folder.ts'

/** A real relay of the demo, and the home of a user who logs in to it. */
async function openRelay() {
  const folder = openTempFolder()
  // The demo stores its token in its home, so the user has another one.
  const relayHome = openTempFolder()
  const child = spawn(process.execPath, [axisor, 'relay', 'serve', '--demo', '--port', '0'], {
    env: { PATH: process.env.PATH, HOME: relayHome.path },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  const { url, token } = JSON.parse(String(line)) as { url: string; token: string }
  return {
    url,
    token,
    home: folder.path,
    async close() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      folder.remove()
      relayHome.remove()
    },
  }
}

describe('login with the token of a real relay', { timeout: 60_000 }, () => {
  let relay: Awaited<ReturnType<typeof openRelay>>
  let passphrase: string
  beforeAll(async () => {
    relay = await openRelay()
    passphrase = join(relay.home, 'passphrase')
    writeFileSync(passphrase, 'a passphrase of the test', { mode: 0o600 })
  })
  afterAll(() => relay.close())

  const run = (argv: readonly string[], stdin = ''): Promise<Ran> =>
    axisorRun(argv, { env: { HOME: relay.home, AXISOR_VAULT_PASSPHRASE_FILE: passphrase }, stdin })
  const login = (token: string): Promise<Ran> =>
    run(
      ['login', '--relay', relay.url, '--with-stdin', '--credential-store', 'vault'],
      JSON.stringify({ token }),
    )

  test('rejects an invalid token and stores nothing', async () => {
    const { code, out, err } = await login(`${relay.token.slice(0, -4)}AAAA`)
    expect(err).toMatch(/^axisor: \S+ rejected the token\. .+\n$/)
    expect([code, out]).toEqual([4, ''])
    expect((await run(['profiles', '--json'])).out).toBe('{"current":null,"profiles":[]}\n')
  })

  test('stores the token in the vault, and commands no longer need it in the environment', async () => {
    const { code, err } = await login(relay.token)
    expect(err).toMatch(
      /The relay accepted the token\.\nProfile relay \(relay\): the token is stored in a file/,
    )
    expect(code).toBe(0)

    const snapshot = await run(['snapshot', '--json'])
    expect([snapshot.code, snapshot.err]).toEqual([0, ''])
    const document = JSON.parse(snapshot.out)
    expect(document).toMatchObject({
      origin: 'simulated',
      source: { kind: 'relay', stale: false, upstream: [{ kind: 'direct', link: 'live' }] },
    })
    expect(document.totals.equitySats).toBeGreaterThan(0)

    const status = JSON.parse((await run(['status', '--json'])).out)
    expect(status).toMatchObject({
      profile: { name: 'relay', current: true },
      credentials: { from: 'vault', state: 'ready' },
      exchange: { reachable: true, error: null },
    })

    const files = readdirSync(join(relay.home, '.local'), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    expect(files.length).toBeGreaterThan(1)
    for (const text of [...files, snapshot.out, err]) expect(text.includes(relay.token)).toBe(false)
  })

  test('watch finds the token by the address of the relay', async () => {
    const { code, out, err } = await axisorRun(['watch', '--json', '--relay', relay.url], {
      env: { HOME: relay.home, AXISOR_VAULT_PASSPHRASE_FILE: passphrase },
      onOutput: (_, pid) => void process.kill(pid, 'SIGTERM'),
    })
    expect([code, err]).toEqual([143, ''])
    expect(JSON.parse(out.split('\n')[0] ?? '')).toMatchObject({ source: { kind: 'relay' } })
  })
})
