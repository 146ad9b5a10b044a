import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { openStatusServer } from '../../src/node/status-server.ts'

test('answers 500 to a request that fails unexpectedly, and goes on', async () => {
  const server = await openStatusServer('127.0.0.1', 0, async path => {
    if (path === '/broken') throw new TypeError('inner detail')
    return { status: 200, contentType: 'text/plain', body: 'fine' }
  })
  onTestFinished(() => server.close())
  const broken = await fetch(`http://127.0.0.1:${server.port}/broken`)
  expect(broken.status).toBe(500)
  expect(await broken.text()).toBe('internal error\n')
  const next = await fetch(`http://127.0.0.1:${server.port}/metrics`)
  expect(await next.text()).toBe('fine')
})

test.each([
  ['evil.example', 421],
  ['localhost.evil.example:9', 421],
  ['127.0.0.1', 200],
  ['localhost:9', 200],
])('on a loopback address, answers a request for the host %j with %i', async (host, status) => {
  const reply = { status: 200, contentType: 'text/plain', body: 'fine' }
  const server = await openStatusServer('127.0.0.1', 0, async () => reply)
  onTestFinished(() => server.close())
  const asked = request({ port: server.port, headers: { host } }).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  expect(response.statusCode).toBe(status)
  response.resume()
})
