import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { legacyData } from '../../../../src/relay/legacy/legacy-data.ts'
import { openStore } from '../../../../src/store/store.ts'
import { resetEvent, statusEvent, T0 } from '../../../support/samples.ts'

const DOCUMENT = readFileSync('docs/migration.md', 'utf8')
const OBSERVABILITY = readFileSync('docs/observability/README.md', 'utf8')

/** Names and types of a value's members, for a list those of its first row. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])]
  if (typeof value !== 'object' || value === null) return '…'
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]))
}

test('documents the data that clients of the old system receive, with every member', () => {
  const [, example = ''] = /```json\n(.+?)```/s.exec(DOCUMENT) ?? []
  const store = openStore()
  store.dispatch(statusEvent(T0))
  store.dispatch(resetEvent(T0))
  expect(shapeOf(JSON.parse(example))).toEqual(shapeOf(legacyData(store.state(), T0).data))
})

test('maps to metrics and log events that the relay has', () => {
  const metrics = DOCUMENT.match(/axisor_relay_(?!process_)\w+/g) ?? []
  expect(metrics.length).toBeGreaterThan(5)
  expect(metrics.filter(name => !OBSERVABILITY.includes(`\`${name}`))).toEqual([])
  for (const event of [
    'account opened',
    'account closed',
    'account refused',
    'account not opened',
    'key refused',
  ])
    for (const text of [DOCUMENT, OBSERVABILITY]) expect(text).toContain(`\`${event}\``)
})

test('maps every message, setting and figure of the old system', () => {
  const old = [
    ...['connection', 'refresh_data', 'data_update', 'error'].map(name => `| \`${name}\`: `),
    ...[
      'PORT=',
      'DATABASE_URL=',
      'VITE_API_URL',
      'VITE_WS_URL',
      'ln_markets_api_key',
      'ln_markets_passphrase',
    ],
    ...[
      'data',
      'isLoading',
      'refresh',
      'reconnectWebSocket',
      'lastUpdate',
      'cacheHit',
      'isWebSocketConnected',
    ],
    ...[
      '12.6 ms',
      '328.4 ms',
      '96.2 %',
      '20 of 20',
      '5 of 5',
      '0.53 %',
      '201 MiB',
      '131 MiB',
      'curl -I',
      'netstat',
    ],
    ...['totalPL', 'totalMargin', 'positionCount', 'health check DISCONNECTED', 'volatility', '1008', '1006'],
  ]
  expect(old.filter(name => !DOCUMENT.includes(name))).toEqual([])
})
