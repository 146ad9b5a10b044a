import { LN_MARKETS } from '../config/addresses.ts'
import { brokerAddress } from '../config/cluster.ts'
import { AxisorError } from '../domain/error.ts'
import type { Credentials } from '../domain/secret.ts'
import type { Feed } from '../feed/feed.ts'
import { guardOrigin } from '../feed/origin-guard.ts'
import type { Courier } from '../feed/rest.ts'
import type { SealedAccount } from '../ports/relay-store.ts'
import type { Net } from '../ports/world.ts'
import type { MasterKeys } from '../relay/master-keys.ts'
import { openAccount } from '../relay/sealed-account.ts'
import type { Call } from './call.ts'
import type { Cluster } from './relay-cluster.ts'
import { masterKeysOf } from './relay-keys.ts'
import type { OpenedStore } from './relay-store.ts'
import { openAccountFeed, type Upstreams, upstreamOf } from './relay-upstreams.ts'

/** Where the exchange of an account is. */
function addressesOf({ network, apiUrl, streamUrl }: SealedAccount) {
  if (apiUrl !== null && streamUrl !== null) return { apiUrl, streamUrl }
  if (network !== 'simulator') return LN_MARKETS[network]
  throw new AxisorError('config', 'an account of a simulated exchange has no address', {
    hint: 'Set its key anew with axisor relay credentials set.',
  })
}

/** Unseals keys as they are asked for; the master keys are read again when an account names one that is not among them. */
class Unsealing {
  readonly #call: Call
  readonly #opened: OpenedStore
  #keys: MasterKeys | null = null

  constructor(call: Call, opened: OpenedStore) {
    this.#call = call
    this.#opened = opened
  }

  /** @throws AxisorError no-credentials, for a wrong master key: known before anybody connects */
  async check(): Promise<void> {
    this.#keys = await masterKeysOf(this.#call.world, this.#opened)
  }

  /** @throws AxisorError no-credentials */
  async open(sealed: SealedAccount): Promise<Credentials> {
    if (!this.#keys?.some(({ id }) => id === sealed.masterKeyId)) await this.check()
    if (this.#keys === null) throw new AxisorError('no-credentials', 'the relay has no master key')
    const { world } = this.#call
    const credentials = openAccount(world.seal, this.#keys, sealed)
    world.keepSecret(credentials.secret)
    world.keepSecret(credentials.passphrase)
    return credentials
  }
}

async function clusterOf(call: Call, net: Net): Promise<Cluster | null> {
  const address = brokerAddress(call.typed, call.world.env)
  if (address === null) return null
  if (address.password !== null) call.world.keepSecret(address.password)
  const { joinCluster } = await import('./relay-cluster.ts')
  return joinCluster(call.world, address, net)
}

/**
 * Accounts of the relay's users, with the keys that the database holds: straight from the exchange, or shared with other relays.
 * @throws AxisorError no-credentials, for a wrong master key; what a broker that can't be had gives
 */
export async function openAccountUpstreams(call: Call, opened: OpenedStore): Promise<Upstreams> {
  const { seal } = call.world
  const unsealing = new Unsealing(call, opened)
  await unsealing.check()
  const net = await call.world.openNet()
  const cluster = await clusterOf(call, net)
  return {
    async open({ userId, userName, sealed }) {
      if (sealed === null)
        throw new AxisorError('no-credentials', `the relay holds no exchange key of ${userName}`, {
          hint: 'Set it with axisor relay credentials set, on the relay.',
        })
      const credentials = await unsealing.open(sealed)
      const { network } = sealed
      const options = { ...addressesOf(sealed), network, credentials }
      const openDirect = (through: Net, courier: Courier | null): Feed =>
        guardOrigin(
          openAccountFeed(call, through, { ...options, courier }),
          network === 'simulator' ? 'simulated' : 'exchange',
        )
      if (cluster === null) return upstreamOf(openDirect(net, null))
      // Two keys of one user are two accounts, as long as some relays have only the old one.
      const id = `${userId}.${sealed.updatedAt}`
      return cluster.open({ id, userName, keyDigest: seal.sha256(credentials.key), openDirect })
    },
    async close() {
      await cluster?.close()
      net.http.close()
    },
  }
}
