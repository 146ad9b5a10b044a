import { describe, expect, it } from 'vitest'
import { decodeReportedLimit } from '../../../../src/wire/lnm/rate-limit-headers.ts'

const decode = (policy: string, limit = '') =>
  decodeReportedLimit({ 'ratelimit-policy': policy, ratelimit: limit })

describe('decodeReportedLimit', () => {
  it('returns nothing for a reply without the headers', () => {
    expect(decodeReportedLimit({})).toEqual({ policies: [], emptyForMs: 0 })
  })

  it('decodes policies and the requests left of each', () => {
    expect(decode('"signed";q=40;w=2, "day, UTC";q=20;w=10;burst=60', '"signed";r=12;t=1')).toEqual({
      policies: [
        { burst: 40, perSecond: 20, remaining: 12 },
        { burst: 60, perSecond: 2, remaining: null },
      ],
      emptyForMs: 0,
    })
  })

  it('decodes the older forms', () => {
    expect(decode('20;w=1;burst=40', 'limit=20, remaining=0, reset=3')).toEqual({
      policies: [{ burst: 40, perSecond: 20, remaining: 0 }],
      emptyForMs: 3_000,
    })
  })

  it('returns the longest wait of the limits without requests left', () => {
    expect(decode('', '"a";r=0;t=2, "b";r=0;t=7, "c";r=1;t=90').emptyForMs).toBe(7_000)
    expect(decode('', '"a";r=0').emptyForMs).toBe(0)
  })

  it.each([
    '"a"',
    '"a";q=40',
    '"a";q=40;w=0',
    '"a";q=0;w=1',
    '"a";q=-1;w=1',
    '"a";q=1e9;w=1',
    '"a";q=NaN;w=1',
    '"a";q=1000;w=1;qu="content-bytes"',
    'w=1',
    '";;,,"',
    '"unclosed;q=1;w=1',
    ',;=',
  ])('leaves out the unreadable policy %s', header => {
    expect(decode(header, header)).toEqual({ policies: [], emptyForMs: 0 })
  })
})
