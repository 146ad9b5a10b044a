import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/commands/definitions.ts'
import type { Net } from '../../src/ports/world.ts'
import { ROUTES } from '../../src/wire/lnm/routes.ts'
import { openFakeWorld } from '../support/fake-world.ts'
import { fresh, KEY, withStdin } from '../support/login-world.ts'
import '../support/loaded-watch.ts'

const PATHS = new Set<string>(Object.values(ROUTES).map(route => `/v3${route.path}`))

/** Methods of the stream that change nothing on the exchange. */
const METHODS = new Set(['hello', 'time', 'whoami', 'ping', 'authenticate', 'subscribe', 'unsubscribe'])

/** Records the paths of requests and the methods of frames. */
function recorded(sent: { readonly paths: Set<string>; readonly methods: Set<string> }) {
  return (net: Net): Net => ({
    http: {
      ...net.http,
      get(origin, target, headers, timeoutMs) {
        sent.paths.add(target.split('?')[0] ?? '')
        return net.http.get(origin, target, headers, timeoutMs)
      },
    },
    sockets: {
      open(...parts) {
        const socket = net.sockets.open(...parts)
        return {
          ping: () => socket.ping(),
          terminate: () => socket.terminate(),
          send(text) {
            sent.methods.add((JSON.parse(text) as { method: string }).method)
            socket.send(text)
          },
        }
      },
    },
  })
}

const CONNECTING_COMMANDS = COMMANDS.map(({ name }) => name).filter(name => !/serve$|^relay /.test(name))

describe('sends only reading requests:', () => {
  test.each(CONNECTING_COMMANDS)('axisor %s', async name => {
    for (const terminal of [false, true]) {
      const sent = { paths: new Set<string>(), methods: new Set<string>() }
      // A key with write permissions sends nothing else either.
      const { writeCredentials: writer } = openFakeWorld().exchange
      const env = {
        AXISOR_API_KEY: writer.key,
        AXISOR_API_SECRET: writer.secret,
        AXISOR_API_PASSPHRASE: writer.passphrase,
        AXISOR_ALLOW_WRITE_KEY: '1',
      }
      const world = openFakeWorld({ terminal, typedKeys: null, env, net: recorded(sent) })
      const running = await world.start(...name.split(' '))
      await world.clock.advance(90_000)
      world.signal('SIGTERM')
      await running.ended()
      expect([...sent.paths].filter(path => !PATHS.has(path))).toEqual([])
      expect([...sent.methods].filter(method => !METHODS.has(method))).toEqual([])
      if (['watch', 'snapshot'].includes(name)) {
        expect(sent.paths).toContain('/v3/account')
        expect(sent.methods).toContain('authenticate')
      }
    }
  })

  test('axisor login', async () => {
    const sent = { paths: new Set<string>(), methods: new Set<string>() }
    const world = fresh({ net: recorded(sent) })
    expect(await withStdin(world, KEY)).toBe(0)
    expect([...sent.paths]).toEqual([])
    expect([...sent.methods].sort()).toEqual(['authenticate', 'hello', 'time'])
  })
})
