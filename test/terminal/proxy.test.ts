import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { writeChannels } from '../support/alert-processes.ts'
import { axisorRun } from '../support/program.ts'
import { environmentOf, openTestServer, type TestServer } from '../support/simulator-server.ts'
import { openStandInProxy, type StandInProxy, type TunnelReply } from '../support/stand-in-proxy.ts'
import { openTempFolder } from '../support/temp-folder.ts'
import { NAMES_CERTIFICATE } from '../support/test-certificate.ts'

const PASSWORD = 'canary-pässword/7'
const WATCHER = fileURLToPath(new URL('../support/connection-log.mjs', import.meta.url))

let exchange: TestServer
/** Terminates TLS in front of the exchange, under names that no resolver knows. */
let front: Server
let proxy: StandInProxy
let reply: TunnelReply
let folder: ReturnType<typeof openTempFolder>

beforeAll(async () => {
  exchange = await openTestServer()
  const { port } = new URL(exchange.apiUrl)
  front = createServer(NAMES_CERTIFICATE, socket => {
    const far = connect(Number(port), '127.0.0.1')
    socket.on('error', () => far.destroy()).pipe(far)
    far.on('error', () => socket.destroy()).pipe(socket)
  })
  front.on('tlsClientError', () => {})
  await new Promise<void>(resolve => front.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  front.close()
  await exchange.close()
})
beforeEach(async () => {
  folder = openTempFolder()
  reply = { port: (front.address() as AddressInfo).port }
  proxy = await openStandInProxy({ reply: () => reply, credentials: `trader:${PASSWORD}` })
})
afterEach(async () => {
  await proxy.close()
  folder.remove()
})

async function run(argv: readonly string[], more: Readonly<Record<string, string>>) {
  const log = join(folder.path, 'connections')
  const ca = join(folder.path, 'ca.pem')
  writeFileSync(ca, NAMES_CERTIFICATE.cert)
  const env = {
    HOME: folder.path,
    NODE_OPTIONS: `--import=${WATCHER}`,
    CONNECTION_LOG: log,
    NODE_EXTRA_CA_CERTS: ca,
    ...environmentOf({
      apiUrl: 'https://api.exchange.test/v3',
      streamUrl: 'wss://stream.exchange.test/v1',
      credentials: exchange.credentials,
    }),
    ...more,
  }
  const ran = await axisorRun(argv, { env })
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
  return { ...ran, traffic: [...new Set(lines)].filter(line => line !== '') }
}

const encoded = encodeURIComponent(PASSWORD)

describe.each(['http', 'socks5h'] as const)('through a proxy of the protocol %s', protocol => {
  const direct = () => `connection 127.0.0.1:${proxy.port}`
  const variables = () => ({ ALL_PROXY: `${protocol}://trader:${encoded}@127.0.0.1:${proxy.port}` })

  test.each([
    [['snapshot', '--json'], '"totals"'],
    [['market', '--json'], '"bid'],
    [['line'], 'SIMULATED'],
    [['status', '--json'], '"reachable":true'],
  ])('%j sends no packet around it and looks no name up', async (argv, expected) => {
    const { code, out, err, traffic } = await run(argv, variables())
    expect({ code, err, hasData: out.includes(expected) }).toEqual({ code: 0, err: '', hasData: true })
    expect(traffic).toEqual([direct()])
    const targets = new Set(proxy.targets)
    targets.delete('api.exchange.test:443')
    expect([...targets]).toEqual(['stream.exchange.test:443'])
  })

  test('a channel of alerts sends no packet around it and looks no name up', async () => {
    writeChannels(folder.path, { phone: { type: 'ntfy' } })
    const { out, traffic } = await run(['alerts', 'test', '--json'], {
      ...variables(),
      AXISOR_CHANNEL_PHONE_SECRET: 'https://ntfy.test/topic',
    })
    // The exchange behind the front knows no such topic.
    expect(out).toContain('ntfy.test replied 404')
    expect(traffic).toEqual([direct()])
    expect(proxy.targets).toEqual(['ntfy.test:443'])
  })

  test('a failure ends with the exit code for the network, and shows no password', async () => {
    reply = 'cut'
    const { code, out, err, traffic } = await run(['line', '--timeout', '5s'], variables())
    expect([code, out]).toEqual([5, 'NO DATA\n'])
    expect(err).toMatch(
      /^axisor: the proxy \w+:\/\/127\.0\.0\.1:\d+ \(ALL_PROXY\) closed the connection .*\n$/,
    )
    for (const text of [PASSWORD, encoded, 'trader']) expect(err).not.toContain(text)
    expect(traffic).toEqual([direct()])
  })

  test('the password comes from a variable of its own if the flag names the user', async () => {
    const flag = ['--proxy', `${protocol}://trader@127.0.0.1:${proxy.port}`]
    const given = await run(['line', ...flag], { AXISOR_PROXY_PASSWORD: PASSWORD })
    expect([given.code, given.err]).toEqual([0, ''])
    const missing = await run(['line', ...flag], {})
    expect([missing.code, missing.err]).toEqual([
      4,
      expect.stringMatching(/the password of user trader .* is missing/),
    ])
  })
})

test('an onion relay is refused before any look-up, with the exit code of a configuration', async () => {
  const env = { AXISOR_RELAY_TOKEN: 'axr_x', HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }
  const { code, err, traffic } = await run(['line', '--relay', 'ws://abcdefghijklmnop.onion'], env)
  expect([code, err]).toEqual([
    2,
    expect.stringMatching(/^axisor: abcdefghijklmnop\.onion is reached only through a socks5h/),
  ])
  expect(traffic).toEqual([])
})

test('without a proxy, this machine is reached as before', async () => {
  const env = { AXISOR_API_URL: exchange.apiUrl, AXISOR_STREAM_URL: exchange.streamUrl }
  const { code, traffic } = await run(['line'], { ...env, HTTPS_PROXY: 'http://127.0.0.1:1' })
  expect(code).toBe(0)
  expect(traffic).toEqual([`connection 127.0.0.1:${new URL(exchange.apiUrl).port}`])
})
