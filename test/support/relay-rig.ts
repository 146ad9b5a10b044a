import type { KeyRefusal } from '../../src/domain/status.ts'
import { openCrypto } from '../../src/node/crypto.ts'
import type { RelayStore, TokenScope } from '../../src/ports/relay-store.ts'
import type { Upstream } from '../../src/relay/accounts/account-messages.ts'
import type { WatchedAccount } from '../../src/relay/accounts/room-registry.ts'
import { openMemoryRelayStore } from '../../src/relay/auth/memory-store.ts'
import type { Peer } from '../../src/relay/clients/peer.ts'
import type { RelayLimits } from '../../src/relay/limits.ts'
import { openRelay, type Relay } from '../../src/relay/relay.ts'
import type { ServedProtocol, ServedSession } from '../../src/relay/sessions/served-session.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { RELAY_PROTOCOL } from '../../src/wire/relay/messages.ts'
import { type FakeClock, openFakeClock } from './fake-clock.ts'
import { resetEvent, statusEvent, T0 } from './samples.ts'

/** The messages a peer received, as JSON, and how it was closed. */
type ReceivedMessage = Readonly<Record<string, unknown>> & { readonly type: string }

export interface TestPeer extends Peer {
  readonly received: readonly ReceivedMessage[]
  readonly closedWith: () => { readonly code: number; readonly reason: string } | null
  /** The number of bytes reported as unread. */
  unread: number
  readonly session: ServedSession | null
  kinds(): readonly string[]
}

/** The upstream of one account, controlled by the test. */
interface TestUpstream extends Upstream {
  readonly store: Store
  refreshed: number
  closed: boolean
}

export interface RelayRig {
  readonly clock: FakeClock
  readonly relay: Relay
  readonly store: RelayStore
  readonly logged: readonly string[]
  /** All upstreams ever opened for a user, newest last. */
  upstreams(userId: string): readonly TestUpstream[]
  upstream(userId: string): TestUpstream
  /** The refusal that each of them continues, in the same order. */
  refusals(userId: string): readonly (KeyRefusal | null)[]
  /** Adds a user with an account and a token. */
  addUser(userId: string, scopes?: readonly TokenScope[], expiresAt?: number | null): Promise<string>
  /** Connects as the WebSocket endpoint does; `user` names another account than that of the token. */
  connect(token: string, address?: string, protocol?: ServedProtocol, user?: string): Promise<TestPeer>
}

/** Replaces opening an upstream: may throw. */
export type OnOpen = (account: WatchedAccount, upstream: TestUpstream) => void

export const tokenOf = (name: string): string => `axr_${name.padEnd(43, '0')}`

/** Opens a relay in memory, on a fake clock, with upstreams that the test controls. `world`: what a relay before it has left. */
export function openRelayRig(
  limits: Partial<RelayLimits> = {},
  onOpen: OnOpen = () => {},
  world: Partial<Pick<RelayRig, 'clock' | 'store'>> = {},
): RelayRig {
  const { clock = openFakeClock(T0), store = openMemoryRelayStore() } = world
  const crypto = openCrypto()
  const opened = new Map<string, TestUpstream[]>()
  const refusals = new Map<string, (KeyRefusal | null)[]>()
  const logged: string[] = []
  let n = 0
  const relay = openRelay(
    {
      clock,
      crypto,
      random: { float: () => 0.5, hex: bytes => `${++n}`.padStart(2 * bytes, '0') },
      yieldToEventLoop: then => void clock.after(0, then),
    },
    {
      store,
      network: 'mainnet',
      limits,
      log: {
        info: (event, fields) => logged.push(JSON.stringify([event, fields])),
        warn: (event, fields) => logged.push(JSON.stringify([event, fields])),
        error: (event, fields) => logged.push(JSON.stringify([event, fields])),
      },
      async openUpstream(account, refusal) {
        const upstream: TestUpstream = {
          store: openStore(),
          refreshed: 0,
          closed: false,
          refresh: () => {
            upstream.refreshed += 1
          },
          close: () => {
            upstream.closed = true
          },
        }
        onOpen(account, upstream)
        refusals.set(account.userId, [...(refusals.get(account.userId) ?? []), refusal])
        opened.set(account.userId, [...(opened.get(account.userId) ?? []), upstream])
        return upstream
      },
    },
  )
  const upstreams = (userId: string) => opened.get(userId) ?? []
  return {
    clock,
    relay,
    store,
    logged,
    upstreams,
    refusals: userId => refusals.get(userId) ?? [],
    upstream(userId) {
      const last = upstreams(userId).at(-1)
      if (last === undefined) throw new Error(`no upstream was opened for ${userId}`)
      return last
    },
    async addUser(userId, scopes = ['read'], expiresAt = null) {
      await store.addUser({ id: userId, name: userId, createdAt: T0 })
      await store.putAccount({
        userId,
        network: 'mainnet',
        apiUrl: null,
        streamUrl: null,
        sealed: 'sealed',
        masterKeyId: 'k',
        updatedAt: T0,
      })
      const token = tokenOf(userId)
      await store.addToken(
        {
          id: `token of ${userId}`,
          userId,
          name: 'laptop',
          prefix: 'axr_',
          scopes,
          createdAt: T0,
          expiresAt,
          lastUsedAt: null,
          revokedAt: null,
          issuedBy: null,
        },
        crypto.sha256(token),
      )
      return token
    },
    async connect(token, address = '192.0.2.1', protocol = RELAY_PROTOCOL, user) {
      const grant = user === undefined ? await relay.authenticate(token) : await relay.admit(token, user)
      if (grant === null || typeof grant === 'string') throw new Error(grant ?? 'the token is not valid')
      const peer = openTestPeer(address)
      peer.session = relay.join(grant, peer, protocol)
      await clock.settle()
      return peer
    },
  }
}

function openTestPeer(address: string): TestPeer & { session: ServedSession | null } {
  const received: ReceivedMessage[] = []
  let closed: { readonly code: number; readonly reason: string } | null = null
  const peer: TestPeer & { session: ServedSession | null } = {
    address,
    received,
    unread: 0,
    session: null,
    closedWith: () => closed,
    send(frame) {
      if (closed !== null) throw new Error('received a frame after the close')
      for (const text of frame.texts) received.push(JSON.parse(text) as ReceivedMessage)
    },
    close(code, reason) {
      closed = { code, reason }
      queueMicrotask(() => peer.session?.closed())
    },
    bufferedBytes: () => peer.unread,
    kinds: () => received.map(({ type, kind }) => (typeof kind === 'string' ? kind : type)),
  }
  return peer
}

/** Opens a rig with one user that has a snapshot and one client. */
export async function openLiveRelayRig(limits: Partial<RelayLimits> = {}) {
  const rig = openRelayRig(limits)
  const token = await rig.addUser('ann')
  const first = await rig.connect(token)
  const { store } = rig.upstream('ann')
  store.dispatch(statusEvent(T0))
  store.dispatch(resetEvent(T0))
  await rig.clock.settle()
  return { ...rig, token, first, dispatch: store.dispatch }
}
