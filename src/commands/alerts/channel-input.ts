import { channelEnvName, channelSecretFrom, normalizeSecret } from '../../config/alerts/channel-env.ts'
import { hasEnvCredentials } from '../../config/credentials.ts'
import type { ChannelConfig } from '../../domain/alerts/channel.ts'
import {
  channelSecretFault,
  hasSecret,
  type SecretLine,
  secretFormat,
} from '../../domain/alerts/channel-secret.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Profile } from '../../domain/profile.ts'
import { Secret } from '../../domain/secret.ts'
import { promptHidden, readStdin, requirePrompt } from '../secrets/hidden-input.ts'
import { redactSecret } from '../secrets/identity.ts'
import type { SecretContext, SecretStores } from '../secrets/secret-stores.ts'

/** How a secret is given. */
export interface SecretInput {
  readonly secretStdin: boolean
  /** It is in the environment, with the key. */
  readonly isInEnvironment: boolean
  /** There is no profile whose store could keep it. */
  readonly hasNoProfile?: boolean
}

/** Returns how the secrets of a profile are given. */
export function secretInputOf(
  { secretStdin }: Pick<SecretInput, 'secretStdin'>,
  profile: Profile | null,
): SecretInput {
  const hasNoProfile = profile === null
  return { secretStdin, isInEnvironment: hasNoProfile || profile.store === 'env', hasNoProfile }
}

/** The secret of a new channel; `generated` is the part that axisor has made and that the user needs. */
export interface NewSecret {
  readonly secret: Secret
  readonly generated: string | null
}

const COPY_AGAIN = 'Copy it again from its source, without surrounding text.'

const STDIN_HINT = 'Pass it on stdin, with --secret-stdin.'

/**
 * Returns the secret of a new channel, which is redacted from now on: from the environment if the secrets of the profile are there, else from stdin or the prompt. Null
 * if the channel has none.
 * @throws AxisorError no-credentials or usage, in words without the secret; InterruptedError
 */
export async function newChannelSecret(
  { name, settings }: ChannelConfig,
  input: SecretInput,
  stores: SecretStores,
  context: SecretContext,
): Promise<NewSecret | null> {
  const { type } = settings
  if (!hasSecret(settings)) return null
  const fault = (text: string): string | null => channelSecretFault(type, text)
  if (input.isInEnvironment) {
    const secret = await secretFromEnv(name, input, fault, context)
    redactSecret(context, { kind: 'channel', secret })
    return { secret, generated: null }
  }
  const lines = secretFormat(type)
  const given = await givenLines(lines, input, stores, context)
  let generated: string | null = null
  const filled = lines.map(({ whenEmpty }, index) => {
    const text = given[index] ?? ''
    if (text === '' && whenEmpty === 'generate') generated = context.random.hex(32)
    return text === '' && generated !== null && whenEmpty === 'generate' ? generated : text
  })
  const text = [...filled, ...given.slice(lines.length)].join('\n').replace(/\n+$/, '')
  const secret = validSecret(text, fault)
  redactSecret(context, { kind: 'channel', secret })
  return { secret, generated }
}

/** Returns a secret that is one line, such as the URL of the heartbeat, from the same places. Throws as `newChannelSecret`. */
export async function newSingleSecret(
  name: string,
  line: SecretLine,
  input: SecretInput,
  stores: SecretStores,
  context: SecretContext,
): Promise<Secret> {
  const fault = (text: string): string | null => {
    const reason = text === '' ? 'is empty' : line.fault(text)
    return reason === null ? null : `the ${line.label} ${reason}`
  }
  if (input.isInEnvironment) return secretFromEnv(name, input, fault, context)
  return validSecret((await givenLines([line], input, stores, context)).join('\n'), fault)
}

/** Returns the lines that the user gives; those from a prompt are valid, except empty ones. */
async function givenLines(
  lines: readonly SecretLine[],
  { secretStdin }: SecretInput,
  stores: SecretStores,
  { terminal }: SecretContext,
): Promise<readonly string[]> {
  if (!secretStdin) return promptedLines(lines, stores)
  const expected = lines.map(({ label }) => `the ${label}`).join(', then ')
  const flag = { flag: '--secret-stdin', expected: `${expected}, one line each` }
  return normalizeSecret(await stores.untilInterrupted(readStdin(terminal.stdin, flag))).split('\n')
}

async function promptedLines(lines: readonly SecretLine[], stores: SecretStores): Promise<readonly string[]> {
  const prompt = requirePrompt(stores, `the ${lines[0]?.label ?? 'secret'}`, STDIN_HINT)
  prompt.write('The input is not shown.\n')
  const texts: string[] = []
  for (const line of lines) texts.push(await promptHidden(prompt, questionOf(line)))
  return texts
}

const WHEN_EMPTY = { none: 'Enter for none', generate: 'Enter generates one' } as const

function questionOf({ label, whenEmpty, fault }: SecretLine): Parameters<typeof promptHidden>[1] {
  if (whenEmpty !== 'mistake') return { what: label, whenEmpty: WHEN_EMPTY[whenEmpty], fault }
  return { what: label, fault: text => (text === '' ? 'is empty' : fault(text)) }
}

function validSecret(text: string, faultOf: (text: string) => string | null): Secret {
  const fault = faultOf(text)
  if (fault === null) return new Secret(text)
  throw new AxisorError('usage', fault, { hint: COPY_AGAIN })
}

async function secretFromEnv(
  name: string,
  { hasNoProfile }: SecretInput,
  faultOf: (text: string) => string | null,
  { env, files }: SecretContext,
): Promise<Secret> {
  const secret = await channelSecretFrom(name, env, files)
  const { name: variable } = channelEnvName(name)
  if (secret === null && hasNoProfile && !(await hasEnvCredentials(env, files)))
    throw new AxisorError('no-credentials', `no profile can store the secret of ${name}`, {
      hint: `Run axisor login first. For a key in the environment, set ${variable} or ${variable}_FILE.`,
    })
  if (secret === null)
    throw new AxisorError(
      'no-credentials',
      `the secret of ${name} must be in the environment, as the key is: ${variable} is not set`,
      {
        hint: `Set it or ${variable}_FILE. With axisor login the key and the channels are stored in the keychain instead.`,
      },
    )
  const fault = faultOf(secret.reveal())
  if (fault === null) return secret
  throw new AxisorError('no-credentials', `${variable}: ${fault}`, { hint: COPY_AGAIN })
}
