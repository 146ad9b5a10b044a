import { sendGarbage } from './garbage.ts'
import { type Knob, MS } from './knob.ts'

/** Knobs that spoil the connection. */
export const LINE_KNOBS: readonly Knob[] = [
  {
    name: 'drop',
    description: 'cuts all sockets without a word (the client sees 1006)',
    parameters: {},
    run({ hub }) {
      const cut = hub.size()
      hub.cutAll()
      return { cut }
    },
  },
  {
    name: 'down',
    description: 'cuts all sockets and refuses every connection for so long; REST too',
    parameters: { ms: MS },
    run({ core, hub }, values) {
      core.faults.downUntil = core.clock.nowMs() + values.number('ms')
      hub.cutAll()
      return undefined
    },
  },
  {
    name: 'mute',
    description: 'sockets stay open but say nothing for so long: no events, replies or pongs; REST goes on',
    parameters: { ms: MS },
    run({ core }, values) {
      core.faults.muteUntil = core.clock.nowMs() + values.number('ms')
      return undefined
    },
  },
  {
    name: 'garbage',
    description: 'sends unreadable frames: cut JSON, unknown method, missing field, wrong type, noise',
    parameters: {},
    run({ hub, core }) {
      sendGarbage(hub, core.clock.nowMs())
      return undefined
    },
  },
  {
    name: 'slow',
    description: 'every REST reply and every frame comes so much later; 0 ends it',
    parameters: { ms: MS },
    run({ core }, values) {
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
    run({ core }, values) {
      core.faults.partialUntil = core.clock.nowMs() + values.number('ms')
      return undefined
    },
  },
]
