import { AxisorError } from '../../domain/error.ts'
import type { KeyRefusal } from '../../domain/status.ts'
import { openDirectFeed } from '../../feed/exchange/direct.ts'
import type { RequestGate } from '../../feed/exchange/request-gate.ts'
import { unitKnownAs } from '../../feed/exchange/unit-reader.ts'
import type { Feed } from '../../feed/feed.ts'
import { guardOrigin } from '../../feed/origin-guard.ts'
import type { BrokerAddress } from '../../ports/broker.ts'
import type { SealedAccount } from '../../ports/relay-store.ts'
import type { Net, World } from '../../ports/world.ts'
import { SharedFrames } from '../../wire/lnm/shared-frames.ts'
import type { Upstream } from '../accounts/account-messages.ts'
import type { WatchedAccount } from '../accounts/room-registry.ts'
import type { ReadMasterKeys } from '../auth/master-key-reader.ts'
import type { RelayLog } from '../context.ts'
import type { OpenLedgerReader } from '../ledger/ledger-reader.ts'
import { LocalRateLimits } from '../rate/local-rate-limits.ts'
import { SharedRateLimiter } from '../rate/shared-rate-limiter.ts'
import { AccountKeys } from './account-keys.ts'
import type { Cluster } from './cluster.ts'
import type { KnownAccount } from './cluster-account.ts'
import { openExchangeReader } from './exchange-reader.ts'
import { UPSTREAM_POLICY, type Upstreams, upstreamOf } from './upstreams.ts'

/** The parts of the world that the accounts of a relay use. */
export type AccountsWorld = Pick<World, 'clock' | 'random' | 'crypto' | 'addRedaction' | 'openBroker'>

/** The addresses of an exchange. */
interface ExchangeAddresses {
  readonly apiUrl: string
  readonly streamUrl: string
}

export interface AccountsOptions {
  readonly readMasterKeys: ReadMasterKeys
  /** The exchange's addresses by network, for accounts that have none of their own. */
  readonly addresses: Readonly<Record<'mainnet' | 'signet', ExchangeAddresses>>
  /** The broker of the cluster; null if this relay runs alone. */
  readonly broker: BrokerAddress | null
  /** Accept keys with more than read permissions. */
  readonly allowWriteKey: boolean
  readonly log: RelayLog
  readonly openNet: () => Promise<Net>
}

function addressesOf(
  { network, apiUrl, streamUrl }: SealedAccount,
  addresses: AccountsOptions['addresses'],
): ExchangeAddresses {
  const known = network === 'simulator' ? null : addresses[network]
  const [api, stream] = [apiUrl ?? known?.apiUrl, streamUrl ?? known?.streamUrl]
  if (api === undefined || stream === undefined)
    throw new AxisorError('config', 'the address of the simulated exchange is not known', {
      hint: 'Run axisor relay credentials set again, with --api-url and --stream-url.',
    })
  return { apiUrl: api, streamUrl: stream }
}

/** Joins the cluster, if there is one. Closes the network if that fails: a relay tries again. */
async function clusterOf(
  world: AccountsWorld,
  broker: BrokerAddress | null,
  net: Net,
  log: RelayLog,
): Promise<Cluster | null> {
  if (broker === null) return null
  try {
    return await (await import('./cluster.ts')).joinCluster(world, broker, net, log)
  } catch (error) {
    net.http.close()
    throw error
  }
}

/**
 * Opens every user's account on the exchange with the user's own key. In a cluster one relay at a time watches an account.
 * @throws AxisorError no-credentials for a wrong master key; also as `World.openBroker`
 */
export async function openAccountUpstreams(
  world: AccountsWorld,
  options: AccountsOptions,
): Promise<Upstreams> {
  const { clock, random, crypto } = world
  const { readMasterKeys, broker, log } = options
  const keys = new AccountKeys(world, readMasterKeys, log)
  await keys.load()
  const net = await options.openNet()
  const cluster = await clusterOf(world, broker, net, log)

  // All accounts share one client address, which the exchange allows one public request per second.
  const rateLimiter = new SharedRateLimiter(clock, new LocalRateLimits(clock))
  const frames = new SharedFrames()

  async function open(account: WatchedAccount, refusal: KeyRefusal | null): Promise<Upstream> {
    const credentials = await keys.credentialsOf(account)
    const { userId, userName, sealed } = account
    if (sealed === null) throw new TypeError('credentials without an account')
    const { network } = sealed
    const feedOptions = {
      ...addressesOf(sealed, options.addresses),
      network,
      credentials,
      // `axisor relay credentials set` stores only keys that the exchange accepted.
      keyAcceptedAt: sealed.updatedAt,
      decodeFrame: (text: string) => frames.decode(text),
      policy: { ...UPSTREAM_POLICY, allowWriteKey: options.allowWriteKey },
    }
    const openDirect = (
      { http, sockets }: Net,
      requestGate: RequestGate,
      { knownUnit, keyRefusal }: KnownAccount,
    ): Feed =>
      guardOrigin(
        openDirectFeed(
          { clock, random, http, sockets },
          { ...feedOptions, requestGate, unitMemory: unitKnownAs(knownUnit), keyRefusal },
        ),
        network === 'simulator' ? 'simulated' : 'exchange',
      )
    const { host } = new URL(feedOptions.apiUrl)
    const keyDigest = crypto.sha256(credentials.key)
    if (cluster === null) {
      const rateKey = { host, keyDigest, holdsLease: () => true }
      const requestGate: RequestGate = (request, send) => rateLimiter.run(rateKey, request, send)
      return upstreamOf(openDirect(net, requestGate, { knownUnit: null, keyRefusal: refusal }))
    }
    // While some relays still have a user's old key there are two accounts: each relay watches the one whose key it has.
    const id = `${userId}.${sealed.updatedAt}`
    return cluster.open({ id, userName, host, keyDigest, openDirect })
  }

  const openReader: OpenLedgerReader = async (account, { holdsLease, clockOffsetMs }) => {
    const credentials = await keys.credentialsOf(account)
    if (account.sealed === null) throw new TypeError('credentials without an account')
    const { apiUrl } = addressesOf(account.sealed, options.addresses)
    const rateKey = { host: new URL(apiUrl).host, keyDigest: crypto.sha256(credentials.key), holdsLease }
    const limiter = cluster?.rateLimiter ?? rateLimiter
    const requestGate: RequestGate = (request, send) => limiter.run(rateKey, request, send)
    return openExchangeReader({ http: net.http, clock }, { apiUrl, credentials, requestGate, clockOffsetMs })
  }

  return {
    open,
    needsKeys: true,
    openReader,
    ...(cluster === null ? {} : { broker: cluster.broker }),
    async close() {
      await cluster?.close()
      net.http.close()
    },
  }
}
