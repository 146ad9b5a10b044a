import { AxisorError } from '../../src/domain/error.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { alertLogOf } from '../support/alert-log.ts'
import { changeEvent, resetEvent, statusEvent, T0 } from '../support/samples.ts'
import { madeHop } from '../support/scripted-relay.ts'
import { IMPAIRED, NOW } from './part-screens.ts'
import { contextOf, READ_AT, sampleStore, withUi } from './sample-screens.ts'

type Size = Pick<RenderContext, 'columns' | 'rows'>

function changed(status: Parameters<typeof statusEvent>[1], at = READ_AT): Store {
  const store = sampleStore()
  store.dispatch(statusEvent(at, status))
  return store
}

const LIVE_HOP = madeHop({ since: T0 - 60_000 })
const LOST_HOP = madeHop({
  link: 'waiting',
  since: T0 - 12_000,
  attempt: 2,
  retryAt: T0 + 3_000,
  lastError: { code: 'connection-lost', message: 'ECONNRESET' },
})
const REFUSED_KEY = new AxisorError('key-refused', 'E401')
const RETRY = { attempt: 3, retryAt: T0 + 9_000 } as const

function relayed(hop: ReturnType<typeof madeHop>): Store {
  const store = changed({ kind: 'relay', upstream: LIVE_HOP }, T0 - 60_000)
  store.dispatch(statusEvent(T0 - 11_900, { kind: 'relay', upstream: hop }))
  return store
}

function simulated(permissions: readonly string[] | null): Store {
  const store = openStore()
  const key = permissions === null ? null : { permissions }
  store.dispatch(resetEvent(READ_AT, { origin: 'simulated', network: 'simulator', key }))
  store.dispatch(statusEvent(READ_AT, { key }))
  return store
}

function waiting(): Store {
  const store = openStore()
  store.dispatch(
    statusEvent(T0, { link: 'waiting', ...RETRY, lastError: new AxisorError('unreachable', 'E111') }),
  )
  return store
}

interface Shown {
  readonly store: () => Store
  readonly ageMs?: number
  readonly ui?: Partial<RenderContext['ui']>
}

/** Every state of the header, by name. */
const STATES: Readonly<Record<string, Shown>> = {
  live: { store: () => sampleStore() },
  announced: {
    store() {
      const store = sampleStore()
      const title = 'fees 1,000.5 from 20.5 on'
      store.dispatch(
        changeEvent(READ_AT, { kind: 'announcement', id: title, title, message: null, link: null }),
      )
      return store
    },
  },
  quiet: { store: () => sampleStore(), ageMs: 9_000 },
  stale: { store: () => sampleStore(), ageMs: 42_000 },
  'very stale': { store: () => sampleStore(), ageMs: 12 * 60_000 + 5_000 },
  'before the first data': { store: () => openStore() },
  waiting: { store: waiting },
  stopped: { store: () => changed({ link: 'stopped', lastError: REFUSED_KEY }) },
  'stopped by another error': {
    store: () => changed({ link: 'stopped', lastError: new AxisorError('unavailable', 'E500') }),
  },
  'key refused': {
    store: () =>
      changed({
        link: 'waiting',
        refusal: { since: T0 - 8_000, ...RETRY, error: REFUSED_KEY },
        lastError: REFUSED_KEY,
      }),
  },
  http: { store: () => changed({ link: 'waiting', transport: 'http', ...RETRY }) },
  reconnecting: { store: () => changed({ link: 'waiting', ...RETRY }) },
  dialing: { store: () => changed({ link: 'dialing', attempt: 2 }) },
  syncing: { store: () => changed({ link: 'preparing' }) },
  'relay live': { store: () => relayed(LIVE_HOP) },
  'relay lost': { store: () => relayed(LOST_HOP) },
  'relay stale': { store: () => relayed(LOST_HOP), ageMs: 42_000 },
  'relay http': { store: () => relayed({ ...LOST_HOP, transport: 'http' }) },
  'relay refused': { store: () => relayed({ ...LOST_HOP, link: 'stopped' }) },
  'write key': { store: () => simulated(['futures:isolated:write']) },
  'write key, stale': { store: () => simulated(['futures:isolated:write']), ageMs: 42_000 },
  'unchecked key': { store: () => simulated(null) },
  'unreadable key': { store: () => changed({ key: { permissions: null } }) },
}

/** The render context of a state at a size, with the alerts of its data. */
export function stateContext(name: string, size: Size): RenderContext {
  const impaired = IMPAIRED[name]
  const { store, ageMs = 0, ui = {} }: Shown = STATES[name] ?? { store: impaired ?? openStore }
  const context = withUi(contextOf(store(), size, impaired === undefined ? T0 + ageMs : NOW), ui)
  return { ...context, alerts: alertLogOf(context.model) }
}

/** The sample account on a screen that the user froze 42 s ago. */
export function frozenContext(size: Size): RenderContext {
  const store = sampleStore()
  const state = store.state()
  store.dispatch(
    changeEvent(T0 + 41_000, { kind: 'announcement', id: 'a', title: 'X1', message: null, link: null }),
  )
  store.dispatch(resetEvent(T0 + 41_500, {}))
  store.dispatch(statusEvent(T0 + 41_500))
  return withUi(contextOf(store, size, T0 + 42_000), { frozen: { at: T0, state, history: null } })
}

/** The names of all states. */
export const STATE_NAMES: readonly string[] = [
  ...Object.keys(STATES).filter(name => name !== 'announced'),
  ...Object.keys(IMPAIRED),
]
