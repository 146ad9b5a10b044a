import { AxisorError } from '../../src/domain/error.ts'
import type { Broker, Frame, LeaseRecord } from '../../src/ports/broker.ts'
import type { Cancel, Clock } from '../../src/ports/clock.ts'
import { BrokerEngine, type EngineEars } from './broker-engine.ts'

/** A broker in memory, and what a test may do to the way there. */
export interface MemoryBroker extends Broker {
  /** Cuts this relay's link, or brings it back; messages of meanwhile are lost. */
  link(isUp: boolean): void
}

/** One relay's way to an engine that may be shared. */
export function openMemoryBroker(clock: Clock, engine = new BrokerEngine()): MemoryBroker {
  let isUp = true
  const links = new Set<(isUp: boolean) => void>()
  const cancels = new Set<Cancel>()

  async function call<T>(work: () => T): Promise<T> {
    await null
    if (!isUp) throw new AxisorError('unavailable', 'the broker is not responding')
    return work()
  }

  async function listen(ears: Partial<EngineEars>): Promise<Cancel> {
    const all = { lease: () => {}, frame: () => {}, ask: () => {}, ...ears }
    engine.ears.add(all)
    const cancel = () => void engine.ears.delete(all)
    cancels.add(cancel)
    return cancel
  }

  const heardOf =
    <T>(account: string, heard: (what: T) => void) =>
    (of: string, what: T): void => {
      if (of === account && isUp) heard(what)
    }

  return {
    isUp: () => isUp,
    onLink(heard) {
      links.add(heard)
      return () => links.delete(heard)
    },
    readLease: account => call(() => engine.look(account)),
    acquire: (account, taking) => call(() => engine.take(account, taking)),
    renew: (account, held) => call(() => engine.renew(account, held)),
    release: (account, held) => call(() => engine.release(account, held)),
    publish: (account, held, frame) => call(() => engine.publish(account, held, frame)),
    read: account => call(() => engine.read(account)),
    request: (account, text) => call(() => engine.ask(account, text)),
    onLease: (account, heard) => listen({ lease: heardOf<LeaseRecord>(account, heard) }),
    onFrame: (account, heard) => listen({ frame: heardOf<Frame>(account, heard) }),
    onRequest: (account, heard) => listen({ ask: heardOf<string>(account, heard) }),
    consume: (allowance, limits) => call(() => engine.spend(allowance, limits, clock.nowMs())),
    link(up) {
      if (up === isUp) return
      isUp = up
      for (const heard of [...links]) heard(up)
    },
    close() {
      isUp = false
      for (const cancel of cancels) cancel()
    },
  }
}
