import type { Settings } from '../../config/settings.ts'
import { AxisorError, EXIT } from '../../domain/error.ts'
import type { Credentials } from '../../domain/secret.ts'
import { RestClient } from '../../feed/exchange/rest-client.ts'
import { type KeyInfo, verifyKey } from '../../feed/exchange/verify-key.ts'
import { reachOverRest, verifyOverRest } from '../../feed/exchange/verify-rest.ts'
import type { Net } from '../../ports/world.ts'
import type { CommandContext } from '../command-context.ts'
import { requireReachable, sourceProxy, withProxyName } from '../proxies.ts'

/** `proxies` have their passwords. */
type ExchangeSettings = Pick<Settings, 'apiUrl' | 'streamUrl' | 'timeoutMs' | 'proxies'>

/**
 * Verifies a key with the exchange on a connection of its own; without credentials only checks that the exchange can be reached. If the
 * stream can't be used, for example behind a firewall, REST is: then the permissions stay unknown, and `streamError` has the reason.
 * @throws AxisorError key-refused, or the failure of the stream if REST fails too
 */
export async function verifyOnce(
  settings: ExchangeSettings,
  credentials: Credentials | null,
  { clock, random, openNet }: Pick<CommandContext, 'clock' | 'random' | 'openNet'>,
): Promise<KeyInfo> {
  const { apiUrl, streamUrl, timeoutMs, proxies } = settings
  requireReachable([apiUrl, streamUrl], proxies)
  const net = await openNet(proxies)
  try {
    return await verifyKey({ clock, random, sockets: net.sockets }, { streamUrl, credentials, timeoutMs })
  } catch (error) {
    if (!(error instanceof AxisorError) || error.exitCode === EXIT.credentials) throw error
    const streamError = withProxyName(
      error,
      sourceProxy({ source: 'direct', relayUrl: null, apiUrl, proxies }),
    )
    return await verifyWithoutStream(settings, credentials, { clock, net, streamError })
  } finally {
    net.http.close()
  }
}

async function verifyWithoutStream(
  { apiUrl, timeoutMs }: ExchangeSettings,
  credentials: Credentials | null,
  {
    clock,
    net,
    streamError,
  }: Pick<CommandContext, 'clock'> & { readonly net: Net; readonly streamError: AxisorError },
): Promise<KeyInfo> {
  const limits = { requestMs: timeoutMs, maxWaitMs: timeoutMs }
  const rest = new RestClient({ http: net.http, clock }, { apiUrl, credentials, ...limits })
  try {
    await (credentials === null ? reachOverRest(rest) : verifyOverRest(rest))
    const { offsetMs } = rest.exchangeClock
    return { key: null, simulated: rest.simulated, rttMs: null, clockOffsetMs: offsetMs, streamError }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    throw error.code === 'key-refused' ? error : streamError
  } finally {
    rest.close()
  }
}
