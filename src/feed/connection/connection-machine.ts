import { AxisorError } from '../../domain/error.ts'
import type { LinkState } from '../../domain/status.ts'
import type { Policy } from '../policy.ts'
import {
  initialKey,
  type KeyAccess,
  type KeyInput,
  type KeyTransition,
  keyDeadline,
  keyTransition,
} from './key-machine.ts'

/** State of a connection. It alone decides when to dial, wait, ping and give up. */
export interface Link {
  readonly state: LinkState
  /** Host of the peer, for messages. */
  readonly host: string
  /** When this state was entered, our clock. */
  readonly since: number
  /** Number of the current dial; inputs of older dials are ignored. */
  readonly epoch: number
  /** Attempts since the connection was last stable. */
  readonly attempt: number
  /** When the current state times out, or null if idle or stopped. The key has a deadline of its own. */
  readonly deadlineAt: number | null
  /** A ping is unanswered: the connection is lost at the next deadline unless a frame or pong arrives. */
  readonly pingPending: boolean
  readonly lastError: AxisorError | null
  readonly reconnects: number
  readonly hasBeenLive: boolean
  /** The exchange's verdict on the API key. It does not depend on the socket: market data needs no key. */
  readonly key: KeyAccess
}

/** Inputs of the state machine. `random` (0 up to 1) is passed in, so that a transition is pure. */
export type LinkInput =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  | { readonly type: 'opened'; readonly epoch: number }
  /** The first snapshot has been emitted. */
  | { readonly type: 'ready'; readonly epoch: number }
  /** A frame or a pong arrived `at`, our clock. */
  | { readonly type: 'activity'; readonly epoch: number; readonly at: number }
  | {
      readonly type: 'disconnected'
      readonly epoch: number
      readonly error: AxisorError
      readonly random: number
    }
  /** The timer fired; has no effect before a deadline. */
  | { readonly type: 'timer'; readonly random: number }
  /** A request outside the socket was rejected, for example over HTTP. Stops the connection if the error is final. */
  | { readonly type: 'rejected'; readonly error: AxisorError }
  | KeyInput

/** Side effects for the runner, in order. */
export type LinkEffect =
  | { readonly type: 'dial'; readonly epoch: number }
  /** The socket is open: start the session's handshake. */
  | { readonly type: 'handshake' }
  | { readonly type: 'ping' }
  | { readonly type: 'close' }
  /** Send requests with the refused key again. */
  | { readonly type: 'try-key' }

/** Result of a transition. */
export interface Transition {
  readonly link: Link
  readonly effects: readonly LinkEffect[]
}

/** The initial state. `key` is what earlier runs know about the key. */
export function idleLink(now: number, host: string, key: KeyAccess = initialKey(null)): Link {
  return {
    state: 'idle',
    host,
    since: now,
    epoch: 0,
    attempt: 0,
    deadlineAt: null,
    pingPending: false,
    lastError: null,
    reconnects: 0,
    hasBeenLive: false,
    key,
  }
}

/** When the runner's timer must fire, or null if there is no deadline. */
export function nextDeadline({ deadlineAt, key }: Link): number | null {
  if (deadlineAt === null || key.deadlineAt === null) return deadlineAt ?? key.deadlineAt
  return Math.min(deadlineAt, key.deadlineAt)
}

const NO_EFFECTS: readonly LinkEffect[] = []

function unchanged(link: Link): Transition {
  return { link, effects: NO_EFFECTS }
}

function enter(link: Link, state: LinkState, now: number, deadlineAt: number | null): Link {
  return { ...link, state, since: now, deadlineAt, pingPending: false }
}

function dial(link: Link, now: number, policy: Policy): Transition {
  const epoch = link.epoch + 1
  return {
    link: { ...enter(link, 'dialing', now, now + policy.dialMs), epoch },
    effects: [{ type: 'dial', epoch }],
  }
}

function hasSocket(link: Link): boolean {
  return link.state === 'dialing' || link.state === 'preparing' || link.state === 'live'
}

function stop(link: Link, now: number, error: AxisorError | null): Transition {
  const effects: LinkEffect[] = hasSocket(link) ? [{ type: 'close' }] : []
  const key = { ...link.key, deadlineAt: null }
  return { link: { ...enter(link, 'stopped', now, null), lastError: error ?? link.lastError, key }, effects }
}

/** A key that was accepted before is tried again; any other error that cannot be retried is final. */
function isFinal(link: Link, error: AxisorError, policy: Policy): boolean {
  if (error.retryable) return false
  const isKey = error.code === 'key-refused' || error.code === 'missing-permission'
  return !isKey || link.key.state === 'unproven' || !policy.retryRefusedKey
}

function applyKey(link: Link, { key, outcome }: KeyTransition, now: number): Transition {
  const next = { ...link, key }
  if (outcome === 'final') return stop(next, now, key.error)
  return { link: next, effects: outcome === 'attempt' ? [{ type: 'try-key' }] : [] }
}

function isStable(link: Link, now: number, policy: Policy): boolean {
  return link.state === 'live' && now - link.since >= policy.stableMs
}

/**
 * Exponential backoff with full jitter: a random delay up to a limit that doubles with each attempt. The peer's `Retry-After` is
 * honored up to `maxRetryAfterMs`.
 */
function retryDelay(attempt: number, error: AxisorError, random: number, policy: Policy): number {
  // The exponent is bounded: 2 ** attempt would overflow after hours of failures.
  const limit = Math.min(policy.retryCeilingMs, policy.retryBaseMs * 2 ** Math.min(attempt - 1, 20))
  return Math.max(
    policy.retryFloorMs,
    Math.floor(limit * random),
    Math.min(error.retryAfterMs ?? 0, policy.maxRetryAfterMs),
  )
}

function handleLoss(link: Link, error: AxisorError, random: number, now: number, policy: Policy): Transition {
  if (isFinal(link, error, policy)) return stop(link, now, error)
  const attempt = (isStable(link, now, policy) ? 0 : link.attempt) + 1
  const retryAt = now + retryDelay(attempt, error, random, policy)
  return {
    link: { ...enter(link, 'waiting', now, retryAt), attempt, lastError: error },
    effects: [{ type: 'close' }],
  }
}

function handleDeadline(link: Link, random: number, now: number, policy: Policy): Transition {
  if (link.deadlineAt === null || now < link.deadlineAt) return unchanged(link)
  const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`
  switch (link.state) {
    case 'dialing': {
      const error = new AxisorError(
        'timeout',
        `no connection to ${link.host} within ${seconds(policy.dialMs)}`,
        {
          hint: 'Check the network and the stream address.',
        },
      )
      return handleLoss(link, error, random, now, policy)
    }
    case 'preparing': {
      const error = new AxisorError(
        'timeout',
        `${link.host} sent no account data within ${seconds(policy.handshakeMs)}`,
        {
          hint: 'The server is slow; axisor retries automatically.',
        },
      )
      return handleLoss(link, error, random, now, policy)
    }
    case 'live': {
      if (!link.pingPending) {
        return {
          link: { ...link, pingPending: true, deadlineAt: now + policy.pongMs },
          effects: [{ type: 'ping' }],
        }
      }
      const silence = seconds(policy.silenceMs + policy.pongMs)
      const error = new AxisorError(
        'silence',
        `no data from ${link.host} for ${silence} on an open connection`,
        {
          hint: 'The network may have dropped the connection silently; axisor reconnects automatically.',
        },
      )
      return handleLoss(link, error, random, now, policy)
    }
    case 'waiting':
      return dial(link, now, policy)
    default:
      return unchanged(link)
  }
}

function handleActivity(link: Link, now: number, policy: Policy): Transition {
  if (link.state !== 'live') return unchanged(link)
  const attempt = isStable(link, now, policy) ? 0 : link.attempt
  const deadlineAt = now + policy.silenceMs
  // The exchange sends several frames at once.
  if (!link.pingPending && link.deadlineAt === deadlineAt && link.attempt === attempt) return unchanged(link)
  return unchanged({ ...link, attempt, pingPending: false, deadlineAt })
}

function handleReady(link: Link, now: number, policy: Policy): Transition {
  if (link.state !== 'preparing') return unchanged(link)
  const reconnects = link.reconnects + (link.hasBeenLive ? 1 : 0)
  return unchanged({ ...enter(link, 'live', now, now + policy.silenceMs), reconnects, hasBeenLive: true })
}

/**
 * State machine shared by all feeds. Pure: the result depends on the arguments only. Inputs that do not apply to the state or come
 * from an older epoch are ignored; `stopped` is final.
 */
export function transition(link: Link, input: LinkInput, now: number, policy: Policy): Transition {
  if (link.state === 'stopped') return unchanged(link)
  if ('epoch' in input && input.epoch !== link.epoch) return unchanged(link)
  switch (input.type) {
    case 'start':
      return link.state === 'idle' ? dial(link, now, policy) : unchanged(link)
    case 'stop':
      return stop(link, now, null)
    case 'rejected':
      if (link.state === 'idle' || !isFinal(link, input.error, policy)) return unchanged(link)
      return stop(link, now, input.error)
    case 'opened':
      if (link.state !== 'dialing') return unchanged(link)
      return {
        link: enter(link, 'preparing', now, now + policy.handshakeMs),
        effects: [{ type: 'handshake' }],
      }
    case 'ready':
      return handleReady(link, now, policy)
    case 'activity':
      return handleActivity(link, now, policy)
    case 'disconnected':
      return hasSocket(link) ? handleLoss(link, input.error, input.random, now, policy) : unchanged(link)
    case 'timer': {
      const keyed = applyKey(link, keyDeadline(link.key, now, policy), now)
      const { link: next, effects } = handleDeadline(keyed.link, input.random, now, policy)
      return { link: next, effects: [...effects, ...keyed.effects] }
    }
    default:
      return link.state === 'idle'
        ? unchanged(link)
        : applyKey(link, keyTransition(link.key, input, now, policy), now)
  }
}
