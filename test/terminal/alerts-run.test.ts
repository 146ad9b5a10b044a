import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type RunningCommand, startAxisor, writeChannels } from '../support/alert-processes.ts'
import { type HttpService, openHttpService } from '../support/http-service.ts'
import { axisorRun } from '../support/program.ts'
import { environmentOf, openTestServer, type TestServer } from '../support/simulator-server.ts'
import { openTempFolder } from '../support/temp-folder.ts'

const HOOK = '/canary-hook/12x34'
const HMAC = 'canary-hmac-4f9c+/77'
const TOKEN = 'tk_canary0123456789'
const BEAT = '/canary-beat/ab12'

let server: TestServer
let service: HttpService
let folder: ReturnType<typeof openTempFolder>
let running: RunningCommand[]
let isRefusing = false

beforeAll(async () => {
  server = await openTestServer()
  // A service that quotes what it received.
  service = await openHttpService(({ target, headers }) =>
    isRefusing
      ? { status: 403, body: `no access to ${target} with ${JSON.stringify(headers)}` }
      : { status: 200, body: 'ok' },
  )
})
afterAll(async () => {
  await server.close()
  await service.close()
})
beforeEach(() => {
  folder = openTempFolder()
  running = []
  isRefusing = false
  writeChannels(folder.path, {
    hook: { type: 'webhook' },
    phone: { type: 'ntfy' },
    siren: { type: 'command', argv: ['cat'] },
  })
})
afterEach(async () => {
  for (const each of running) await each.stop('SIGKILL')
  folder.remove()
})

/** The environment of a container or service: a key, the addresses of the simulator, and the secrets of the channels. */
function env(): Readonly<Record<string, string>> {
  return {
    HOME: folder.path,
    ...environmentOf(server),
    AXISOR_CHANNEL_HOOK_SECRET: `${service.origin}${HOOK}\n${HMAC}`,
    AXISOR_CHANNEL_PHONE_SECRET: `${service.origin}/canary-topic\n${TOKEN}`,
    AXISOR_CHANNEL_HEARTBEAT_SECRET: `${service.origin}${BEAT}`,
  }
}

function start(argv: readonly string[], more: Readonly<Record<string, string>> = {}): RunningCommand {
  const command = startAxisor(argv, { ...env(), ...more })
  running.push(command)
  return command
}

/** The log of the attempts, once the outcome of one to each of these channels is recorded. */
async function recordedAttempts(channels: readonly string[]): ReturnType<typeof axisorRun> {
  const startedAt = performance.now()
  for (;;) {
    const log = await axisorRun(['alerts', 'log'], { env: env() })
    const attempts: readonly { readonly channel: string }[] = JSON.parse(log.out).attempts
    if (channels.every(name => attempts.some(({ channel }) => channel === name))) return log
    expect(performance.now() - startedAt, log.out).toBeLessThan(20_000)
  }
}

/** Every file below a folder with its content. */
function filesIn(path: string): Readonly<Record<string, string>> {
  const found = readdirSync(path, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  // Locks are empty, and gone at any moment.
  const kept = found.filter(({ name }) => !name.endsWith('.lock'))
  const paths = kept.map(({ parentPath, name }) => join(parentPath, name))
  return Object.fromEntries(paths.map(file => [file, readFileSync(file, 'latin1')]))
}

/** Every encoding in which a secret could be printed or stored. */
function spellings(): readonly string[] {
  const { secret, passphrase } = server.exchange.credentials
  const secrets = [secret, passphrase, HOOK, HMAC, TOKEN, BEAT, 'canary-topic']
  return secrets.flatMap(value => [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    Buffer.from(value).toString('base64').slice(0, -4),
    Buffer.from(value).toString('hex'),
  ])
}

function expectNoSecret(texts: Readonly<Record<string, string>>): void {
  for (const [place, text] of Object.entries(texts))
    for (const spelling of spellings())
      expect(text.includes(spelling), `${place} has ${spelling}: ${text.slice(0, 300)}`).toBe(false)
}

describe.each([
  ['accepts', false],
  ['refuses and quotes', true],
] as const)('while a service %s', (_, refuses) => {
  test.each([
    ['alerts run', ['alerts', 'run']],
    ['watch --json', ['watch', '--json', '--events']],
    ['watch --plain', ['watch', '--plain']],
  ] as const)(
    'axisor %s has no secret of a channel in its output and files',
    async (_name, argv) => {
      isRefusing = refuses
      const before = service.requests.length
      const command = start(argv)
      const isDone = () => {
        const texts = service.requests.slice(before).map(({ target, body }) => `${target} ${body}`)
        return [HOOK, 'canary-topic', BEAT].every(each => texts.some(text => text.includes(each)))
      }
      for (let i = 0; i < 300 && !isDone(); i += 1) await new Promise(resolve => setTimeout(resolve, 100))
      expect(isDone()).toBe(true)
      const log = await recordedAttempts(['hook', 'phone', 'siren'])
      const list = await axisorRun(['alerts', 'list'], { env: env() })
      // What a service quotes is redacted.
      expect(log.out.includes('•••')).toBe(refuses)
      const live = filesIn(folder.path)
      expect(Object.keys(live).some(file => /alerts\/env-\w+\.db$/.test(file))).toBe(true)
      expect(await command.stop()).toBe(143)
      expectNoSecret({
        out: command.out(),
        err: command.err(),
        list: list.out + list.err,
        log: log.out + log.err,
      })
      expectNoSecret(live)
      expectNoSecret(filesIn(folder.path))
    },
    60_000,
  )
})

test('takes over within 10 s from a host that was killed, and repeats nothing', async () => {
  const sent = () =>
    service.requests.filter(({ target }) => target === HOOK).map(({ body }) => JSON.parse(body))
  const before = sent().length
  const first = start(['alerts', 'run'])
  await first.until(/hook: delivered firing liquidation/)
  const second = start(['alerts', 'run'])
  await second.until(/axisor alerts run, process \d+ delivers/)
  await new Promise(resolve => setTimeout(resolve, 3_000))
  const ids = sent()
    .slice(before)
    .map(({ id }) => id)
  await first.stop('SIGKILL')
  const killedAt = performance.now()
  for (;;) {
    const { out } = await axisorRun(['alerts', 'list'], { env: env() })
    if (JSON.parse(out).host === `axisor alerts run, process ${second.child.pid}`) break
    expect(performance.now() - killedAt).toBeLessThan(12_000)
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  server.exchange.control(JSON.stringify({ do: 'liquidate' }))
  await second.until(/hook: delivered firing position/)
  const later = sent().slice(before + ids.length)
  expect(later.map(({ id }) => id).filter(id => ids.includes(id))).toEqual([])
  expect(later.some(({ alert }) => alert.level === 'liquidated')).toBe(true)
}, 60_000)

describe('under a service manager', () => {
  /** A `systemd-notify` that writes its arguments to a file. */
  function fakeNotify(): { readonly path: string; readonly reports: () => readonly string[] } {
    const bin = join(folder.path, 'bin')
    const log = join(folder.path, 'notified')
    mkdirSync(bin)
    writeFileSync(join(bin, 'systemd-notify'), `#!/bin/sh\necho "$@" >>${log}\n`)
    chmodSync(join(bin, 'systemd-notify'), 0o755)
    writeFileSync(log, '')
    return {
      path: `${bin}:${process.env.PATH}`,
      reports: () => readFileSync(log, 'utf8').trimEnd().split('\n'),
    }
  }

  test('reports readiness, life and the stop by systemd-notify', async () => {
    const { path, reports } = fakeNotify()
    const more = { PATH: path, NOTIFY_SOCKET: join(folder.path, 'none'), WATCHDOG_USEC: '2000000' }
    const command = start(['alerts', 'run'], more)
    await command.until(/watching env/)
    for (let i = 0; i < 200 && reports().length < 3; i += 1)
      await new Promise(resolve => setTimeout(resolve, 100))
    await command.stop()
    const pid = `--pid=${command.child.pid}`
    expect(reports()[0]).toBe(`${pid} READY=1 STATUS=watching WATCHDOG=1`)
    expect(reports()[1]).toBe(`${pid} WATCHDOG=1`)
    expect(reports().at(-1)).toBe(`${pid} STOPPING=1`)
  }, 60_000)

  test('says once that systemd-notify is missing, and goes on', async () => {
    const more = { PATH: folder.path, NOTIFY_SOCKET: join(folder.path, 'none'), WATCHDOG_USEC: '1000000' }
    const command = start(['alerts', 'run'], more)
    const problem = "can't report to the service manager: systemd-notify is not installed"
    await command.until(new RegExp(problem))
    await command.until(/hook: delivered/)
    await new Promise(resolve => setTimeout(resolve, 2_000))
    expect(command.out().split(problem)).toHaveLength(2)
    expect(await command.stop()).toBe(143)
  }, 60_000)
})

test('serves health and metrics on the loopback interface', async () => {
  const blocker = await openHttpService(() => ({ status: 200 }))
  const taken = await axisorRun(['alerts', 'run', '--status-port', String(blocker.port)], { env: env() })
  expect(taken.code).toBe(2)
  expect(taken.err).toBe(
    `axisor: can't listen on 127.0.0.1:${blocker.port}: EADDRINUSE. Choose another address or port.\n`,
  )
  await blocker.close()
  const command = start(['alerts', 'run', '--status-port', String(blocker.port)])
  await command.until(/hook: delivered/)
  const get = async (path: string) => {
    const reply = await fetch(`http://127.0.0.1:${blocker.port}${path}`)
    return { status: reply.status, body: await reply.text() }
  }
  expect(await get('/healthz')).toEqual({ status: 200, body: 'ok\n' })
  const metrics = await get('/metrics')
  expect(metrics.body).toContain('axisor_alerts_healthy 1\n')
  expect((await get('/')).status).toBe(404)
  expectNoSecret({ metrics: metrics.body })
}, 60_000)
