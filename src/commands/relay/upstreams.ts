import { LN_MARKETS } from '../../config/addresses.ts'
import { brokerAddress } from '../../config/cluster.ts'
import { relayTokenFrom } from '../../config/credentials.ts'
import { AxisorError } from '../../domain/error.ts'
import type { RelayLog } from '../../relay/context.ts'
import { openChainUpstreams } from '../../relay/upstreams/chain.ts'
import { openAccountUpstreams } from '../../relay/upstreams/exchange.ts'
import type { Upstreams } from '../../relay/upstreams/upstreams.ts'
import type { CommandContext } from '../command-context.ts'
import { redactSecret } from '../secrets/identity.ts'
import { masterKeysOf } from './master-key-place.ts'
import type { ServeSettings } from './settings.ts'
import type { OpenedStore } from './store.ts'

/**
 * Opens the source of the accounts that the settings select: the exchange, or another relay.
 * @throws AxisorError usage or config, for the address of a broker; no-credentials, for a wrong master key or without a relay token;
 * also as the source itself
 */
export async function openUpstreams(
  context: CommandContext,
  settings: ServeSettings,
  opened: OpenedStore,
  log: RelayLog,
): Promise<Upstreams> {
  const { upstreamRelay, allowWriteKey } = settings
  if (upstreamRelay !== null) return openChain(context, upstreamRelay, opened)
  const { world, flags } = context
  const broker = brokerAddress(flags, world.env)
  if (broker?.password) world.addRedaction(broker.password)
  return openAccountUpstreams(world, {
    readMasterKeys: () => masterKeysOf(world, opened),
    addresses: LN_MARKETS,
    broker,
    allowWriteKey,
    log,
  })
}

async function openChain(context: CommandContext, url: string, { store }: OpenedStore): Promise<Upstreams> {
  const { world } = context
  const token = await relayTokenFrom(world.env, world.files)
  if (token === null)
    throw new AxisorError('no-credentials', 'no token for the upstream relay', {
      hint: 'Set AXISOR_RELAY_TOKEN; the operator of that relay issues tokens.',
    })
  redactSecret(context, { kind: 'relay', token, url: null })
  return openChainUpstreams(world, { url, token, store })
}
