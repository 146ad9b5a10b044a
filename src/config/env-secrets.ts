import { AxisorError } from '../domain/error.ts'
import type { Env } from '../ports/env.ts'
import type { Files } from '../ports/files.ts'
import type { SecretId, Secrets } from '../ports/secrets.ts'
import { encodeStoredSecret } from '../wire/stored-secret.ts'
import { channelSecretFrom } from './alerts/channel-env.ts'
import { credentialsFrom, relayTokenFrom } from './credentials.ts'

function readOnly(): AxisorError {
  return new AxisorError('usage', 'the environment is read-only', {
    hint: 'Set or unset the variables where axisor is started, or choose another --credential-store.',
  })
}

/** Opens the environment as a read-only secret store. It has one API key, one relay token and one secret per channel, used for every profile. */
export function openEnvSecrets(env: Env, files: Files): Secrets {
  async function read({ exchange, channel }: SecretId): Promise<string | null> {
    if (channel !== undefined) {
      const secret = await channelSecretFrom(channel, env, files)
      return secret === null ? null : encodeStoredSecret({ kind: 'channel', secret })
    }
    if (exchange === 'axisor-relay') {
      const token = await relayTokenFrom(env, files)
      return token === null ? null : encodeStoredSecret({ kind: 'relay', token, url: null })
    }
    const credentials = await credentialsFrom(env, files)
    return credentials === null ? null : encodeStoredSecret({ kind: 'direct', credentials })
  }
  return {
    kind: 'env',
    async state() {
      try {
        await credentialsFrom(env, files)
        await relayTokenFrom(env, files)
        return { kind: 'ready' }
      } catch (error) {
        if (error instanceof AxisorError) return { kind: 'unusable', error }
        throw error
      }
    },
    read,
    async write() {
      throw readOnly()
    },
    async remove(id) {
      if ((await read(id)) === null) return false
      throw readOnly()
    },
  }
}
