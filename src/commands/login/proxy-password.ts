import { normalizeSecret } from '../../config/alerts/channel-env.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import type { Profile } from '../../domain/profile.ts'
import { Secret } from '../../domain/secret.ts'
import { encodeStoredSecret } from '../../wire/stored-secret.ts'
import { alertProfile } from '../alerts/alert-profile.ts'
import { promptHidden, readStdin, requirePrompt } from '../secrets/hidden-input.ts'
import { proxyPasswordId } from '../secrets/proxy-password.ts'
import { replaceSecret } from '../secrets/replace-secret.ts'
import { type SecretContext, type SecretStores, withStores } from '../secrets/secret-stores.ts'
import type { ProxyPasswordOptions } from './options.ts'

/** The longest password of SOCKS 5 (RFC 1929). */
const MAX_BYTES = 255

function faultOf(text: string): string | null {
  if (text === '') return 'is empty'
  if (new TextEncoder().encode(text).length > MAX_BYTES) return `is longer than ${MAX_BYTES} bytes`
  return /\p{Cc}/u.test(text) ? 'contains a control character' : null
}

async function newPassword(
  secretStdin: boolean,
  stores: SecretStores,
  { terminal }: SecretContext,
): Promise<string> {
  const what = 'password of the proxy'
  if (!secretStdin) {
    const prompt = requirePrompt(stores, `the ${what}`, 'Pass it on stdin, with --secret-stdin.')
    prompt.write('The input is not shown.\n')
    return promptHidden(prompt, { what, fault: faultOf })
  }
  const flag = { flag: '--secret-stdin', expected: `the ${what}, one line` }
  const text = normalizeSecret(await stores.untilInterrupted(readStdin(terminal.stdin, flag)))
  const fault = faultOf(text)
  if (fault === null) return text
  throw new AxisorError('usage', `the ${what} ${fault}`, { hint: 'Pass it as one line.' })
}

/** Returns the profile whose store has the password. @throws AxisorError usage, if its secrets are in the environment */
async function requireStore(options: ProxyPasswordOptions, context: SecretContext): Promise<Profile> {
  const profile = await alertProfile(options, context)
  if (profile !== null && profile.store !== 'env') return profile
  throw new AxisorError('usage', 'the key is in the environment, and so is the password of the proxy', {
    hint: 'Set AXISOR_PROXY_PASSWORD, or AXISOR_PROXY_PASSWORD_FILE to the path of a file that contains it.',
  })
}

/** Stores the password of a proxy in the store of the profile, or removes it. */
export async function proxyPassword(
  options: ProxyPasswordOptions,
  context: SecretContext,
): Promise<ExitCode> {
  const { terminal, addRedaction } = context
  const { remove, secretStdin, passphraseFd } = options
  const profile = await requireStore(options, context)
  const { name, store, requirePassphrase } = profile
  const id = proxyPasswordId(profile)
  return withStores({ passphraseFd }, context, async stores => {
    const secrets = await stores.open(store, requirePassphrase)
    if (remove) {
      const wasThere = await stores.untilInterrupted(secrets.remove(id))
      await terminal.printError(
        wasThere
          ? `The password of the proxy of ${name} is removed.\n`
          : `No password was stored for ${name}.\n`,
      )
      return EXIT.done
    }
    const secret = new Secret(await newPassword(secretStdin, stores, context))
    addRedaction(secret)
    const request = {
      ...{ secrets, id, wasSealed: false, rival: 'another process' },
      text: encodeStoredSecret({ kind: 'channel', secret }),
      what: 'the password of the proxy',
      again: 'Run the command again to replace it.',
      elsewhere: 'Set AXISOR_PROXY_PASSWORD instead.',
    }
    await replaceSecret(request, stores, async () => {})
    await terminal.printError(
      `The password of the proxy of ${name} is in the ${store}. It is used for a proxy whose address names a user, as in socks5h://USER@HOST:PORT.\n`,
    )
    return EXIT.done
  })
}
