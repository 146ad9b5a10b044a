import { beforeEach, describe, expect, test } from 'vitest'
import type { Broker, BrokerFrame, FrameKind, LeaseRecord } from '../../../../src/ports/broker.ts'
import type { Socket } from '../../../../src/ports/net.ts'
import { followerSockets } from '../../../../src/relay/cluster/follower-sockets.ts'
import { BrokerEngine } from '../../../support/broker-engine.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { type MemoryBroker, openMemoryBroker } from '../../../support/memory-broker.ts'

const REFRESH = '{"type":"refresh_data"}'

describe("a follower's socket", () => {
  const clock = openFakeClock()
  let engine: BrokerEngine
  let broker: MemoryBroker
  let received: string[]
  let requests: string[]
  let held: LeaseRecord
  /** Frames for which this returns true are lost. */
  let isLost: (frame: BrokerFrame) => boolean

  beforeEach(async () => {
    engine = new BrokerEngine()
    broker = openMemoryBroker(clock, engine)
    received = []
    requests = []
    isLost = () => false
    held = acquire('owner one')
    await broker.onRequest('a', text => void requests.push(text))
  })

  function acquire(owner: string): LeaseRecord {
    const { record } = engine.readLease('a')
    const got = engine.acquire('a', { owner, expected: record, floor: 0, settle: true })
    if (!got.ok) throw new Error('it should have been free')
    return got.record
  }

  function publish(kind: FrameKind, text: string, to = ''): void {
    expect(engine.publish('a', held, { kind, to, text })).toBe('published')
  }

  async function open(): Promise<Socket> {
    const lossy: Broker = {
      ...broker,
      onFrame: (account, callback) =>
        broker.onFrame(account, frame => (isLost(frame) ? undefined : callback(frame))),
    }
    const random = { float: () => 0.5, hex: () => 'me' }
    const socket = followerSockets({ broker: lossy, random }, 'a').open('ws://cluster', {
      opened: () => void received.push('opened'),
      text: data => void received.push(data),
      pong: () => void received.push('pong'),
      failed: error => void received.push(`failed: ${error.message}`),
      closed: code => void received.push(`closed ${code}`),
    })
    await clock.settle()
    return socket
  }

  test('starts with the greeting, the snapshot and the deltas after it, then continues', async () => {
    publish('hello', 'hello')
    publish('snapshot', 'snapshot')
    publish('delta', 'd1')
    await open()
    publish('delta', 'd2')
    expect(received).toEqual(['opened', 'hello', 'snapshot', 'd1', 'd2'])
  })

  test('delivers nothing twice or out of order, whenever it opens', async () => {
    publish('hello', 'hello')
    publish('snapshot', 'snapshot')
    let read = 0
    const original = engine.read.bind(engine)
    engine.read = account => {
      read += 1
      const retained = original(account)
      // Published after the read and before its reply.
      publish('delta', `while reading ${read}`)
      return retained
    }
    await open()
    publish('delta', 'after')
    expect(received).toEqual(['opened', 'hello', 'snapshot', 'while reading 1', 'after'])
  })

  test('fills a gap from the retained messages', async () => {
    publish('hello', 'hello')
    publish('snapshot', 'snapshot')
    await open()
    isLost = frame => frame.text === 'd1'
    publish('delta', 'd1')
    expect(received).toEqual(['opened', 'hello', 'snapshot'])
    publish('delta', 'd2')
    await clock.settle()
    expect(received.slice(3)).toEqual(['snapshot', 'd1', 'd2'])
  })

  test('delivers transient messages of its owner to all and to itself', async () => {
    publish('hello', 'hello')
    publish('snapshot', 'snapshot')
    await open()
    received = []
    publish('transient', 'for all')
    publish('transient', 'for me', 'me')
    publish('transient', 'for another', 'you')
    expect(received).toEqual(['for all', 'for me'])
  })

  test('skips snapshots that only shorten the log, but not a requested one', async () => {
    publish('hello', 'hello')
    publish('snapshot', 's1')
    const socket = await open()
    publish('snapshot', 's2')
    publish('delta', 'd')
    socket.send(REFRESH)
    await clock.settle()
    publish('snapshot', 's3')
    publish('snapshot', 's4')
    expect(received).toEqual(['opened', 'hello', 's1', 'd', 's2', 'd', 's3'])
    expect(requests).toEqual([`me\n${REFRESH}`])
  })

  test('ends with a new owner, whose clock is different', async () => {
    publish('hello', 'hello')
    publish('snapshot', 'snapshot')
    await open()
    held = acquire('owner two')
    publish('hello', 'hello two')
    expect(received.slice(3)).toEqual([
      'failed: another relay of the cluster has taken over this account',
      'closed 1001',
    ])
    publish('snapshot', 'snapshot two')
    expect(received).toHaveLength(5)
  })

  test('ends with the first message of an owner that had published nothing, to reconnect', async () => {
    await open()
    publish('hello', 'hello')
    expect(received).toEqual(['opened', expect.stringContaining('another relay'), 'closed 1001'])
  })

  test('ends when the broker is lost, and cannot open without it', async () => {
    publish('hello', 'hello')
    publish('snapshot', 'snapshot')
    await open()
    broker.link(false)
    expect(received.slice(3)).toEqual(['failed: the broker of the cluster is not reachable', 'closed 1001'])
    received = []
    await open()
    expect(received).toEqual([expect.stringContaining('failed'), 'closed 1001'])
  })

  test('delivers nothing after it was terminated, and leaves no listener', async () => {
    publish('hello', 'hello')
    publish('snapshot', 'snapshot')
    const listeners = engine.listeners.size
    const socket = await open()
    socket.terminate()
    publish('delta', 'd')
    socket.send(REFRESH)
    broker.link(false)
    await clock.settle()
    expect(received).toEqual(['opened', 'hello', 'snapshot'])
    expect(requests).toEqual([])
    expect(engine.listeners.size).toBe(listeners)
  })
})
