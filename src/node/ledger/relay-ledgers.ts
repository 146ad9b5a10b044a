import { readdirSync, rmSync } from 'node:fs'
import { AxisorError } from '../../domain/error.ts'
import type { Ledger, OpenedLedger } from '../../ports/ledger.ts'
import { exists } from '../files/file-error.ts'
import { openLedgerFile, openMemoryLedger } from './open-ledger.ts'

/** A file begins with the id of its user; any other one is left alone. */
const FILE = /^([\w-]{1,64})\.(?:mainnet|signet)-[^/]+$/

/** A ledger whose account was found by a key of this version. */
interface RelayLedgerKey {
  readonly userId: string
  readonly network: string
  readonly keyVersion: number
}

interface RelayLedgerName {
  readonly userId: string
  readonly network: string
  readonly accountId: string
}

/** Where a relay keeps ledgers. */
export interface RelayLedgerStore {
  /** Opens the ledger of an account; null: in memory. @throws AxisorError as the ledger */
  open(name: RelayLedgerName | null): Promise<OpenedLedger>
  /**
   * Opens the ledger of a key; null if there is none: the account of the key is not known then. `damaged`: one was kept aside, which may have
   * been that of the key. @throws AxisorError as the ledger
   */
  find(key: RelayLedgerKey): Promise<Ledger | 'damaged' | null>
  /** Deletes the ledgers of all users but these. @throws AxisorError config */
  removeOthers(userIds: readonly string[]): void
  close(): Promise<void>
}

/** Ledgers as files in a folder. */
export function openLedgerFolder(folder: string): RelayLedgerStore {
  return {
    open: name => openRelayLedger(folder, name),
    find: key => findRelayLedger(folder, key),
    removeOthers: userIds => removeOtherLedgers(folder, userIds),
    close: async () => {},
  }
}

/** Opens the ledger of a relay's account in a folder; null: in memory. @throws AxisorError as `openLedgerFile` */
async function openRelayLedger(folder: string, name: RelayLedgerName | null): Promise<OpenedLedger> {
  if (name === null) return openMemoryLedger()
  const { userId, network, accountId } = name
  const file = `${userId}.${encodeURIComponent(`${network}-${accountId}`.toWellFormed())}.db`
  if (!FILE.test(file)) throw new TypeError('not the name of a ledger')
  return openLedgerFile(`${folder}/${file}`)
}

/** Opens the ledger of a key in a folder, as `RelayLedgerStore.find`. @throws AxisorError as `openLedgerFile` */
async function findRelayLedger(
  folder: string,
  { userId, network, keyVersion }: RelayLedgerKey,
): Promise<Ledger | 'damaged' | null> {
  let missing: 'damaged' | null = null
  for (const file of filesOf(folder)) {
    if (!file.startsWith(`${userId}.${network}-`) || !file.endsWith('.db')) continue
    const { ledger, damagedPath } = await openLedgerFile(`${folder}/${file}`)
    if (damagedPath !== null) missing = 'damaged'
    if ((await ledger.marks()).keyVersion === keyVersion) return ledger
    await ledger.close()
  }
  return missing
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (!exists(error)) return []
    throw new AxisorError('config', 'the folder of the ledgers cannot be read', { cause: error })
  }
}

/** Deletes the ledgers of all users but these, also damaged ones that were kept. @throws AxisorError config */
export function removeOtherLedgers(folder: string, userIds: readonly string[]): void {
  const kept = new Set(userIds)
  try {
    for (const file of readdirSync(folder)) {
      const [, userId] = FILE.exec(file) ?? []
      if (userId !== undefined && !kept.has(userId)) rmSync(`${folder}/${file}`, { force: true })
    }
  } catch (error) {
    if (!exists(error)) return
    throw new AxisorError('config', 'the ledgers of removed users cannot be deleted', {
      hint: `Make ${folder} writable for the user that runs the relay.`,
      cause: error,
    })
  }
}
