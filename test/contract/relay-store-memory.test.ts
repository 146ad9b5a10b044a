import { openMemoryRelayStore } from '../../src/relay/auth/memory-store.ts'
import { describeRelayStoreLaws } from './relay-store-laws.ts'

describeRelayStoreLaws('in memory', async () => {
  const store = openMemoryRelayStore()
  return { open: async () => store, close: async () => {} }
})
