import type { TopicFault } from '../faults.ts'
import { TOPICS } from '../protocol/topics.ts'
import { type Knob, KnobError, OPTIONAL_MS, untilOf } from './knob.ts'

const ANSWERS: readonly TopicFault['answer'][] = ['refused', 'ignored', 'silent']

/** Takes topics of the stream away. */
export const TOPIC_KNOB: Knob = {
  name: 'topic',
  description:
    'refuses the subscription of a topic, leaves it out of the acknowledgement (`ignored`), or sends no messages of it (`silent`), also to those subscribed before; without `topic`: of all; until `off`, or for the given time',
  parameters: {
    answer: { kind: 'choice', choices: [...ANSWERS, 'off'] },
    topic: { kind: 'text', optional: true },
    ms: OPTIONAL_MS,
  },
  run(knobContext, values) {
    const { faults, clock } = knobContext.context
    const topic = values.textOrNull('topic')
    if (topic !== null && !TOPICS.has(topic)) throw new KnobError(`unknown topic ${topic}`)
    const topics = topic === null ? [...TOPICS] : [topic]
    const others = faults.topics.filter(fault => !topics.includes(fault.topic) && clock.nowMs() < fault.until)
    const answer = ANSWERS.find(candidate => candidate === values.text('answer'))
    const until = untilOf(knobContext, values)
    faults.topics =
      answer === undefined ? others : [...others, ...topics.map(each => ({ topic: each, answer, until }))]
    return undefined
  },
}
