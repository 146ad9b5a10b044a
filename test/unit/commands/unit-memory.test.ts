import { expect, test } from 'vitest'
import { openUnitMemory } from '../../../src/commands/unit-memory.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { openCrypto } from '../../../src/node/crypto.ts'
import { openFakeWorld } from '../../support/fake-world.ts'

test('records once that the unit is needed, however often that is reported', async () => {
  const written: string[] = []
  const { files } = openFakeWorld()
  const credentials = { key: 'k', secret: new Secret('s'), passphrase: new Secret('p') }
  const { option } = await openUnitMemory(
    { apiUrl: 'https://api.host/v3', credentials, isEmbedded: false },
    false,
    {
      env: { HOME: '/home/ann' },
      crypto: openCrypto(),
      files: {
        ...files,
        read: async () => null,
        update: async (_path, change) => {
          written.push(change(null))
        },
      },
    },
  )
  option.unitMemory?.want()
  option.unitMemory?.want()
  expect(written).toEqual(['{"syntheticUsdUnit":"wanted"}'])
})
