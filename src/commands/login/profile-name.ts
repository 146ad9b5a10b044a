import { findSetting, type SettingSources } from '../../config/setting-sources.ts'
import { AxisorError } from '../../domain/error.ts'
import { isProfileName, PROFILE_NAME } from '../../domain/profile.ts'
import type { Env } from '../../ports/env.ts'

/**
 * Returns the requested profile name, or the default.
 * @throws AxisorError usage or config, for an invalid name
 */
export function nameFor(sources: SettingSources, byDefault: string): string {
  const found = findSetting('profile', sources)
  if (found === null) return byDefault
  if (isProfileName(found.text)) return found.text
  throw new AxisorError(found.origin === 'flag' ? 'usage' : 'config', `${found.place}: not ${PROFILE_NAME}`, {
    hint: 'The names env and demo are reserved.',
  })
}

/** Rejects a login to the simulated exchange of the demo, which has a key of its own. @throws AxisorError config */
export function rejectDemo({ relayUrl }: { readonly relayUrl: string | null }, env: Env): void {
  if (env.AXISOR_SOURCE !== 'demo' || relayUrl !== null) return
  throw new AxisorError('config', 'AXISOR_SOURCE=demo (environment): the demo needs no login', {
    hint: 'Unset it to log in to an exchange.',
  })
}
