import { expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { openLedgerRelay } from '../support/ledger-relay.ts'

test('a failing ledger is an error of its document only, without the path of its file', async () => {
  const { get, document, relay, logged } = await openLedgerRelay({
    worker: () => ({
      run: async () => {
        throw new AxisorError('config', 'cannot write /var/lib/secret.db: the disk is full')
      },
      keep: async () => [],
      retain: async () => {},
      crashes: 0,
      close: async () => {},
    }),
  })
  const { status, body, headers } = await document('/v1/audit')
  expect(status).toBe(503)
  expect(body).toContain('the relay cannot keep the ledger of this account: see its log')
  // A retry may reach another relay of a cluster.
  expect(headers.connection).toBe('close')
  expect(body).not.toContain('/var/lib')
  expect(logged.join()).toContain('the disk is full')
  expect(relay.load().ledgers).toMatchObject({ documents: 0, errors: 1 })
  expect((await get('/v1/snapshot')).status).toBe(200)
})

test('logs the reason of a crash of the thread, which clients do not get', async () => {
  const { document, logged } = await openLedgerRelay({
    worker: (_world, onCrash) => ({
      run: async () => {
        onCrash('row of a1')
        throw new AxisorError('unavailable', 'the thread of the ledgers has ended')
      },
      ...{ keep: async () => [], retain: async () => {}, crashes: 1, close: async () => {} },
    }),
  })
  const { status, body } = await document('/v1/audit')
  expect([status, body]).toEqual([503, expect.stringContaining('the thread of the ledgers has ended')])
  expect(body).not.toContain('row of a1')
  expect(logged.filter(line => line.includes('row of a1'))).toEqual([
    '["error","thread of the ledgers ended",{"why":"row of a1"}]',
  ])
})
