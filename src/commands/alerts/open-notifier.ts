import type { Profile } from '../../domain/profile.ts'
import type { Notifier } from '../../ports/notifier.ts'
import type { CommandContext } from '../command-context.ts'
import { readProxyRules } from '../proxies.ts'
import { openProxies } from '../secrets/proxy-password.ts'
import type { SecretContext, SecretStores } from '../secrets/secret-stores.ts'
import { openLocalNotifier } from './redacted-notifier.ts'

interface NotifierFlags {
  readonly proxy: string | null
  readonly passphraseFd: number | null
}

/** Opens the notifier of a command that reads no other settings. @throws AxisorError usage, config or no-credentials, for its proxy */
export async function openCommandNotifier(
  { proxy, passphraseFd }: NotifierFlags,
  profile: Profile | null,
  sharedStores: SecretStores,
  context: SecretContext & Pick<CommandContext, 'openNotifier' | 'redact'>,
): Promise<Notifier> {
  const proxies = await readProxyRules({ proxy }, context)
  const opened = await openProxies({ profile, passphraseFd, proxies }, { ...context, sharedStores })
  return openLocalNotifier(profile, opened, context)
}
