import { DEFAULT_REQUEST_LIMITS, type RequestLimit } from '../rest/request-limits.ts'
import type { Knob } from './knob.ts'

const REQUEST_KINDS = ['signed', 'public'] as const

/** Replaces the rate limits of the REST API. */
export const LIMIT_KNOB: Knob = {
  name: 'limit',
  description:
    'limits REST requests, all or of one kind: a token bucket, a minimum spacing, a fixed `Retry-After` in seconds or none, and headers that report it; without parameters, the usual limits',
  parameters: {
    requests: { kind: 'choice', choices: REQUEST_KINDS, optional: true },
    perSecond: { kind: 'number', min: 0.001, max: 1_000, optional: true },
    burst: { kind: 'integer', min: 1, max: 10_000, optional: true },
    spacingMs: { kind: 'integer', min: 0, max: 86_400_000, optional: true },
    retryAfter: { kind: 'integer', min: 0, max: 86_400, optional: true },
    retryHeader: { kind: 'choice', choices: ['on', 'off'], optional: true },
    headers: { kind: 'choice', choices: ['on', 'off'], optional: true },
  },
  run({ context }, values) {
    const limitOf = (requests: (typeof REQUEST_KINDS)[number]): RequestLimit => {
      const usual = DEFAULT_REQUEST_LIMITS[requests]
      return {
        perSecond: values.numberOr('perSecond', usual.perSecond),
        burst: values.numberOr('burst', usual.burst),
        spacingMs: values.numberOr('spacingMs', usual.spacingMs),
        retryAfterSeconds: values.textOrNull('retryAfter') === null ? null : values.number('retryAfter'),
        hasRetryAfter: values.textOrNull('retryHeader') !== 'off',
        isReported: values.textOrNull('headers') === 'on',
      }
    }
    const requests = values.textOrNull('requests')
    const { limits } = context.faults
    context.faults.limits = {
      signed: requests === 'public' ? limits.signed : limitOf('signed'),
      public: requests === 'signed' ? limits.public : limitOf('public'),
    }
    return undefined
  },
}
