import type { Notice } from '../domain/alerts/alert.ts'
import { deliveryNotice } from './delivery-notice.ts'

/** Returns a notice that is marked as a test, about no alert. `at` is of the wall clock. */
export function testNotice(unique: string, at: number): Notice {
  return deliveryNotice({
    id: `test-${unique}`,
    event: 'test',
    at,
    level: 'info',
    subject: 'axisor alerts',
    message: 'this is a test of this channel: no alert fires, and nothing has to be done',
    remedy: null,
  })
}
