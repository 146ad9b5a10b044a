import type { ReadPermission } from '../../domain/account.ts'
import type { ExitCode } from '../../domain/error.ts'
import type { PartName } from '../../domain/parts.ts'
import { accountCsv, marketCsv, ordersCsv, positionsCsv } from '../../output/csv.ts'
import { pickFields } from '../../output/fields.ts'
import { orderLines, positionLines, type Section } from '../../output/row-lines.ts'
import {
  accountHeadLines,
  accountLines,
  headLines,
  marketLines,
  partLines,
  textOf,
  userLines,
} from '../../output/text.ts'
import type { SnapshotDocument } from '../../wire/snapshot.ts'
import { formatOf } from '../output-format.ts'
import { missingPermission } from '../secrets/permissions.ts'
import { sourceSettings } from '../source-settings.ts'
import type { ViewOptions } from './options.ts'
import { printOnce, type SnapshotView } from './print-document.ts'
import type { SnapshotContext } from './read-snapshot.ts'

/** A part of the snapshot: fields of the JSON document, text and CSV. */
interface View {
  readonly name: string
  readonly account: boolean
  /** Read permissions of the key. Without any of them there is nothing to print. */
  readonly permissions: readonly ReadPermission[]
  readonly equity: boolean
  readonly parts: readonly PartName[]
  readonly fields: readonly (keyof SnapshotDocument)[]
  readonly sections: readonly Section[]
  csv(document: SnapshotDocument): string
}

/** Fields of every view: the age and the origin of the data. */
const COMMON_FIELDS: readonly (keyof SnapshotDocument)[] = [
  'schemaVersion',
  'asOf',
  'origin',
  'network',
  'source',
]

type ViewCommand = (options: ViewOptions, context: SnapshotContext) => Promise<ExitCode>

function viewCommand(view: View): ViewCommand {
  return async (options, context) => {
    const { stdout } = context.terminal
    const format = formatOf(options, stdout.isTTY)
    const settings = await sourceSettings(options, context, view.account)
    const text = ({ document, state }: SnapshotView): string => {
      const { permissions } = view
      if (permissions.length > 0 && permissions.every(each => state.missing.includes(each)))
        throw missingPermission(permissions, `axisor ${view.name}`, state.key)
      if (format === 'csv') return view.csv(document)
      const head = view.account ? accountHeadLines : headLines
      const sections = [head, partLines(view.parts), ...view.sections]
      if (format === 'text') return textOf(document, sections, stdout.columns || 80)
      return `${JSON.stringify(pickFields(document, fieldsOf(view)))}\n`
    }
    const printed = { parts: view.parts, askedFor: 'permitted' } as const
    return printOnce(settings, view, context, { printed, format, isBare: format === 'csv', text })
  }
}

function fieldsOf({ fields, parts }: View): readonly string[] {
  return [...COMMON_FIELDS, ...parts.map(part => `parts.${part}`), ...fields]
}

/** Prints open positions. */
export const positions: ViewCommand = viewCommand({
  name: 'positions',
  account: true,
  permissions: ['futures:isolated:read', 'futures:cross:read'],
  equity: true,
  parts: ['isolatedPositions', 'crossPosition'],
  fields: ['key', 'totals', 'positions'],
  sections: [positionLines],
  csv: positionsCsv,
})

/** Prints open orders. */
export const orders: ViewCommand = viewCommand({
  name: 'orders',
  account: true,
  permissions: ['futures:isolated:read', 'futures:cross:read'],
  equity: false,
  parts: ['isolatedOrders', 'crossOrders'],
  fields: ['key', 'orders'],
  sections: [orderLines],
  csv: ordersCsv,
})

/** Prints balance, equity and margin. */
export const account: ViewCommand = viewCommand({
  name: 'account',
  account: true,
  permissions: ['account:read'],
  equity: true,
  parts: ['account'],
  fields: ['key', 'account', 'totals'],
  sections: [userLines, accountLines],
  csv: accountCsv,
})

/** Prints prices and the funding rate. No key is used, even if there is one. */
export const market: ViewCommand = viewCommand({
  name: 'market',
  account: false,
  permissions: [],
  equity: false,
  parts: ['market'],
  fields: ['market'],
  sections: [marketLines],
  csv: marketCsv,
})
