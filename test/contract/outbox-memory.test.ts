import { openMemoryOutbox } from '../../src/relay/auth/memory-outbox.ts'
import { describeOutboxLaws } from './outbox-laws.ts'

describeOutboxLaws('in memory', async () => {
  const outbox = openMemoryOutbox()
  return { open: async () => outbox, close: async () => {} }
})
