import { expect, test } from 'vitest'
import { NO_RELAY_ALERTS } from '../../../../src/domain/alerts/relay-settings.ts'
import { changeNotices } from '../../../../src/relay/alerts/change-notices.ts'

test.each([
  ['by token 0f3a9c51', 'If this was not you, ask the operator of the relay to revoke the token'],
  ['by the operator of the relay', 'If you did not expect this, ask the operator of the relay'],
])('names a token only in the notice about a change %s', (by, remedy) => {
  const change = { revision: 3, at: 1_000, message: `the rules were replaced ${by}`, channels: ['phone'] }
  const [queued] = changeNotices({ ...NO_RELAY_ALERTS, changes: [change] }, 2_000)
  expect(queued?.notice.alert).toMatchObject({ message: change.message, remedy })
})
