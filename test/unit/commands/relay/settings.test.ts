import { expect, test } from 'vitest'
import { localAddress } from '../../../../src/commands/relay/settings.ts'

test.each([
  ['ws://0.0.0.0:8377', 'ws://127.0.0.1:8377'],
  ['ws://[::]:8377', 'ws://127.0.0.1:8377'],
  ['wss://0.0.0.0:8377', 'wss://localhost:8377'],
  ['ws://[::1]:8377', 'ws://[::1]:8377'],
  ['wss://10.0.0.0:8377', 'wss://10.0.0.0:8377'],
])('returns the local URL of a relay that listens on %s: %s', (url, here) => {
  expect(localAddress(url)).toBe(here)
})
