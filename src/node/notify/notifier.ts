import { LOCAL_CHANNEL_TYPES, needsSecret } from '../../domain/alerts/channel.ts'
import type { Env } from '../../ports/env.ts'
import type { Notifier, NotifierOptions } from '../../ports/notifier.ts'
import { openAddressGuard, type ResolveName } from './address-guard.ts'
import { openAttempts } from './attempts.ts'
import { type BaseUrls, dispatch } from './dispatch.ts'
import { openHttpClient } from './http-client.ts'
import { plainText, resultOf } from './http-result.ts'
import { failed } from './send-result.ts'

const BASE_URLS: BaseUrls = { telegram: 'https://api.telegram.org', pushover: 'https://api.pushover.net' }

export interface NotifierDeps {
  /** Value of the `user-agent` header. */
  readonly userAgent: string
  /** Source of the variables that a command gets. */
  readonly env: Env
  /** Default: the real services. */
  readonly baseUrls?: BaseUrls
  /** Resolves host names. Default: the resolver of the system. */
  readonly resolve?: ResolveName
}

/** Opens the notifier of a process. Connects only to send. */
export function openNotifier(options: NotifierOptions, deps: NotifierDeps): Notifier {
  const { allowPrivateAddresses, allowLocalChannels, refusedHosts, proxies } = options
  const { userAgent, env, baseUrls = BASE_URLS, resolve } = deps
  const guard = openAddressGuard(refusedHosts, resolve)
  const policy = { guard, allowPrivateAddresses, proxies }
  const http = openHttpClient({ ...policy, userAgent })
  const attempts = openAttempts()
  const local = { env, shown: new Map() }
  return {
    async send({ settings, secret: hidden }, message, timeoutMs) {
      const { type } = settings
      if (!allowLocalChannels && LOCAL_CHANNEL_TYPES.includes(type)) {
        return failed(`a relay has no channels of the type ${type}`)
      }
      if (needsSecret(type) && hidden === null) return failed('the secret of the channel is missing')
      const secret = hidden?.reveal() ?? ''
      const common = { message, secret, http, ...policy }
      return attempts.run(
        signal => dispatch(settings, { ...common, signal }, baseUrls, local),
        timeoutMs,
        secret,
      )
    },
    async ping(hidden, timeoutMs) {
      const url = hidden.reveal().trim()
      return attempts.run(
        async signal => {
          const reply = await http.request({ url, body: null }, signal)
          return resultOf(reply, { description: plainText(reply), confirmed: true })
        },
        timeoutMs,
        url,
      )
    },
    async close() {
      attempts.close()
      await http.close()
    },
  }
}
