import { AxisorError } from '../../domain/error.ts'
import { formatNumber } from '../../domain/format.ts'
import { xdgPath } from '../../domain/xdg.ts'
import { ordersCsv, positionsCsv } from '../../output/csv.ts'
import { fundingRowsCsv, historyRowsCsv } from '../../output/ledger/history-rows.ts'
import { snapshotOf } from '../../output/snapshot.ts'
import type { ShownPane } from '../../tui/actions.ts'
import type { CommandContext } from '../command-context.ts'

type ExportContext = Pick<CommandContext, 'clock' | 'env' | 'files'>

/** CSV and the number of its rows. */
interface Export {
  readonly text: string
  readonly rows: number
}

/**
 * Writes what a pane of the dashboard shows into a new file that only the user can read, in the folder `axisor/exports` of the user's data.
 * Returns a sentence with the path, or why there is no file.
 */
export async function exportShown(shown: ShownPane, context: ExportContext): Promise<string> {
  const { env, files, clock } = context
  const folder = xdgPath(env, 'data', 'axisor/exports')
  if (folder === null) return 'not exported: HOME is not set'
  const name = FILES[shown.pane]
  if (name === undefined)
    return 'nothing to export here: x exports positions, orders, closed trades and funding'
  const found = exportOf(shown, context)
  if (typeof found === 'string') return `not exported: ${found}`
  const time = new Date(clock.toWall(clock.nowMs())).toISOString()
  const account = shown.account === null ? '' : `${shown.account}-`
  const path = `${folder}/${account}${name}-${time.slice(0, 19).replaceAll(':', '').replace('T', '-')}.csv`
  try {
    await files.writePrivate(path, found.text)
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return `not exported: ${error.message}`
  }
  const home = env.HOME ?? ''
  const shortPath = home !== '' && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
  return `exported ${formatNumber(found.rows)} ${found.rows === 1 ? 'row' : 'rows'}: ${shortPath}`
}

const FILES: Partial<Record<ShownPane['pane'], string>> = {
  positions: 'positions',
  orders: 'orders',
  closed: 'history',
  funding: 'funding',
}

/** The rows of a pane, or why they are not known: an empty file would look like a flat account. */
function exportOf({ pane, state, ids, rows }: ShownPane, { clock }: ExportContext): Export | string {
  const now = clock.nowMs()
  const document = snapshotOf(state, now, undefined, clock.toWall)
  const listed = <T extends { readonly id: string }>(items: readonly T[]): readonly T[] =>
    ids.flatMap(id => items.find(item => item.id === id) ?? [])
  if (pane === 'positions') {
    if (document.positions === null) return 'the positions are not read'
    const positions = listed([...document.positions, ...document.lastKnown])
    return { text: positionsCsv({ ...document, positions }), rows: positions.length }
  }
  if (pane === 'orders') {
    if (document.orders === null) return 'the orders are not read'
    const orders = listed(document.orders)
    return { text: ordersCsv({ ...document, orders }), rows: orders.length }
  }
  if (pane === 'closed') return { text: historyRowsCsv(document, rows), rows: rows.length }
  const fees = state.history?.value.fundingFees ?? null
  if (fees === null) return 'the funding fees are not read'
  return { text: fundingRowsCsv(document, fees), rows: fees.length }
}
