import type { Notifier } from '../../ports/notifier.ts'
import type { CommandContext } from '../command-context.ts'
import { openProxies, type ProxySettings } from '../secrets/proxy-password.ts'
import type { SecretContext, SecretStores } from '../secrets/secret-stores.ts'
import { openLocalNotifier } from './redacted-notifier.ts'

/** Opens the notifier of a command that configures or tests channels. @throws AxisorError no-credentials, without the password of a proxy */
export async function openCommandNotifier(
  settings: ProxySettings,
  sharedStores: SecretStores,
  context: SecretContext & Pick<CommandContext, 'openNotifier' | 'redact'>,
): Promise<Notifier> {
  const proxies = await openProxies(settings, { ...context, sharedStores })
  return openLocalNotifier(settings.profile, proxies, context)
}
