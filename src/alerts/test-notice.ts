import type { Notice } from '../domain/alerts/alert.ts'

/** Returns a notice that is marked as a test, about no alert. `at` is of the wall clock. */
export function testNotice(unique: string, at: number): Notice {
  const id = `test-${unique}`
  return {
    id: `${id}.1`,
    event: 'test',
    alert: {
      id,
      kind: 'delivery',
      rule: 'delivery',
      level: 'info',
      state: 'firing',
      subject: 'axisor alerts',
      positionId: null,
      since: at,
      message: 'this is a test of this channel: no alert fires, and nothing has to be done',
      remedy: null,
    },
    at,
    simulated: false,
    channels: null,
  }
}
