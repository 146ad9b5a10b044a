import { AxisorError } from '../domain/error.ts'
import { xdgPath } from '../domain/xdg.ts'
import { type UnitMemory, unitKnownAs } from '../feed/exchange/unit-reader.ts'
import type { CommandContext } from './command-context.ts'
import type { ExchangeConnection } from './exchange-connection.ts'

type UnitContext = Pick<CommandContext, 'env' | 'files' | 'crypto'>

/** The unit is needed, but not known. */
const WANTED = 'wanted'

/** The memory of the unit of synthetic dollars of one account. */
export interface StoredUnit {
  /** Empty if there is no state folder, or no account. */
  readonly option: { readonly unitMemory?: UnitMemory }
  /** Resolves when all is written. */
  written(): Promise<void>
}

/** Returns the file of an account in axisor's state folder. Its name reveals nothing of the key. */
export function unitPath(
  folder: string,
  host: string,
  key: string,
  { sha256 }: Pick<CommandContext['crypto'], 'sha256'>,
): string {
  return `${folder}/accounts/${sha256(`axisor account 1\n${host}\n${key}`).slice(0, 32)}.json`
}

/** Text that is not understood is replaced when the unit was read. */
function decode(text: string): Pick<UnitMemory, 'unit' | 'isWanted'> {
  const word = /^\{"syntheticUsdUnit":"([a-z]+)"\}(\n|$)/.exec(text)?.[1] ?? null
  return { unit: word === 'dollars' || word === 'cents' ? word : null, isWanted: word === WANTED }
}

/**
 * Reads what earlier processes remember of the account: one file by the digest of key and host. It holds no secret. `isNeeded`: the unit
 * is read with the first requests if it is not known.
 */
export async function openUnitMemory(
  { apiUrl, credentials, isEmbedded }: Pick<ExchangeConnection, 'apiUrl' | 'credentials' | 'isEmbedded'>,
  isNeeded: boolean,
  { env, files, crypto }: UnitContext,
): Promise<StoredUnit> {
  const folder = xdgPath(env, 'state', 'axisor')
  const nothing: StoredUnit = { option: {}, written: async () => {} }
  // The simulated exchange keeps synthetic dollars in dollars. A demo must not wait for what an exchange would have to show first.
  if (isEmbedded) return { ...nothing, option: { unitMemory: unitKnownAs('dollars') } }
  if (credentials === null || folder === null) return nothing
  const path = unitPath(folder, new URL(apiUrl).host, credentials.key, crypto)
  let writing = Promise.resolve()
  const write = (word: string): void => {
    writing = files.update(path, () => JSON.stringify({ syntheticUsdUnit: word })).catch(ignore)
  }
  const found = await files.read(path).catch(ignore)
  const known = decode(found?.text ?? '')
  const isWanted = known.isWanted || isNeeded
  let isRecorded = known.isWanted
  const unitMemory: UnitMemory = {
    ...known,
    isWanted,
    remember: write,
    want: () => {
      // Needed with every snapshot, as long as past swaps can't be read.
      if (!isRecorded) write(WANTED)
      isRecorded = true
    },
  }
  return { option: { unitMemory }, written: () => writing }
}

/** Without a file the unit is read again. */
function ignore(error: unknown): undefined {
  if (!(error instanceof AxisorError)) throw error
}
