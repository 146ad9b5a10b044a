import { findSetting, type SettingSources } from '../../config/setting-sources.ts'
import { AxisorError } from '../../domain/error.ts'
import { isProfileName, PROFILE_NAME } from '../../domain/profile.ts'
import type { CommandContext } from '../command-context.ts'

/**
 * The name that was asked for, or the usual one.
 * @throws AxisorError usage or config, for a name that no profile may have
 */
export function nameFor(sources: SettingSources, usual: string): string {
  const asked = findSetting('profile', sources)
  if (asked === null) return usual
  if (isProfileName(asked.text)) return asked.text
  throw new AxisorError(asked.origin === 'flag' ? 'usage' : 'config', `${asked.place}: not ${PROFILE_NAME}`, {
    hint: 'env and demo are names that axisor uses itself.',
  })
}

/** The simulated exchange of `demo` has a key of its own. @throws AxisorError usage */
export function refuseDemo({ world, flags: typed }: CommandContext): void {
  if (world.env.AXISOR_SOURCE !== 'demo' || typed.relay !== undefined) return
  throw new AxisorError('config', 'AXISOR_SOURCE=demo (environment): there is nothing to log in to', {
    hint: 'Unset it.',
  })
}
