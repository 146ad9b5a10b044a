import type { BrokerAddress } from '../../ports/broker.ts'
import type { Net, World } from '../../ports/world.ts'
import type { Upstream } from '../accounts/account-messages.ts'
import type { RelayLog } from '../context.ts'
import { SharedRateLimiter } from '../rate/shared-rate-limiter.ts'
import type { BrokerLink } from '../relay.ts'
import { type ClusterAccount, type ClusterDeps, ClusterUpstream } from './cluster-account.ts'

/** A relay's membership in a cluster. */
export interface Cluster {
  open(account: ClusterAccount): Upstream
  readonly broker: BrokerLink
  /** Counts the requests of all relays of the cluster. */
  readonly rateLimiter: SharedRateLimiter
  /** Resolves when every lease was released, or its release failed. Other relays then take over. */
  close(): Promise<void>
}

/**
 * Joins the cluster of the relays that share a broker.
 * @throws AxisorError as `World.openBroker`
 */
export async function joinCluster(
  world: Pick<World, 'clock' | 'random' | 'openBroker'>,
  address: BrokerAddress,
  net: Net,
  log: RelayLog,
): Promise<Cluster> {
  const { clock, random } = world
  const broker = await world.openBroker(address)
  broker.onLink(isUp => (isUp ? log.info('broker back') : log.warn('broker lost')))
  const rateLimiter = new SharedRateLimiter(clock, broker)
  const deps: ClusterDeps = { clock, random, net, broker, rateLimiter, log, owned: new Set() }
  const upstreams = new Set<ClusterUpstream>()
  const stopping = new Set<Promise<void>>()

  function stop(upstream: ClusterUpstream): void {
    upstreams.delete(upstream)
    const stopped = upstream.stop().finally(() => stopping.delete(stopped))
    stopping.add(stopped)
  }

  return {
    broker: { isUp: () => broker.isUp() },
    rateLimiter,
    open(account) {
      const upstream = new ClusterUpstream(deps, account)
      upstreams.add(upstream)
      return {
        store: upstream.store,
        ownership: upstream.ownership,
        refresh: () => upstream.refresh(),
        close: () => stop(upstream),
      }
    },
    async close() {
      for (const upstream of upstreams) stop(upstream)
      await Promise.all(stopping)
      broker.close()
    },
  }
}
