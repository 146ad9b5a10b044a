import { unitPath } from '../../src/commands/unit-memory.ts'
import { openCrypto } from '../../src/node/crypto.ts'
import type { FoundFile } from '../../src/ports/files.ts'

/** The file in which an earlier run has remembered the unit of the synthetic dollars of a key on the mainnet. */
export function rememberedUnit(home: string, key: string): readonly [path: string, file: FoundFile] {
  const path = unitPath(`${home}/.local/state/axisor`, 'api.lnmarkets.com', key, openCrypto())
  return [path, { text: '{"syntheticUsdUnit":"dollars"}\n', othersMayWrite: false, othersMayRead: false }]
}
