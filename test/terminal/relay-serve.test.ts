import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bearer, connect } from '../support/relay-server.ts'

const axisor = fileURLToPath(new URL('../../bin/axisor.js', import.meta.url))

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

const TIMEOUT = { timeout: 60_000 }

let folder: string
let children: ChildProcess[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'axisor-relay-'))
  children = []
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(children.map(child => child.exitCode ?? child.signalCode ?? once(child, 'exit')))
  rmSync(folder, { recursive: true })
})

/** A process of axisor with its own home. */
class Program {
  readonly child: ChildProcess
  readonly #lines: string[] = []
  readonly #watchers = new Set<() => void>()
  stderr = ''

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}, preload: readonly string[] = []) {
    const home = { HOME: folder, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder }
    const child = spawn(process.execPath, [...preload, axisor, ...args], {
      env: { PATH: process.env.PATH, ...home, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    children.push(child)
    this.child = child
    createInterface({ input: child.stdout }).on('line', line => {
      this.#lines.push(line)
      for (const look of [...this.#watchers]) look()
    })
    child.stderr.on('data', chunk => {
      this.stderr += String(chunk)
    })
  }

  /** Returns the first matching line from `from` on, and its index. */
  line(isSo: (line: string) => boolean = () => true, from = 0): Promise<{ text: string; next: number }> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const at = this.#lines.findIndex((line, i) => i >= from && isSo(line))
        if (at === -1) return
        this.#watchers.delete(look)
        resolve({ text: this.#lines[at] ?? '', next: at + 1 })
      }
      this.#watchers.add(look)
      this.child.on('close', () => reject(new Error(`ended without such a line: ${this.stderr}`)))
      look()
    })
  }

  async ended(): Promise<number | null> {
    if (this.child.exitCode === null) await once(this.child, 'close')
    return this.child.exitCode
  }
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Promise<Program> {
  const program = new Program(args, env)
  program.child.stdin?.end(input)
  await program.ended()
  return program
}

const json = async (program: Program) => JSON.parse((await program.line()).text)

/** Starts a relay with one user, whose account is on a simulated exchange. */
async function prepare(): Promise<{ token: string }> {
  const sim = await json(new Program(['sim', 'serve']))
  await run(['relay', 'user', 'add', 'ann'])
  const addresses = ['--api-url', sim.apiUrl, '--stream-url', sim.streamUrl]
  const key = JSON.stringify(sim.credentials)
  const set = await run(['relay', 'credentials', 'set', 'ann', '--with-stdin', ...addresses], {}, key)
  expect(set.child.exitCode, set.stderr).toBe(0)
  const issued = await run(['relay', 'token', 'issue', 'ann'])
  return { token: (await issued.line()).text }
}

test('the demo relay prints a command with which another axisor shows its data', TIMEOUT, async () => {
  const { url, token } = await json(new Program(['relay', 'serve', '--demo', '--port', '0']))
  const shown = await run(['snapshot', '--relay', url, '--json'], { AXISOR_RELAY_TOKEN: token })
  const document = JSON.parse((await shown.line()).text)
  expect(document).toMatchObject({ origin: 'simulated', source: { kind: 'relay', stale: false } })
  expect(document.totals.equitySats).toBeGreaterThan(0)
  expect(document.source.upstream).toMatchObject([{ kind: 'direct', link: 'live' }])
})

test('watch reports a killed relay as disconnected and reconnects after its restart', TIMEOUT, async () => {
  const { token } = await prepare()
  const relay = new Program(['relay', 'serve', '--port', '0'])
  const { url } = await json(relay)
  const watch = new Program(['watch', '--json', '--interval', '100ms', '--relay', url], {
    AXISOR_RELAY_TOKEN: token,
  })
  const isLive = (line: string) => JSON.parse(line).source.state === 'live'
  const first = await watch.line(isLive)
  relay.child.kill('SIGKILL')
  const lost = await watch.line(line => !isLive(line), first.next)
  expect(JSON.parse(lost.text).source).toMatchObject({
    kind: 'relay',
    lastError: { code: 'connection-lost' },
  })
  await json(new Program(['relay', 'serve', '--port', new URL(url).port]))
  const again = await watch.line(isLive, lost.next)
  expect(JSON.parse(again.text).source).toMatchObject({ stale: false, reconnects: 1 })
})

test('reconnects to a restarted demo with the same token, five times of five', TIMEOUT, async () => {
  let relay = new Program(['relay', 'serve', '--demo', '--port', '0'])
  const { url, token } = await json(relay)
  const watch = new Program(['watch', '--json', '--interval', '100ms', '--relay', url], {
    AXISOR_RELAY_TOKEN: token,
  })
  const isLive = (line: string) => JSON.parse(line).source.state === 'live'
  let { next } = await watch.line(isLive)
  for (let time = 1; time <= 5; time += 1) {
    relay.child.kill('SIGKILL')
    ;({ next } = await watch.line(line => !isLive(line), next))
    relay = new Program(['relay', 'serve', '--demo', '--port', new URL(url).port])
    expect(await json(relay)).toEqual({ url, token })
    const again = await watch.line(isLive, next)
    expect(JSON.parse(again.text).source).toMatchObject({ stale: false, reconnects: time })
    next = again.next
  }
})

test(
  'SIGTERM sends clients a retry delay and exits with 0; another signal exits at once',
  TIMEOUT,
  async () => {
    const relay = new Program(['relay', 'serve', '--demo', '--port', '0'])
    const { url, token } = await json(relay)
    const client = await connect(`${url}/v1/stream`, { headers: bearer(token) })
    const reason = new Promise<string>(resolve =>
      client.socket.on('close', (_code, text) => resolve(String(text))),
    )
    relay.child.kill('SIGTERM')
    expect(await client.closed).toBe(1012)
    expect(JSON.parse(await reason).retryAfterMs).toBeGreaterThan(0)
    expect(await relay.ended()).toBe(0)

    const hasty = new Program(['relay', 'serve', '--demo', '--port', '0'])
    await hasty.line()
    hasty.child.kill('SIGTERM')
    await expect.poll(() => hasty.stderr).toContain('stopping')
    hasty.child.kill('SIGINT')
    expect(await hasty.ended()).toBe(130)
  },
)

/** Makes the launcher report an old Node; its child is not affected. */
const PRETEND_OLD = `data:text/javascript,${encodeURIComponent(
  `Object.defineProperty(process.versions, 'node', { value: '20.1.0' }); process.execPath = '/usr/bin/old-node'`,
)}`

test('SIGTERM to launcher and relay stops in order, although the launcher forwards it', TIMEOUT, async () => {
  const relay = new Program(['relay', 'serve', '--demo', '--port', '0'], {}, ['--import', PRETEND_OLD])
  const { url, token } = await json(relay)
  const client = await connect(`${url}/v1/stream`, { headers: bearer(token) })
  const { pid = 0 } = relay.child
  const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
  // As systemd does: to every process of the unit.
  relay.child.kill('SIGTERM')
  process.kill(child, 'SIGTERM')
  expect(await client.closed).toBe(1012)
  expect(await relay.ended()).toBe(0)
})

test('listens on all addresses where the network interfaces cannot be listed', TIMEOUT, async () => {
  const noInterfaces = `data:text/javascript,${encodeURIComponent(
    `import os from 'node:os'; import { syncBuiltinESMExports } from 'node:module'
    os.networkInterfaces = () => { throw new Error('netlink is forbidden') }; syncBuiltinESMExports()`,
  )}`
  const args = ['relay', 'serve', '--demo', '--port', '0', '--host', '0.0.0.0', '--insecure-listen']
  const relay = new Program(args, {}, ['--import', noInterfaces])
  const { url } = await json(relay)
  const port = new URL(url).port
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
  relay.child.kill('SIGTERM')
  expect(await relay.ended()).toBe(0)
})

test.runIf(hasOpenssl)(
  'serves wss with a certificate, which a client that does not trust it rejects',
  TIMEOUT,
  async () => {
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2']
    spawnSync('openssl', [...made, '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'])
    chmodSync(key, 0o644)
    const open = await run(['relay', 'serve', '--demo', '--port', '0', '--tls-cert', cert, '--tls-key', key])
    expect([open.child.exitCode, open.stderr]).toEqual([
      2,
      expect.stringContaining('accessible to other users'),
    ])
    chmodSync(key, 0o600)
    chmodSync(cert, 0o666)
    const forged = await run([
      'relay',
      'serve',
      '--demo',
      '--port',
      '0',
      '--tls-cert',
      cert,
      '--tls-key',
      key,
    ])
    expect([forged.child.exitCode, forged.stderr]).toEqual([
      2,
      expect.stringContaining(`--tls-cert: ${cert} is writable by other users`),
    ])
    chmodSync(cert, 0o644)
    const relay = new Program([
      'relay',
      'serve',
      '--demo',
      '--port',
      '0',
      '--tls-cert',
      cert,
      '--tls-key',
      key,
    ])
    const { url, token } = await json(relay)
    const there = `wss://localhost:${new URL(url).port}`
    const shown = await run(['snapshot', '--relay', there], {
      AXISOR_RELAY_TOKEN: token,
      NODE_EXTRA_CA_CERTS: cert,
    })
    expect(shown.child.exitCode, shown.stderr).toBe(0)
    const refused = await run(['snapshot', '--relay', there, '--timeout', '2s'], {
      AXISOR_RELAY_TOKEN: token,
    })
    expect(refused.child.exitCode).toBe(5)
    expect(refused.stderr).toContain('set NODE_EXTRA_CA_CERTS to its file')
  },
)

test('reports errors at start in one line with the right exit code', TIMEOUT, async () => {
  const { token } = await prepare()
  const { url } = await json(new Program(['relay', 'serve', '--demo', '--port', '0']))
  const taken = await run(['relay', 'serve', '--port', new URL(url).port])
  expect(taken.child.exitCode).toBe(2)
  expect(taken.stderr).toMatch(/"event":"127\.0\.0\.1:\d+ is in use by another program"/)

  const keyPath = join(folder, 'other.key')
  writeFileSync(keyPath, `${'a1'.repeat(32)}\n`, { mode: 0o600 })
  const wrongKey = await run(['relay', 'serve', '--port', '0'], { AXISOR_RELAY_MASTER_KEY_FILE: keyPath })
  expect(wrongKey.child.exitCode).toBe(4)
  expect(wrongKey.stderr).toMatch(/"event":"wrong master key: /)

  const broken = join(folder, 'broken.db')
  writeFileSync(broken, 'no database at all, but long enough to look like one'.repeat(100), { mode: 0o600 })
  const unreadable = await run(['relay', 'serve', '--port', '0', '--database', `sqlite:${broken}`])
  expect(unreadable.child.exitCode).toBe(2)
  expect(unreadable.stderr.trim().split('\n')).toHaveLength(1)

  const tls = join(folder, 'cert.pem')
  writeFileSync(tls, 'not a certificate')
  const noTls = await run(['relay', 'serve', '--demo', '--port', '0', '--tls-cert', tls, '--tls-key', tls])
  expect(noTls.child.exitCode).toBe(2)
  expect(noTls.stderr).toContain('the TLS certificate and key')
  const pasted = '-----BEGIN PRIVATE KEY-----\nMIIcanary\n-----END PRIVATE KEY-----'
  const inline = await run(['relay', 'serve', '--demo', '--tls-cert', tls, '--tls-key', pasted])
  expect(inline.child.exitCode).toBe(2)
  expect(inline.stderr).not.toContain('canary')
  for (const { stderr } of [taken, wrongKey, unreadable, noTls]) expect(stderr).not.toContain('    at ')
  expect(readFileSync(join(folder, 'axisor', 'relay.db'), 'latin1')).not.toContain(token)
})
