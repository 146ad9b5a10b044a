import { describe, expect, it } from 'vitest'
import { TOPIC, TOPICS } from '../../src/simulator/protocol/topics.ts'
import { openSimulatorWorld } from '../support/simulator.ts'
import { openWatched } from '../support/stream.ts'

describe('the knob topic', () => {
  it('refuses the subscription of one topic', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'topic', topic: TOPIC.index, answer: 'refused' })
    const both = { topics: [TOPIC.index, TOPIC.lastPrice] }
    expect((await client.call('subscribe', both)).error?.data.code).toBe('UNKNOWN_TOPIC')
    world.knob({ do: 'topic', topic: TOPIC.index, answer: 'off' })
    expect((await client.call('subscribe', both)).result).toEqual({ subscribed: both.topics })
  })

  it('leaves a topic out of the acknowledgement for the given time', async () => {
    const { world, client } = await openWatched()
    world.knob({ do: 'topic', topic: TOPIC.index, answer: 'ignored', ms: 2_000 })
    const both = { topics: [TOPIC.index, TOPIC.lastPrice] }
    expect((await client.call('subscribe', both)).result).toEqual({ subscribed: [TOPIC.lastPrice] })
    await world.clock.advance(2_000)
    expect(client.pushed(TOPIC.index)).toEqual([])
    expect(client.pushed(TOPIC.lastPrice)).not.toEqual([])
    expect((await client.call('subscribe', both)).result).toEqual({ subscribed: both.topics })
  })

  it('silences all topics while pings and requests are answered', async () => {
    const { world, client } = await openWatched()
    await client.call('subscribe', { topics: [TOPIC.lastPrice] })
    world.knob({ do: 'topic', answer: 'silent' })
    world.knob({ do: 'open', quantity: 100 })
    await world.clock.advance(10_000)
    expect([...TOPICS].flatMap(topic => client.pushed(topic))).toEqual([])
    client.socket.ping()
    expect((await client.call('ping')).result).toBe('pong')
    expect(client.events).toEqual(['opened', 'pong'])
    world.knob({ do: 'topic', answer: 'off' })
    await world.clock.advance(1_000)
    expect(client.pushed(TOPIC.lastPrice)).not.toEqual([])
  })

  it('rejects an unknown topic', () => {
    const command = { do: 'topic', topic: 'weather', answer: 'silent' }
    expect(() => openSimulatorWorld().knob(command)).toThrow('unknown topic weather')
  })
})
