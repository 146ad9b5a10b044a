import { expect, test } from 'vitest'
import { isReplacedBy } from '../../../../src/alerts/delivery/replaced-notice.ts'
import type { Level, NoticeEvent } from '../../../../src/domain/alerts/alert.ts'
import { noticeOf } from '../../../support/notices.ts'

type Kind = readonly [event: NoticeEvent, level: Level]

const of = (id: string, [event, level]: Kind, alertId = 'a') => noticeOf(id, { alertId, event, level })

const REPLACED: readonly (readonly [Kind, Kind])[] = [
  [
    ['worse', 'warn'],
    ['worse', 'critical'],
  ],
  [
    ['worse', 'critical'],
    ['repeat', 'critical'],
  ],
  [
    ['repeat', 'critical'],
    ['repeat', 'critical'],
  ],
  [
    ['repeat', 'critical'],
    ['worse', 'liquidated'],
  ],
  [
    ['worse', 'critical'],
    ['resolved', 'critical'],
  ],
  [
    ['worse', 'critical'],
    ['resolved', 'warn'],
  ],
  [
    ['worse', 'liquidated'],
    ['repeat', 'liquidated'],
  ],
]

test.each(REPLACED)('replaces %j by %j of the same alert only', (older, newer) => {
  expect(isReplacedBy(of('n-1', older), of('n-2', newer))).toBe(true)
  expect(isReplacedBy(of('n-1', older), of('n-2', newer, 'b'))).toBe(false)
})

const KEPT: readonly (readonly [Kind, Kind])[] = [
  [
    ['firing', 'critical'],
    ['worse', 'critical'],
  ],
  [
    ['firing', 'critical'],
    ['resolved', 'critical'],
  ],
  [
    ['worse', 'critical'],
    ['worse', 'warn'],
  ],
  [
    ['worse', 'liquidated'],
    ['resolved', 'liquidated'],
  ],
  [
    ['worse', 'warn'],
    ['test', 'critical'],
  ],
  [
    ['worse', 'warn'],
    ['firing', 'critical'],
  ],
  [
    ['event', 'info'],
    ['event', 'info'],
  ],
  [
    ['test', 'info'],
    ['test', 'info'],
  ],
  [
    ['resolved', 'warn'],
    ['repeat', 'warn'],
  ],
]

test.each(KEPT)('keeps %j before %j', (older, newer) => {
  expect(isReplacedBy(of('n-1', older), of('n-2', newer))).toBe(false)
})
