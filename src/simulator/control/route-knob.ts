import {
  CHANGING_ANSWERS,
  matchesRoute,
  REPLACING_ANSWERS,
  type RouteAnswer,
  STORED_STAMPS,
} from '../rest/route-fault.ts'
import { ROUTES } from '../rest/routes.ts'
import { type Knob, KnobError, type KnobValues, OPTIONAL_MS, untilOf } from './knob.ts'

const ANSWERS: readonly RouteAnswer[] = [...REPLACING_ANSWERS, ...CHANGING_ANSWERS]

/** Answers whose status can be chosen. */
const ANSWERS_WITH_STATUS: readonly RouteAnswer[] = ['status', 'html', 'redirect', 'empty']

/** Returns the pattern with `/v3`. @throws KnobError if it matches no route */
function patternOf(text: string): string {
  const pattern = text.startsWith('/v3/') ? text : `/v3${text}`
  if (![...ROUTES.keys()].some(path => matchesRoute(pattern, path))) {
    throw new KnobError('route must be a GET route such as /account, or a family such as /futures/*')
  }
  return pattern
}

function answerOf(values: KnobValues): RouteAnswer {
  const name = values.text('answer')
  const answer = ANSWERS.find(candidate => candidate === name) ?? 'status'
  if (values.json('code') !== undefined && !ANSWERS_WITH_STATUS.includes(answer)) {
    throw new KnobError(`${answer} takes no code`)
  }
  return answer
}

/** Lets one route, or a family of routes, answer wrongly. */
export const ROUTE_KNOB: Knob = {
  name: 'route',
  description:
    'lets one route (`/account`) or a family (`/futures/*`) answer with a status, HTML, a redirect, nothing, a body in gzip, 10 MB, duplicate keys, `__proto__`, 1e400, half a body, a reply that was stored, or not at all; until `off`, or for the given time',
  parameters: {
    answer: { kind: 'choice', choices: [...ANSWERS, 'off'] },
    route: { kind: 'text', optional: true },
    code: { kind: 'integer', min: 200, max: 599, optional: true },
    retryAfter: { kind: 'integer', min: 0, max: 86_400, optional: true },
    location: { kind: 'text', optional: true },
    stamp: { kind: 'choice', choices: STORED_STAMPS, optional: true },
    ms: OPTIONAL_MS,
  },
  run(knobContext, values) {
    const { faults, clock } = knobContext.context
    const route = values.textOrNull('route')
    const pattern = route === null ? null : patternOf(route)
    const others = faults.routes.filter(
      fault => pattern !== null && fault.pattern !== pattern && clock.nowMs() < fault.until,
    )
    if (values.text('answer') === 'off') {
      faults.routes = others
      return undefined
    }
    if (pattern === null) throw new KnobError('route needs route')
    const numberOrNull = (name: string) => (values.json(name) === undefined ? null : values.number(name))
    const fault = {
      pattern,
      answer: answerOf(values),
      code: numberOrNull('code'),
      retryAfterSeconds: numberOrNull('retryAfter'),
      location: values.textOrNull('location'),
      stamp: STORED_STAMPS.find(stamp => stamp === values.textOrNull('stamp')) ?? 'all',
      until: untilOf(knobContext, values),
    }
    faults.routes = [...others, fault]
    return undefined
  },
}
