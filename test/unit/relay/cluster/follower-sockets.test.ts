import { beforeEach, describe, expect, test } from 'vitest'
import type { Broker, Frame, FrameKind, LeaseRecord } from '../../../../src/ports/broker.ts'
import type { Socket } from '../../../../src/ports/net.ts'
import { followerSockets } from '../../../../src/relay/cluster/follower-sockets.ts'
import { BrokerEngine } from '../../../support/broker-engine.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { type MemoryBroker, openMemoryBroker } from '../../../support/memory-broker.ts'

const REFRESH = '{"type":"refresh_data"}'

describe('the way to an owner', () => {
  const clock = openFakeClock()
  let engine: BrokerEngine
  let broker: MemoryBroker
  let heard: string[]
  let asked: string[]
  let held: LeaseRecord
  /** Of frames: one that is true of it is lost on the way. */
  let isLost: (frame: Frame) => boolean

  beforeEach(async () => {
    engine = new BrokerEngine()
    broker = openMemoryBroker(clock, engine)
    heard = []
    asked = []
    isLost = () => false
    held = take('owner one')
    await broker.onRequest('a', text => void asked.push(text))
  })

  function take(owner: string): LeaseRecord {
    const { record } = engine.look('a')
    const got = engine.take('a', { owner, expected: record, floor: 0, settle: true })
    if (!got.ok) throw new Error('it should have been free')
    return got.record
  }

  function say(kind: FrameKind, text: string, to = ''): void {
    expect(engine.publish('a', held, { kind, to, text })).toBe('published')
  }

  async function open(): Promise<Socket> {
    const lossy: Broker = {
      ...broker,
      onFrame: (account, hear) => broker.onFrame(account, frame => (isLost(frame) ? undefined : hear(frame))),
    }
    const random = { float: () => 0.5, hex: () => 'me' }
    const socket = followerSockets({ broker: lossy, random }, 'a').open('ws://cluster', {
      opened: () => void heard.push('opened'),
      text: data => void heard.push(data),
      pong: () => void heard.push('pong'),
      failed: error => void heard.push(`failed: ${error.message}`),
      closed: code => void heard.push(`closed ${code}`),
    })
    await clock.settle()
    return socket
  }

  test('begins with the greeting, the snapshot and all that came after it, and goes on from there', async () => {
    say('hello', 'hello')
    say('snapshot', 'snapshot')
    say('delta', 'd1')
    await open()
    say('delta', 'd2')
    expect(heard).toEqual(['opened', 'hello', 'snapshot', 'd1', 'd2'])
  })

  test('tells nothing twice and nothing out of order, whenever it opens', async () => {
    say('hello', 'hello')
    say('snapshot', 'snapshot')
    let read = 0
    const original = engine.read.bind(engine)
    engine.read = account => {
      read += 1
      const kept = original(account)
      // Said after it was read, and before the answer is there.
      say('delta', `while reading ${read}`)
      return kept
    }
    await open()
    say('delta', 'after')
    expect(heard).toEqual(['opened', 'hello', 'snapshot', 'while reading 1', 'after'])
  })

  test('fills a gap from what the broker keeps', async () => {
    say('hello', 'hello')
    say('snapshot', 'snapshot')
    await open()
    isLost = frame => frame.text === 'd1'
    say('delta', 'd1')
    expect(heard).toEqual(['opened', 'hello', 'snapshot'])
    say('delta', 'd2')
    await clock.settle()
    expect(heard.slice(3)).toEqual(['snapshot', 'd1', 'd2'])
  })

  test('passes on words for everybody and for itself, of the owner that it follows', async () => {
    say('hello', 'hello')
    say('snapshot', 'snapshot')
    await open()
    heard = []
    say('transient', 'for all')
    say('transient', 'for me', 'me')
    say('transient', 'for another', 'you')
    expect(heard).toEqual(['for all', 'for me'])
  })

  test('keeps back snapshots that only make the log shorter, but not one that it has asked for', async () => {
    say('hello', 'hello')
    say('snapshot', 's1')
    const socket = await open()
    say('snapshot', 's2')
    say('delta', 'd')
    socket.send(REFRESH)
    await clock.settle()
    say('snapshot', 's3')
    say('snapshot', 's4')
    expect(heard).toEqual(['opened', 'hello', 's1', 'd', 's2', 'd', 's3'])
    expect(asked).toEqual([`me\n${REFRESH}`])
  })

  test('ends with another owner, whose clock is another one', async () => {
    say('hello', 'hello')
    say('snapshot', 'snapshot')
    await open()
    held = take('owner two')
    say('hello', 'hello two')
    expect(heard.slice(3)).toEqual([
      'failed: another relay of the cluster watches this account now',
      'closed 1001',
    ])
    say('snapshot', 'snapshot two')
    expect(heard).toHaveLength(5)
  })

  test('ends with the first word of an owner that said nothing before: then it begins to listen', async () => {
    await open()
    say('hello', 'hello')
    expect(heard).toEqual(['opened', expect.stringContaining('another relay'), 'closed 1001'])
  })

  test('ends when the broker is lost, and can’t begin without it', async () => {
    say('hello', 'hello')
    say('snapshot', 'snapshot')
    await open()
    broker.link(false)
    expect(heard.slice(3)).toEqual(['failed: the broker of the cluster does not answer', 'closed 1001'])
    heard = []
    await open()
    expect(heard).toEqual([expect.stringContaining('failed'), 'closed 1001'])
  })

  test('is silent once it was abandoned, and leaves no listener', async () => {
    say('hello', 'hello')
    say('snapshot', 'snapshot')
    const ears = engine.ears.size
    const socket = await open()
    socket.terminate()
    say('delta', 'd')
    socket.send(REFRESH)
    broker.link(false)
    await clock.settle()
    expect(heard).toEqual(['opened', 'hello', 'snapshot'])
    expect(asked).toEqual([])
    expect(engine.ears.size).toBe(ears)
  })
})
