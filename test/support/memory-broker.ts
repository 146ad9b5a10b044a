import { AxisorError } from '../../src/domain/error.ts'
import type { Broker, BrokerFrame, LeaseRecord } from '../../src/ports/broker.ts'
import type { Cancel, Clock } from '../../src/ports/clock.ts'
import { BrokerEngine, type EngineListener } from './broker-engine.ts'

/** A broker in memory, with a controllable link. */
export interface MemoryBroker extends Broker {
  /** Cuts this relay's link or restores it; messages in between are lost. */
  link(isUp: boolean): void
}

/** Opens one relay's connection to an engine that may be shared. */
export function openMemoryBroker(clock: Clock, engine = new BrokerEngine()): MemoryBroker {
  let isUp = true
  const links = new Set<(isUp: boolean) => void>()
  const cancels = new Set<Cancel>()

  async function call<T>(work: () => T): Promise<T> {
    await null
    if (!isUp) throw new AxisorError('unavailable', 'the broker is not responding')
    return work()
  }

  async function subscribe(listener: Partial<EngineListener>): Promise<Cancel> {
    const all = { lease: () => {}, frame: () => {}, request: () => {}, ...listener }
    engine.listeners.add(all)
    const cancel = () => void engine.listeners.delete(all)
    cancels.add(cancel)
    return cancel
  }

  const forAccount =
    <T>(account: string, callback: (what: T) => void) =>
    (of: string, what: T): void => {
      if (of === account && isUp) callback(what)
    }

  return {
    isUp: () => isUp,
    onLink(callback) {
      links.add(callback)
      return () => links.delete(callback)
    },
    readLease: account => call(() => engine.readLease(account)),
    acquire: (account, request) => call(() => engine.acquire(account, request)),
    renew: (account, held) => call(() => engine.renew(account, held)),
    release: (account, held) => call(() => engine.release(account, held)),
    publish: (account, held, frame) => call(() => engine.publish(account, held, frame)),
    read: account => call(() => engine.read(account)),
    request: (account, text) => call(() => engine.request(account, text)),
    onLease: (account, callback) => subscribe({ lease: forAccount<LeaseRecord>(account, callback) }),
    onFrame: (account, callback) => subscribe({ frame: forAccount<BrokerFrame>(account, callback) }),
    onRequest: (account, callback) => subscribe({ request: forAccount<string>(account, callback) }),
    consume: (name, limits) => call(() => engine.consume(name, limits, clock.nowMs())),
    link(up) {
      if (up === isUp) return
      isUp = up
      for (const callback of [...links]) callback(up)
    },
    close() {
      isUp = false
      for (const cancel of cancels) cancel()
    },
  }
}
