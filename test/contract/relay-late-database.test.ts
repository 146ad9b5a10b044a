import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { freePort } from '../services/free-port.ts'
import { type PostgresServer, startPostgres } from '../services/postgres.ts'
import { openTempFolder } from '../support/temp-folder.ts'

const axisor = fileURLToPath(new URL('../../bin/axisor.js', import.meta.url))

/** Starts a relay on a database at a port of this machine. */
function startRelay(url: string, port: number, metricsPort: number | null = null) {
  const folder = openTempFolder()
  const metrics = metricsPort === null ? [] : ['--metrics-listen', `127.0.0.1:${metricsPort}`]
  const child = spawn(process.execPath, [axisor, 'relay', 'serve', '--port', String(port), ...metrics], {
    env: { PATH: process.env.PATH, HOME: folder.path, AXISOR_RELAY_DATABASE: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const events: { event: string; level: string }[] = []
  createInterface({ input: child.stderr }).on('line', line => events.push(JSON.parse(line)))
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
    folder.remove()
  })
  const statusOf = (path: string, at = port) =>
    fetch(`http://127.0.0.1:${at}${path}`)
      .then(({ status }) => status)
      .catch(() => 0)
  return { child, events, exited, statusOf }
}

describe.runIf(inject('services').postgres)('a relay whose database comes late (needs PostgreSQL)', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server?.stop())

  test('listens at once, waits, and serves when it is there', { timeout: 60_000 }, async () => {
    const [port, databasePort, metricsPort] = [await freePort(), await freePort(), await freePort()]
    const socket = new URL(await server.createDatabase())
    const url = `postgres://axisor:${encodeURIComponent(server.password)}@127.0.0.1:${databasePort}${socket.pathname}`
    const relay = startRelay(url, port, metricsPort)
    await expect.poll(() => relay.statusOf('/readyz'), { timeout: 20_000 }).toBe(503)
    expect(await relay.statusOf('/healthz')).toBe(200)
    expect(await relay.statusOf('/v1/stream')).toBe(503)
    expect(await relay.statusOf('/metrics', metricsPort)).toBe(503)
    const proxy = createServer(client => {
      const database = connect(`${server.folder}/.s.PGSQL.5432`)
      client.pipe(database).pipe(client)
      for (const end of [client, database]) end.on('error', () => {})
    }).listen(databasePort, '127.0.0.1')
    await expect.poll(() => relay.statusOf('/readyz'), { timeout: 20_000 }).toBe(200)
    expect(await relay.statusOf('/metrics', metricsPort)).toBe(200)
    const logged = relay.events.map(({ level, event }) => `${level} ${event}`)
    expect(logged.filter(each => /waiting|found/.test(each))).toEqual(['warn waiting', 'info found'])
    relay.child.kill('SIGTERM')
    expect(await relay.exited).toEqual([0, null])
    proxy.close()
  })

  test('ends on a wrong password, and on a signal while it waits', { timeout: 60_000 }, async () => {
    const wrong = startRelay(server.url('postgres', 'hunter2'), await freePort())
    expect(await wrong.exited).toEqual([4, null])
    const port = await freePort()
    const waiting = startRelay(`postgres://axisor@127.0.0.1:${await freePort()}/axisor`, port)
    await expect.poll(() => waiting.statusOf('/readyz'), { timeout: 20_000 }).toBe(503)
    waiting.child.kill('SIGTERM')
    expect(await waiting.exited).toEqual([0, null])
  })
})
