import { readdirSync, rmSync } from 'node:fs'
import { AxisorError } from '../../domain/error.ts'
import type { OpenedLedger } from '../../ports/ledger.ts'
import { exists } from '../files/file-error.ts'
import { openLedgerFile, openMemoryLedger } from './open-ledger.ts'

/** A file begins with the id of its user; any other one is left alone. */
const FILE = /^([\w-]{1,64})\.(?:mainnet|signet)-[^/]+$/

interface RelayLedgerName {
  readonly userId: string
  readonly network: string
  readonly accountId: string
}

/** Opens the ledger of a relay's account in a folder; null: in memory. @throws AxisorError as `openLedgerFile` */
export async function openRelayLedger(folder: string, name: RelayLedgerName | null): Promise<OpenedLedger> {
  if (name === null) return openMemoryLedger()
  const { userId, network, accountId } = name
  const file = `${userId}.${encodeURIComponent(`${network}-${accountId}`.toWellFormed())}.db`
  if (!FILE.test(file)) throw new TypeError('not the name of a ledger')
  return openLedgerFile(`${folder}/${file}`)
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
