import { sendGarbage } from '../stream/garbage.ts'
import { type Knob, KnobError, MS } from './knob.ts'

/** What a client sees when nobody said good-bye. */
const CUT = 1006

/** Knobs that spoil the connection. */
export const LINE_KNOBS: readonly Knob[] = [
  {
    name: 'drop',
    description: 'cuts all sockets without a word (the client sees 1006), or closes them with a code',
    parameters: { code: { kind: 'whole', least: 1000, most: 1014, optional: true } },
    run({ hub }, values) {
      const cut = hub.size()
      const code = values.numberOr('code', CUT)
      if (code === 1004 || code === 1005) throw new KnobError(`no server may close with ${code}`)
      if (code === CUT) hub.cutAll()
      else hub.endAll(code)
      return { cut }
    },
  },
  {
    name: 'down',
    description: 'cuts all sockets and refuses every connection for so long; REST too',
    parameters: { ms: MS },
    run({ context: core, hub }, values) {
      core.faults.downUntil = core.clock.nowMs() + values.number('ms')
      hub.cutAll()
      return undefined
    },
  },
  {
    name: 'mute',
    description: 'sockets stay open but say nothing for so long: no events, replies or pongs; REST goes on',
    parameters: { ms: MS },
    run({ context: core }, values) {
      core.faults.muteUntil = core.clock.nowMs() + values.number('ms')
      return undefined
    },
  },
  {
    name: 'garbage',
    description: 'sends unreadable frames: cut JSON, unknown method, missing field, wrong type, noise',
    parameters: {},
    run({ hub, context: core }) {
      sendGarbage(hub, core.clock.nowMs())
      return undefined
    },
  },
  {
    name: 'slow',
    description: 'every REST reply and every frame comes so much later; 0 ends it',
    parameters: { ms: MS },
    run({ context: core }, values) {
      core.faults.slowMs = values.number('ms')
      return undefined
    },
  },
  {
    name: 'duplicate',
    description: 'sends the last private events again',
    parameters: {},
    run({ hub }) {
      hub.repeat()
      return undefined
    },
  },
  {
    name: 'reorder',
    description: 'the next private events (2 unless given) come in reverse order',
    parameters: { count: { kind: 'whole', least: 2, most: 10, optional: true } },
    run({ hub }, values) {
      hub.reorder(values.numberOr('count', 2))
      return undefined
    },
  },
  {
    name: 'partial',
    description: 'private events carry hardly more than ids for so long',
    parameters: { ms: MS },
    run({ context: core }, values) {
      core.faults.partialUntil = core.clock.nowMs() + values.number('ms')
      return undefined
    },
  },
  {
    name: 'rpcError',
    description: 'every request on the stream is answered with an internal error for so long',
    parameters: { ms: MS },
    run({ context: core }, values) {
      core.faults.rpcErrorUntil = core.clock.nowMs() + values.number('ms')
      return undefined
    },
  },
  {
    name: 'bare',
    description: 'replies on the stream lack usIn, usOut, usDiff and rateLimit for so long',
    parameters: { ms: MS },
    run({ context: core }, values) {
      core.faults.bareUntil = core.clock.nowMs() + values.number('ms')
      return undefined
    },
  },
]
