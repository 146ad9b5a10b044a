import { expect, test } from 'vitest'
import { openStore } from '../../src/store/store.ts'
import { resetEvent, statusEvent, T0 } from '../support/samples.ts'
import { contextOf, read } from './sample-screens.ts'

const LIMITED_UNTIL = T0 + 3_600_000
const TEXT = `rate-limited until ${new Date(LIMITED_UNTIL).toISOString().slice(11, 19)}Z`

test.each([
  [80, 24],
  [120, 40],
  [200, 60],
])(
  'shows until when the exchange limits requests, while data is missing or stale (%i×%i)',
  (columns, rows) => {
    const size = { columns, rows }
    const headerOf = (screen: string): string => screen.split('\n')[0] ?? ''
    const store = openStore()
    const limitedUntil = { signed: LIMITED_UNTIL, public: null }
    store.dispatch(statusEvent(T0, { link: 'preparing', limitedUntil }))
    const waiting = read(contextOf(store, size, T0))
    expect(headerOf(waiting)).toContain('◌ WAITING first data')
    expect(waiting).toContain(`not known yet: ${TEXT}`)
    store.dispatch(resetEvent(T0))
    expect(read(contextOf(store, size, T0 + 1_000))).not.toContain('rate-limited')
    const stale = headerOf(read(contextOf(store, size, T0 + 40_000)))
    expect(stale).toContain('✗ STALE 40s')
    expect(stale).toContain(TEXT)
  },
)
