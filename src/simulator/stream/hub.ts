import type { StreamConnection, StreamSession } from '../../ports/simulated-exchange.ts'
import { openNonces } from '../auth/nonces.ts'
import type { SimulatorContext } from '../context.ts'
import { partialOf } from '../protocol/partial.ts'
import { PRIVATE_TOPICS } from '../protocol/topics.ts'
import { openSession, POLICY_CLOSE, type Session } from './session.ts'

/** How many private events `duplicate` can repeat. */
const REMEMBERED = 3

/** A `reorder` that waits for a second event in vain lets the first one go after so long. */
const REORDER_PATIENCE_MS = 5_000

interface Push {
  readonly topic: string
  readonly text: string
}

/** All stream connections. */
export interface Hub {
  open(wire: StreamConnection): StreamSession
  /** True when somebody would hear it; saves working out what nobody wants. */
  hasSubscribers(topic: string): boolean
  publish(topic: string, data: unknown): void
  /** Sends a text to everybody as it stands. */
  broadcast(text: string): void
  cutAll(): void
  /** Ends the connections that a key has authenticated. */
  endAuthenticated(): void
  endAll(code: number): void
  /** Sends the last private events again. */
  repeat(): void
  /** Holds the next private events back until there are so many, then sends them in reverse. */
  reorder(count: number): void
  readonly size: () => number
}

/** No connection is open at first. */
export function openHub(core: SimulatorContext): Hub {
  const sessions = new Set<Session>()
  const nonces = openNonces()
  let remembered: Push[] = []
  let held: Push[] = []
  let holding = 0

  function deliver({ topic, text }: Push): void {
    for (const session of sessions) if (session.topics.has(topic)) session.push(text)
  }

  function release(): void {
    const pushes = held.reverse()
    held = []
    holding = 0
    for (const push of pushes) deliver(push)
  }

  function publishPrivate(push: Push): void {
    remembered = [...remembered, push].slice(-REMEMBERED)
    if (holding === 0) {
      deliver(push)
      return
    }
    held.push(push)
    if (held.length === 1) core.clock.after(REORDER_PATIENCE_MS, release)
    if (held.length >= holding) release()
  }

  const isHeard = (topic: string) => {
    for (const session of sessions) if (session.topics.has(topic)) return true
    return false
  }

  return {
    hasSubscribers: isHeard,
    open(wire) {
      const session = openSession(core, nonces, wire, () => sessions.delete(session))
      sessions.add(session)
      return session
    },
    publish(topic, data) {
      if (!isHeard(topic)) return
      const isPrivate = PRIVATE_TOPICS.has(topic)
      const told = isPrivate && core.clock.nowMs() < core.faults.partialUntil ? partialOf(data) : data
      const params = { topic, data: told }
      const push = { topic, text: JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params }) }
      if (isPrivate) publishPrivate(push)
      else deliver(push)
    },
    broadcast(text) {
      for (const session of sessions) session.push(text)
    },
    cutAll() {
      for (const session of [...sessions]) session.cut()
    },
    endAuthenticated() {
      for (const session of [...sessions]) if (session.isAuthenticated()) session.end(POLICY_CLOSE)
    },
    endAll(code) {
      for (const session of [...sessions]) session.end(code)
    },
    repeat() {
      for (const push of remembered) deliver(push)
    },
    reorder(count) {
      holding = count
    },
    size: () => sessions.size,
  }
}
