import { openMemoryRelayStore } from '../../src/relay/auth/memory-store.ts'
import { describeRelayAlertsLaws } from './relay-alerts-laws.ts'
import { describeRelayStoreLaws } from './relay-store-laws.ts'

const openRig = async () => {
  const store = openMemoryRelayStore()
  return { open: async () => store, close: async () => {} }
}

describeRelayStoreLaws('in memory', openRig)
describeRelayAlertsLaws('in memory', openRig)
