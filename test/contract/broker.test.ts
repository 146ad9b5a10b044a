import { afterAll, beforeAll, describe, inject } from 'vitest'
import { openRedisBroker } from '../../src/node/broker/redis-broker.ts'
import { openClock } from '../../src/node/clock.ts'
import type { Broker } from '../../src/ports/broker.ts'
import { openRedis, type RedisService } from '../services/redis.ts'
import { BrokerEngine } from '../support/broker-engine.ts'
import { openMemoryBroker } from '../support/memory-broker.ts'
import { brokerLaws } from './broker-laws.ts'

brokerLaws('in memory', async () => {
  const engine = new BrokerEngine()
  // Real time, because the laws also run on real engines.
  const clock = openClock()
  return {
    connect: async () => openMemoryBroker(clock, engine),
    forget: async () => engine.forget(),
    close: async () => {},
  }
})

function up(broker: Broker): Promise<void> {
  return new Promise(resolve => {
    if (broker.isUp()) return resolve()
    const cancel = broker.onLink(isUp => {
      if (!isUp) return
      cancel()
      resolve()
    })
  })
}

function down(broker: Broker): Promise<void> {
  return new Promise(resolve => {
    if (!broker.isUp()) return resolve()
    const cancel = broker.onLink(isUp => {
      if (isUp) return
      cancel()
      resolve()
    })
  })
}

describe.runIf(inject('services').redis)('with a real redis-server (needs redis-server)', () => {
  let redis: RedisService
  let spaces = 0
  beforeAll(async () => {
    redis = await openRedis()
  })
  afterAll(() => redis.stop())

  brokerLaws('Redis', async () => {
    const brokers: Broker[] = []
    spaces += 1
    const space = `laws${spaces}`
    const { host, port } = redis
    const address = { host, port, tls: false, username: null, password: null, db: 0 }
    return {
      async connect() {
        const broker = await openRedisBroker(address, space)
        brokers.push(broker)
        return broker
      },
      async forget() {
        const gone = Promise.all(brokers.map(down))
        await redis.kill()
        await gone
        await redis.start()
        await Promise.all(brokers.map(up))
      },
      async close() {
        for (const broker of brokers) broker.close()
      },
    }
  })
})
