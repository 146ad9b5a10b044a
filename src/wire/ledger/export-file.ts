import * as z from 'zod/mini'
import { AxisorError } from '../../domain/error.ts'
import { LEDGER_ROUTES, type RouteState } from '../../ledger/coverage.ts'
import type { LedgerRows, LedgerTable } from '../../ledger/rows.ts'
import { idField } from '../foreign-text.ts'
import { validate } from '../validate.ts'
import { ROW_SCHEMAS } from './row-schemas.ts'

/** The tables of an export. Prices can be read again. */
const EXPORTED = Object.keys(ROW_SCHEMAS) as readonly LedgerTable[]

const FORMAT = 'axisor-ledger'

/** What an export is read from: the port of a ledger has these. */
interface ExportedLedger {
  read(table: LedgerTable): Promise<readonly object[]>
  routes(): Promise<readonly RouteState[]>
}

interface ExportName {
  readonly network: string
  readonly accountId: string
}

const headSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(1),
  network: z.enum(['mainnet', 'signet']),
  accountId: idField,
})

const routeSchema = z.strictObject({
  route: z.enum(LEDGER_ROUTES),
  isWhole: z.boolean(),
  to: z.nullable(z.int()),
  pass: z.nullable(
    z.strictObject({
      startedAt: z.int(),
      from: z.nullable(z.int()),
      cursor: z.nullable(z.string()),
      isNewestFirst: z.boolean(),
    }),
  ),
  unread: z.array(
    z.strictObject({
      id: z.nullable(z.string()),
      field: z.string(),
      problem: z.string(),
      from: z.nullable(z.int()),
      to: z.nullable(z.int()),
    }),
  ),
  error: z.nullable(z.string()),
})

/** Returns a ledger as JSON lines: a head, the states of the listings, and the rows with their table. */
export async function encodeLedgerExport(ledger: ExportedLedger, name: ExportName): Promise<string> {
  const lines: object[] = [{ format: FORMAT, version: 1, ...name }]
  for (const route of await ledger.routes()) lines.push({ route })
  for (const table of EXPORTED) for (const row of await ledger.read(table)) lines.push({ table, row })
  return `${lines.map(line => JSON.stringify(line)).join('\n')}\n`
}

/** A decoded export. */
interface LedgerExport {
  readonly name: ExportName
  readonly rows: LedgerRows
  readonly routes: readonly RouteState[]
  readonly count: number
}

/** Decodes an export. @throws AxisorError unreadable, with the number of the line */
export function decodeLedgerExport(text: string): LedgerExport {
  const lines = text.split('\n').filter(line => line !== '')
  const parsed = lines.map((line, index) => jsonOf(line, index + 1))
  const name = checked(headSchema, parsed[0], 1)
  const rows: Partial<Record<LedgerTable, object[]>> = {}
  const routes: RouteState[] = []
  for (const [index, value] of parsed.slice(1).entries()) {
    const number = index + 2
    const route: unknown = memberOf(value, 'route')
    if (route !== undefined) {
      routes.push(checked(routeSchema, route, number))
      continue
    }
    const table = EXPORTED.find(each => each === memberOf(value, 'table'))
    if (table === undefined) throw badLine(number, 'is neither a listing nor a row of a known table')
    const list = rows[table] ?? []
    rows[table] = list
    list.push(checked<object>(ROW_SCHEMAS[table] as z.ZodMiniType<object>, memberOf(value, 'row'), number))
  }
  const count = Object.values(rows).reduce((sum, list) => sum + list.length, 0)
  return {
    name: { network: name.network, accountId: name.accountId },
    rows: rows as LedgerRows,
    routes,
    count,
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function jsonOf(line: string, number: number): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw badLine(number, 'is not JSON')
  }
}

function checked<T>(schema: z.ZodMiniType<T>, value: unknown, number: number): T {
  const result = validate(schema, value, `line ${number}`)
  if (result.ok) return result.value
  throw badLine(number, result.fault.message)
}

function badLine(number: number, problem: string): AxisorError {
  return new AxisorError('unreadable', `line ${number} of the file: ${problem}`, {
    hint: 'Nothing was imported. The file must be one of axisor ledger export.',
  })
}
