import type { ReadPermission } from '../../domain/account.ts'
import { accountCsv, marketCsv, ordersCsv, positionsCsv } from '../../output/csv.ts'
import { pickFields } from '../../output/fields.ts'
import {
  accountLines,
  headLines,
  marketLines,
  orderLines,
  positionLines,
  type Section,
  textOf,
  userLines,
} from '../../output/text.ts'
import type { SnapshotDocument } from '../../wire/snapshot.ts'
import type { Command } from '../command-context.ts'
import { formatOf } from '../output-format.ts'
import { missingPermission } from '../secrets/permissions.ts'
import { settingsOf } from '../source.ts'
import { printOnce } from './print-document.ts'

/** One part of the snapshot: as fields of the JSON document, as text and as CSV. */
interface View {
  readonly name: string
  readonly account: boolean
  /** What the key must be allowed to read: without any of it there is nothing to print. */
  readonly needs: readonly ReadPermission[]
  readonly equity: boolean
  readonly fields: readonly (keyof SnapshotDocument)[]
  readonly sections: readonly Section[]
  csv(document: SnapshotDocument): string
}

/** What no view leaves out: how old the numbers are, and whether they are real. */
const ALWAYS: readonly (keyof SnapshotDocument)[] = ['schemaVersion', 'asOf', 'origin', 'network', 'source']

function commandOf(view: View): Command {
  return async call => {
    const { stdout } = call.world.terminal
    const format = formatOf(call.flags, stdout.isTTY)
    const settings = await settingsOf(call, view.account)
    return printOnce(call, settings, view, ({ document, state }) => {
      const { needs } = view
      if (needs.length > 0 && needs.every(each => state.missing.includes(each)))
        throw missingPermission(needs, `axisor ${view.name}`)
      if (format === 'csv') return view.csv(document)
      if (format === 'text') return textOf(document, [headLines, ...view.sections], stdout.columns || 80)
      return `${JSON.stringify(pickFields(document, [...ALWAYS, ...view.fields]))}\n`
    })
  }
}

/** Open positions. */
export const positions: Command = commandOf({
  name: 'positions',
  account: true,
  needs: ['futures:isolated:read', 'futures:cross:read'],
  equity: true,
  fields: ['key', 'totals', 'positions'],
  sections: [positionLines],
  csv: positionsCsv,
})

/** Orders that wait. */
export const orders: Command = commandOf({
  name: 'orders',
  account: true,
  needs: ['futures:isolated:read', 'futures:cross:read'],
  equity: false,
  fields: ['key', 'orders'],
  sections: [orderLines],
  csv: ordersCsv,
})

/** Balance, equity and margin. */
export const account: Command = commandOf({
  name: 'account',
  account: true,
  needs: ['account:read'],
  equity: true,
  fields: ['key', 'account', 'totals'],
  sections: [userLines, accountLines],
  csv: accountCsv,
})

/** Prices and funding, for which no key is used even if there is one. */
export const market: Command = commandOf({
  name: 'market',
  account: false,
  needs: [],
  equity: false,
  fields: ['market'],
  sections: [marketLines],
  csv: marketCsv,
})
