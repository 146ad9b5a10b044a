import { sendGarbage } from '../stream/garbage.ts'
import { type Knob, KnobError, MS } from './knob.ts'

/** The code that a client reports for a connection without a close frame. */
const CUT = 1006

/** Knobs that inject connection faults. */
export const CONNECTION_KNOBS: readonly Knob[] = [
  {
    name: 'drop',
    description: 'cuts all sockets without a close frame (the client sees 1006), or closes them with a code',
    parameters: { code: { kind: 'integer', min: 1000, max: 1014, optional: true } },
    run({ hub }, values) {
      const cut = hub.size()
      const code = values.numberOr('code', CUT)
      if (code === 1004 || code === 1005)
        throw new KnobError(`close code ${code} is reserved: it cannot be sent`)
      if (code === CUT) hub.cutAll()
      else hub.closeAll(code)
      return { cut }
    },
  },
  {
    name: 'down',
    description: 'cuts all sockets and refuses stream and REST connections for the given time',
    parameters: { ms: MS },
    run({ context, hub }, values) {
      context.faults.downUntil = context.clock.nowMs() + values.number('ms')
      hub.cutAll()
      return undefined
    },
  },
  {
    name: 'mute',
    description:
      'keeps sockets open but sends no events, replies or pongs for the given time; REST keeps working',
    parameters: { ms: MS },
    run({ context }, values) {
      context.faults.muteUntil = context.clock.nowMs() + values.number('ms')
      return undefined
    },
  },
  {
    name: 'garbage',
    description: 'sends unreadable frames: truncated JSON, unknown method, missing field, wrong type, noise',
    parameters: {},
    run({ hub, context }) {
      sendGarbage(hub, context.clock.nowMs())
      return undefined
    },
  },
  {
    name: 'slow',
    description: 'delays every REST reply and every frame by the given time; 0 turns it off',
    parameters: { ms: MS },
    run({ context }, values) {
      context.faults.slowMs = values.number('ms')
      return undefined
    },
  },
  {
    name: 'duplicate',
    description: 'resends the last private events',
    parameters: {},
    run({ hub }) {
      hub.resendLast()
      return undefined
    },
  },
  {
    name: 'reorder',
    description: 'delivers the next private events (2 by default) in reverse order',
    parameters: { count: { kind: 'integer', min: 2, max: 10, optional: true } },
    run({ hub }, values) {
      hub.reorder(values.numberOr('count', 2))
      return undefined
    },
  },
  {
    name: 'partial',
    description: 'reduces private events to little more than ids for the given time',
    parameters: { ms: MS },
    run({ context }, values) {
      context.faults.partialUntil = context.clock.nowMs() + values.number('ms')
      return undefined
    },
  },
  {
    name: 'rpcError',
    description: 'answers every stream request with an internal error for the given time',
    parameters: { ms: MS },
    run({ context }, values) {
      context.faults.rpcErrorUntil = context.clock.nowMs() + values.number('ms')
      return undefined
    },
  },
  {
    name: 'bare',
    description: 'omits usIn, usOut, usDiff and rateLimit from stream replies for the given time',
    parameters: { ms: MS },
    run({ context }, values) {
      context.faults.bareUntil = context.clock.nowMs() + values.number('ms')
      return undefined
    },
  },
]
