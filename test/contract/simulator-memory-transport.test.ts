import { describe, expect, it } from 'vitest'
import { connect, openWatched } from '../support/stream.ts'

describe('memory transport of the simulator', () => {
  it('refuses sockets on paths other than /v1', async () => {
    const { world } = await openWatched()
    const events: string[] = []
    world.transport.sockets.open('ws://127.0.0.1/v2', {
      opened: () => events.push('opened'),
      text: () => events.push('text'),
      pong: () => events.push('pong'),
      failed: error => events.push(`failed ${error.code}`),
      closed: code => events.push(`closed ${code}`),
    })
    await world.clock.settle()
    expect(events).toEqual(['failed unreachable', 'closed 1006'])
  })

  it('fails pending requests on close and keeps the exchange running', async () => {
    const { world } = await openWatched()
    const reply = world.transport.http.get('http://127.0.0.1', '/v3/ping', {}, 10_000)
    const outcome = reply.catch(error => error.code)
    world.transport.http.close()
    expect(await outcome).toBe('connection-lost')
    expect((await connect(world)).events).toEqual(['opened'])
  })

  it('delivers nothing after the client terminated the socket', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'close' })
    client.socket.terminate()
    const received = client.texts.length
    world.knob({ do: 'drop' })
    await world.clock.advance(5_000)
    expect(client.texts.length).toBe(received)
    expect(client.events).toEqual(['opened'])
  })
})
