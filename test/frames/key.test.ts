import { describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/store.ts'
import { resetEvent, statusEvent, T0 } from '../support/samples.ts'
import { contextOf, READ_AT, read, sampleStore } from './sample-screens.ts'

const header = (text: string): string => text.split('\n')[0] ?? ''

describe.each([
  [40, 12],
  [80, 24],
  [120, 40],
  [200, 60],
])('%i×%i', (columns, rows) => {
  const size = { columns, rows }

  test('marks permissions that could not be checked in every state', () => {
    for (const age of [100, 40_000]) {
      const store = openStore()
      store.dispatch(statusEvent(T0 - age, { key: null, link: 'waiting', attempt: 1, transport: 'http' }))
      store.dispatch(resetEvent(T0 - age, { key: null }))
      expect(read(contextOf(store, size))).toMatch(/KEY NOT CHECKED|KEY\?/)
    }
  })

  test('marks no key while the first connection is made', () => {
    const starting = openStore()
    starting.dispatch(statusEvent(READ_AT, { key: null, link: 'preparing' }))
    starting.dispatch(resetEvent(READ_AT, { key: null }))
    expect(header(read(contextOf(starting, size)))).not.toContain('KEY')
  })

  test('reports a refusal of a part for which the key has the permission', () => {
    const store = openStore()
    store.dispatch(resetEvent(READ_AT, { missing: ['futures:cross:read'], cross: null }))
    store.dispatch(statusEvent(READ_AT))
    const text = read(contextOf(store, size))
    if (rows >= 24)
      expect(text).toContain('The cross position not shown: the exchange or a firewall refuses it')
    expect(text).not.toContain('the key needs')
  })

  test('marks and logs permissions that become unreadable', () => {
    const store = sampleStore()
    store.dispatch(statusEvent(READ_AT, { key: { permissions: null } }))
    const text = read(contextOf(store, size))
    expect(text).toContain('!! WRITE')
    if (rows >= 40) expect(text).toContain("‼  the key's permissions are now unreadable")
  })
})
