import { AxisorError } from '../../domain/error.ts'
import type { LinkState } from '../../domain/status.ts'
import type { Policy } from '../policy.ts'

/** All that decides when to dial, to wait, to doubt and to give up. */
export interface Link {
  readonly state: LinkState
  /** Host on the other side, for messages. */
  readonly host: string
  /** Our clock, when it came into this state. */
  readonly since: number
  /** Counts the dials; what an older one says is ignored. */
  readonly epoch: number
  /** Tries since the link was last steady. */
  readonly attempt: number
  /** When the current state ends by itself; null in idle and stopped. There is no other timer. */
  readonly deadlineAt: number | null
  /** A ping is on its way: the next deadline without a sign of life is the last. */
  readonly pingPending: boolean
  readonly lastError: AxisorError | null
  readonly reconnects: number
  readonly hasBeenLive: boolean
}

/** What can happen to a link. `fraction` (0 up to 1) is chance, handed in so that a step is pure. */
export type LinkInput =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  | { readonly type: 'opened'; readonly epoch: number }
  /** The picture is there. */
  | { readonly type: 'ready'; readonly epoch: number }
  /** A sign of life: a frame or a pong. */
  | { readonly type: 'frame'; readonly epoch: number }
  | {
      readonly type: 'lost'
      readonly epoch: number
      readonly error: AxisorError
      readonly fraction: number
    }
  /** The deadline may have come; does nothing before it. */
  | { readonly type: 'deadline'; readonly fraction: number }
  /** Learned outside the socket, for example over HTTP. Stops the link when it is not retryable, else changes nothing. */
  | { readonly type: 'refused'; readonly error: AxisorError }

/** What the runner must do, in order. */
export type LinkEffect =
  | { readonly type: 'dial'; readonly epoch: number }
  /** The socket is open: begin to prepare. */
  | { readonly type: 'handshake' }
  | { readonly type: 'ping' }
  | { readonly type: 'close' }

/** A step's outcome. */
export interface Transition {
  readonly link: Link
  readonly effects: readonly LinkEffect[]
}

/** A link that has not been started. */
export function idleLink(now: number, host: string): Link {
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
  }
}

function stay(link: Link): Transition {
  return { link, effects: [] }
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
  return { link: { ...enter(link, 'stopped', now, null), lastError: error ?? link.lastError }, effects }
}

function isSteady(link: Link, now: number, policy: Policy): boolean {
  return link.state === 'live' && now - link.since >= policy.steadyMs
}

/** Full jitter: anywhere between nothing and a limit that doubles with each try. What the other side asked for is kept, within reason. */
function retryDelay(attempt: number, error: AxisorError, fraction: number, policy: Policy): number {
  // The exponent is bounded, so that a night of failures does not overflow.
  const limit = Math.min(policy.retryCeilingMs, policy.retryBaseMs * 2 ** Math.min(attempt - 1, 20))
  return Math.max(
    policy.retryFloorMs,
    Math.floor(limit * fraction),
    Math.min(error.retryAfterMs ?? 0, policy.maxRetryAfterMs),
  )
}

function lose(link: Link, error: AxisorError, fraction: number, now: number, policy: Policy): Transition {
  if (!error.retryable) return stop(link, now, error)
  const attempt = (isSteady(link, now, policy) ? 0 : link.attempt) + 1
  const retryAt = now + retryDelay(attempt, error, fraction, policy)
  return {
    link: { ...enter(link, 'waiting', now, retryAt), attempt, lastError: error },
    effects: [{ type: 'close' }],
  }
}

function expire(link: Link, fraction: number, now: number, policy: Policy): Transition {
  if (link.deadlineAt === null || now < link.deadlineAt) return stay(link)
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
      return lose(link, error, fraction, now, policy)
    }
    case 'preparing': {
      const error = new AxisorError(
        'timeout',
        `no picture from ${link.host} within ${seconds(policy.handshakeMs)}`,
        {
          hint: 'The exchange answers slowly; axisor tries again by itself.',
        },
      )
      return lose(link, error, fraction, now, policy)
    }
    case 'live': {
      if (!link.pingPending) {
        return {
          link: { ...link, pingPending: true, deadlineAt: now + policy.pongMs },
          effects: [{ type: 'ping' }],
        }
      }
      const quiet = seconds(policy.silenceMs + policy.pongMs)
      const error = new AxisorError(
        'silence',
        `nothing heard from ${link.host} for ${quiet} on an open connection`,
        {
          hint: 'The network may have dropped the connection silently; axisor reconnects by itself.',
        },
      )
      return lose(link, error, fraction, now, policy)
    }
    case 'waiting':
      return dial(link, now, policy)
    default:
      return stay(link)
  }
}

function frameReceived(link: Link, now: number, policy: Policy): Transition {
  if (link.state !== 'live') return stay(link)
  const attempt = isSteady(link, now, policy) ? 0 : link.attempt
  return stay({ ...link, attempt, pingPending: false, deadlineAt: now + policy.silenceMs })
}

function goLive(link: Link, now: number, policy: Policy): Transition {
  if (link.state !== 'preparing') return stay(link)
  const reconnects = link.reconnects + (link.hasBeenLive ? 1 : 0)
  return stay({ ...enter(link, 'live', now, now + policy.silenceMs), reconnects, hasBeenLive: true })
}

/**
 * The one state machine of every feed. Pure: the same link, input, time and policy give the same answer. Inputs that make no
 * sense in a state, and those of an older epoch, change nothing; `stopped` is final.
 */
export function transition(link: Link, input: LinkInput, now: number, policy: Policy): Transition {
  if (link.state === 'stopped') return stay(link)
  if ('epoch' in input && input.epoch !== link.epoch) return stay(link)
  switch (input.type) {
    case 'start':
      return link.state === 'idle' ? dial(link, now, policy) : stay(link)
    case 'stop':
      return stop(link, now, null)
    case 'refused':
      return input.error.retryable || link.state === 'idle' ? stay(link) : stop(link, now, input.error)
    case 'opened':
      if (link.state !== 'dialing') return stay(link)
      return {
        link: enter(link, 'preparing', now, now + policy.handshakeMs),
        effects: [{ type: 'handshake' }],
      }
    case 'ready':
      return goLive(link, now, policy)
    case 'frame':
      return frameReceived(link, now, policy)
    case 'lost':
      return hasSocket(link) ? lose(link, input.error, input.fraction, now, policy) : stay(link)
    case 'deadline':
      return expire(link, input.fraction, now, policy)
  }
}
