import type { CommandContext } from '../../commands/command-context.ts'
import { masterKeysOf } from '../../commands/relay/master-key-place.ts'
import type { OpenedStore } from '../../commands/relay/store.ts'
import { redactSecret } from '../../commands/secrets/identity.ts'
import { LN_MARKETS } from '../../config/addresses.ts'
import { brokerAddress } from '../../config/cluster.ts'
import type { Account } from '../../domain/account.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Credentials } from '../../domain/secret.ts'
import { openDirectFeed } from '../../feed/exchange/direct.ts'
import type { RequestGate } from '../../feed/exchange/rest-client.ts'
import type { Feed } from '../../feed/feed.ts'
import { guardOrigin } from '../../feed/origin-guard.ts'
import type { SealedAccount } from '../../ports/relay-store.ts'
import type { Net } from '../../ports/world.ts'
import type { Upstream } from '../accounts/account-messages.ts'
import type { WatchedAccount } from '../accounts/room-registry.ts'
import type { MasterKeys } from '../auth/master-keys.ts'
import { openAccount } from '../auth/sealed-account.ts'
import type { RelayLog } from '../context.ts'
import { LocalRateLimits } from '../rate/local-rate-limits.ts'
import { SharedRateLimiter } from '../rate/shared-rate-limiter.ts'
import { UPSTREAM_POLICY, type Upstreams, upstreamOf } from './upstreams.ts'

type Unit = Account['syntheticUsdUnit']

/** Where the exchange of an account is. */
function addressesOf({ network, apiUrl, streamUrl }: SealedAccount) {
  const known = network === 'simulator' ? null : LN_MARKETS[network]
  const [api, stream] = [apiUrl ?? known?.apiUrl, streamUrl ?? known?.streamUrl]
  if (api === undefined || stream === undefined)
    throw new AxisorError('config', 'the address of the simulated exchange is not known', {
      hint: 'Set the key again, with the addresses.',
    })
  return { apiUrl: api, streamUrl: stream }
}

/** The keys of accounts, unsealed when they are needed. */
class Keys {
  readonly #call: CommandContext
  readonly #opened: OpenedStore
  readonly #log: RelayLog
  #masterKeys: MasterKeys | null

  constructor(call: CommandContext, opened: OpenedStore, masterKeys: MasterKeys | null, log: RelayLog) {
    this.#call = call
    this.#opened = opened
    this.#masterKeys = masterKeys
    this.#log = log
  }

  /** What is wrong is for the log of whoever runs the relay; the user is told that something is. */
  async of({ userId, userName, sealed }: WatchedAccount): Promise<Credentials> {
    if (sealed === null)
      throw new AxisorError('no-credentials', 'the relay holds no exchange key for this user', {
        hint: `Run axisor relay credentials set ${userName}`,
      })
    try {
      const credentials = await this.#unseal(sealed)
      redactSecret(this.#call, { kind: 'direct', credentials })
      return credentials
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      this.#log.warn('account not opened', { user: userId, why: error.message })
      throw new AxisorError(
        'no-credentials',
        'the relay can’t open the exchange key that it holds for this user',
      )
    }
  }

  async #unseal(sealed: SealedAccount): Promise<Credentials> {
    const isKnown = this.#masterKeys?.some(({ id }) => id === sealed.masterKeyId)
    // It was made after the start, or another one was.
    if (!isKnown) this.#masterKeys = await masterKeysOf(this.#call.world, this.#opened)
    if (this.#masterKeys === null) throw new AxisorError('no-credentials', 'there is no master key')
    return openAccount(this.#call.world.crypto, this.#masterKeys, sealed)
  }
}

/**
 * Every user's account straight from the exchange, with the user's own key; in a cluster only while no other relay watches it.
 * @throws AxisorError no-credentials, for a wrong master key; as the cluster
 */
export async function openAccountUpstreams(
  call: CommandContext,
  opened: OpenedStore,
  { allowWriteKey, log }: { readonly allowWriteKey: boolean; readonly log: RelayLog },
): Promise<Upstreams> {
  const { world, flags: typed } = call
  const { clock, random, crypto } = world
  const keys = new Keys(call, opened, await masterKeysOf(world, opened), log)
  const broker = brokerAddress(typed, world.env)
  if (broker?.password) world.addRedaction(broker.password)
  const net = await world.openNet()
  const cluster =
    broker === null ? null : await (await import('./cluster.ts')).joinCluster(world, broker, net, log)

  // All accounts ask from one address, for which the exchange allows one public request a second.
  const budget = new SharedRateLimiter(clock, new LocalRateLimits(clock))

  async function open(account: WatchedAccount): Promise<Upstream> {
    const credentials = await keys.of(account)
    const { userId, userName, sealed } = account
    if (sealed === null) throw new TypeError('a key without an account')
    const { network } = sealed
    const options = {
      ...addressesOf(sealed),
      network,
      credentials,
      policy: { ...UPSTREAM_POLICY, allowWriteKey },
    }
    const openDirect = ({ http, sockets }: Net, requestGate: RequestGate, knownUnit: Unit): Feed =>
      guardOrigin(
        openDirectFeed({ clock, random, http, sockets }, { ...options, requestGate, knownUnit }),
        network === 'simulator' ? 'simulated' : 'exchange',
      )
    const { host } = new URL(options.apiUrl)
    const keyDigest = crypto.sha256(credentials.key)
    if (cluster === null) {
      const spender = { host, keyDigest, holdsLease: () => true }
      const requestGate: RequestGate = (parcel, send) => budget.run(spender, parcel, send)
      return upstreamOf(openDirect(net, requestGate, null))
    }
    // As long as some relays know only a user's old key, there are two accounts: each relay watches with the key that it knows.
    const id = `${userId}.${sealed.updatedAt}`
    return cluster.open({ id, userName, host, keyDigest, openDirect })
  }

  return {
    open,
    async close() {
      await cluster?.close()
      net.http.close()
    },
  }
}
