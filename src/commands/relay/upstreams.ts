import { LN_MARKETS } from '../../config/addresses.ts'
import { brokerAddress } from '../../config/cluster.ts'
import { relayTokenFrom } from '../../config/credentials.ts'
import { readConfigFile } from '../../config/file.ts'
import { relayUserName } from '../../config/parsers.ts'
import { readSetting } from '../../config/setting-sources.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Net } from '../../ports/world.ts'
import { sealedRecords, unopenable } from '../../relay/auth/key-rotation.ts'
import type { RelayLog } from '../../relay/context.ts'
import { openChainUpstreams } from '../../relay/upstreams/chain.ts'
import { openAccountUpstreams } from '../../relay/upstreams/exchange.ts'
import type { Upstreams } from '../../relay/upstreams/upstreams.ts'
import type { CommandContext } from '../command-context.ts'
import { requireReachable } from '../proxies.ts'
import { redactSecret } from '../secrets/identity.ts'
import { type MasterKeyContext, masterKeysOf } from './master-key-place.ts'
import type { ServeSettings } from './settings.ts'
import type { OpenedStore } from './store.ts'

/** The parts of the world that open the upstreams of a relay. */
export type UpstreamContext = MasterKeyContext &
  Pick<CommandContext, 'clock' | 'random' | 'openNet' | 'openBroker' | 'addRedaction'>

/**
 * Opens the source of the accounts that the settings select: the exchange, or another relay.
 * @throws AxisorError usage or config, for the address of a broker; no-credentials, for a wrong master key or without a relay token;
 * also as the source itself
 */
export async function openUpstreams(
  { upstreamRelay, cluster, allowWriteKey, proxies }: ServeSettings,
  opened: OpenedStore,
  log: RelayLog,
  context: UpstreamContext,
): Promise<Upstreams> {
  const openNet = () => context.openNet(proxies)
  if (upstreamRelay !== null) {
    requireReachable([upstreamRelay], proxies)
    return openChain(upstreamRelay, opened, openNet, context)
  }
  await reportUnopenable(opened, log, context)
  const broker = brokerAddress(cluster, context.env)
  if (broker?.password) context.addRedaction(broker.password)
  return openAccountUpstreams(context, {
    readMasterKeys: () => masterKeysOf(context, opened),
    addresses: LN_MARKETS,
    broker,
    allowWriteKey,
    log,
    openNet,
  })
}

/** Logs the users whose exchange key was sealed with a master key that is not there: all others are served. */
async function reportUnopenable(opened: OpenedStore, log: RelayLog, context: UpstreamContext): Promise<void> {
  const keys = await masterKeysOf(context, opened)
  if (keys === null) return
  const { accounts } = unopenable(await sealedRecords(opened.store), keys)
  if (accounts.length === 0) return
  const names = new Map((await opened.store.users()).map(({ id, name }) => [id, name]))
  for (const { userId, masterKeyId } of accounts)
    log.warn('exchange key not opened: its master key is missing', {
      user: userId,
      name: names.get(userId) ?? '',
      masterKeyId,
    })
}

async function openChain(
  url: string,
  { store }: OpenedStore,
  openNet: () => Promise<Net>,
  context: UpstreamContext,
): Promise<Upstreams> {
  const token = await relayTokenFrom(context.env, context.files)
  if (token === null)
    throw new AxisorError('no-credentials', 'no token for the upstream relay', {
      hint: 'Set AXISOR_RELAY_TOKEN; the operator of that relay issues tokens.',
    })
  redactSecret(context, { kind: 'relay', token, url: null })
  const sources = { flags: {}, env: context.env, file: await readConfigFile(context.env, context.files) }
  const user = readSetting('relayUser', relayUserName, sources)
  return openChainUpstreams(context, { url, token, user, store, openNet })
}
