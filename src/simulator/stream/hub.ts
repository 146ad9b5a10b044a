import type { StreamConnection, StreamSession } from '../../ports/simulated-exchange.ts'
import { openNonces } from '../auth/nonces.ts'
import type { SimulatorContext } from '../context.ts'
import { topicFault } from '../faults.ts'
import { partialOf } from '../protocol/partial.ts'
import { stringifyRaw } from '../protocol/raw-json.ts'
import { activeChanges, applyRowChanges } from '../protocol/row-change.ts'
import { PRIVATE_TOPICS } from '../protocol/topics.ts'
import { openSession, POLICY_CLOSE, type Session } from './session.ts'

/** Number of private events that `duplicate` resends. */
const RESEND_LIMIT = 3

/** Maximum time that `reorder` holds an event while waiting for further ones. */
const REORDER_TIMEOUT_MS = 5_000

interface Push {
  readonly topic: string
  readonly text: string
}

/** All stream connections. */
export interface Hub {
  open(connection: StreamConnection): StreamSession
  /** True if the topic has a subscriber; avoids computing unused messages. */
  hasSubscribers(topic: string): boolean
  publish(topic: string, data: unknown): void
  /** Sends a raw text to every session. */
  broadcast(text: string): void
  cutAll(): void
  /** Closes the authenticated sessions. */
  closeAuthenticated(): void
  closeAll(code: number): void
  /** Resends the last private events. */
  resendLast(): void
  /** Holds the next `count` private events and sends them in reverse order. */
  reorder(count: number): void
  readonly size: () => number
}

/** Opens a hub without sessions. */
export function openHub(context: SimulatorContext): Hub {
  const { clock, faults } = context
  const sessions = new Set<Session>()
  const nonces = openNonces()
  let recent: Push[] = []
  let held: Push[] = []
  let reorderCount = 0

  function deliver({ topic, text }: Push): void {
    for (const session of sessions) if (session.topics.has(topic)) session.push(text)
  }

  function release(): void {
    const pushes = held.reverse()
    held = []
    reorderCount = 0
    for (const push of pushes) deliver(push)
  }

  function publishPrivate(push: Push): void {
    recent = [...recent, push].slice(-RESEND_LIMIT)
    if (reorderCount === 0) {
      deliver(push)
      return
    }
    held.push(push)
    if (held.length === 1) clock.after(REORDER_TIMEOUT_MS, release)
    if (held.length >= reorderCount) release()
  }

  const hasSubscribers = (topic: string) => {
    for (const session of sessions) if (session.topics.has(topic)) return true
    return false
  }

  return {
    hasSubscribers,
    open(connection) {
      const session = openSession(context, nonces, connection, () => sessions.delete(session))
      sessions.add(session)
      return session
    },
    publish(topic, data) {
      if (!hasSubscribers(topic) || topicFault(faults, topic, clock.nowMs()) !== null) return
      const isPrivate = PRIVATE_TOPICS.has(topic)
      const payload = isPrivate && clock.nowMs() < faults.partialUntil ? partialOf(data) : data
      const changes = activeChanges(faults.rows, topic, clock.nowMs())
      const params = { topic, data: applyRowChanges(payload, changes) }
      const push = { topic, text: stringifyRaw({ jsonrpc: '2.0', method: 'subscription', params }) }
      if (isPrivate) publishPrivate(push)
      else deliver(push)
    },
    broadcast(text) {
      for (const session of sessions) session.push(text)
    },
    cutAll() {
      for (const session of [...sessions]) session.cut()
    },
    closeAuthenticated() {
      for (const session of [...sessions]) if (session.isAuthenticated()) session.close(POLICY_CLOSE)
    },
    closeAll(code) {
      for (const session of [...sessions]) session.close(code)
    },
    resendLast() {
      for (const push of recent) deliver(push)
    },
    reorder(count) {
      reorderCount = count
    },
    size: () => sessions.size,
  }
}
