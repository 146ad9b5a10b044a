import type { BrokerAddress } from '../../ports/broker.ts'
import type { Net, World } from '../../ports/world.ts'
import type { Upstream } from '../accounts/account-messages.ts'
import type { RelayLog } from '../context.ts'
import { SharedRateLimiter } from '../rate/shared-rate-limiter.ts'
import { type ClusterAccount, type ClusterDeps, ClusterUpstream } from './cluster-account.ts'

/** A relay's part in a cluster. */
export interface Cluster {
  open(account: ClusterAccount): Upstream
  /** Settles when every lease has been given back, or could not be: other relays go on at once. */
  close(): Promise<void>
}

/**
 * Joins the relays that share a broker.
 * @throws AxisorError as `World.openBroker`
 */
export async function joinCluster(
  world: World,
  address: BrokerAddress,
  net: Net,
  log: RelayLog,
): Promise<Cluster> {
  const { clock, random } = world
  const broker = await world.openBroker(address)
  broker.onLink(isUp => (isUp ? log.info('broker back') : log.warn('broker lost')))
  const budget = new SharedRateLimiter(clock, broker)
  const deps: ClusterDeps = { clock, random, net, broker, budget, log, owned: new Set() }
  const upstreams = new Set<ClusterUpstream>()
  const ending = new Set<Promise<void>>()

  function end(upstream: ClusterUpstream): void {
    upstreams.delete(upstream)
    const ended = upstream.end().finally(() => ending.delete(ended))
    ending.add(ended)
  }

  return {
    open(account) {
      const upstream = new ClusterUpstream(deps, account)
      upstreams.add(upstream)
      return {
        store: upstream.store,
        refresh: () => upstream.refresh(),
        close: () => end(upstream),
      }
    },
    async close() {
      for (const upstream of upstreams) end(upstream)
      await Promise.all(ending)
      broker.close()
    },
  }
}
