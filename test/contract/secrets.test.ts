import { openEnvSecrets } from '../../src/config/env-secrets.ts'
import { Secret } from '../../src/domain/secret.ts'
import { openFiles } from '../../src/node/files/files.ts'
import { Vault } from '../../src/node/secrets/vault/vault.ts'
import type { SecretId } from '../../src/ports/secrets.ts'
import { encodeStoredSecret } from '../../src/wire/stored-secret.ts'
import { openMemorySecrets } from '../support/memory-secrets.ts'
import { passphraseThatIs } from '../support/passphrases.ts'
import { openTempFolder } from '../support/temp-folder.ts'
import { readingLaws, secretsLaws } from './secrets-laws.ts'

secretsLaws('in memory, for tests', async () => {
  const texts = new Map<string, string>()
  return { kind: 'vault', open: async () => openMemorySecrets('vault', texts), close: async () => {} }
})

secretsLaws('the vault', async () => {
  const folder = openTempFolder()
  return {
    kind: 'vault',
    // The cheapest allowed derivation: the laws are about storing.
    open: async () =>
      new Vault(
        { XDG_DATA_HOME: folder.path },
        { passphrase: passphraseThatIs('correct horse battery') },
        { N: 2 ** 15, p: 1 },
      ),
    close: async () => folder.remove(),
  }
})

const KEY = { key: 'k', secret: new Secret('s'), passphrase: new Secret('p') }
const EXCHANGE: SecretId = { exchange: 'lnmarkets', network: 'signet', profile: 'any' }
const RELAY: SecretId = { exchange: 'axisor-relay', network: 'relay', profile: 'any' }

readingLaws(
  'the environment',
  async () => ({
    kind: 'env',
    open: async () =>
      openEnvSecrets(
        {
          AXISOR_API_KEY: 'k',
          AXISOR_API_SECRET: 's',
          AXISOR_API_PASSPHRASE: 'p',
          AXISOR_RELAY_TOKEN: 't',
        },
        openFiles(),
      ),
    close: async () => {},
  }),
  [
    [EXCHANGE, encodeStoredSecret({ kind: 'direct', credentials: KEY })],
    [RELAY, encodeStoredSecret({ kind: 'relay', token: new Secret('t'), url: null })],
  ],
)
