import { lacksPermission } from '../../domain/account.ts'
import { EXIT, type ExitCode } from '../../domain/error.ts'
import {
  PART_NAMES,
  PART_PERMISSIONS,
  type PartName,
  type PartState,
  POSITION_PARTS,
} from '../../domain/parts.ts'
import { STALE_AFTER_MS } from '../../store/age.ts'
import type { SnapshotDocument } from '../../wire/snapshot.ts'
import type { Format } from '../output-options.ts'

/**
 * Whether the user asked for the printed parts, so that one that could not be read is a failure. `no`: everything is printed.
 * `permitted`: by CSV or by the command; parts that the key is not permitted to read are left out on purpose. `all`: by `--fields`.
 */
type AskedFor = 'no' | 'permitted' | 'all'

/** The parts that an output prints. */
export interface PrintedParts {
  readonly parts: readonly PartName[]
  readonly askedFor: AskedFor
}

const ORDERS: readonly PartName[] = ['isolatedOrders', 'crossOrders']
const EQUITY: readonly PartName[] = ['account', 'isolatedOrders']

/** Fields of the document that hold data of parts. */
const PARTS_OF_FIELDS: Readonly<Partial<Record<keyof SnapshotDocument, readonly PartName[]>>> = {
  market: ['market'],
  account: ['account'],
  totals: POSITION_PARTS,
  positions: POSITION_PARTS,
  orders: ORDERS,
  alerts: POSITION_PARTS,
}

function partsOfField(path: string): readonly PartName[] {
  const [field = '', member] = path.split('.')
  if (field === 'parts') return PART_NAMES.filter(part => member === undefined || member === part)
  const parts = PARTS_OF_FIELDS[field as keyof SnapshotDocument] ?? []
  const hasEquity = field === 'totals' && (member === undefined || member.startsWith('equity'))
  return hasEquity ? [...EQUITY, ...parts] : parts
}

/** Returns the parts that fields of the document depend on. */
export function partsOfFields(fields: readonly string[]): PrintedParts {
  return { parts: [...new Set(fields.flatMap(partsOfField))], askedFor: 'all' }
}

/** Returns the parts that a format prints. CSV has rows only, and no place to explain why some are missing. */
export function partsOfFormat(format: Format): PrintedParts {
  if (format === 'csv') return { parts: POSITION_PARTS, askedFor: 'permitted' }
  return { parts: format === 'line' ? ['market', ...POSITION_PARTS] : PART_NAMES, askedFor: 'no' }
}

const FAILED: ReadonlySet<PartState> = new Set([
  'waiting',
  'partial',
  'unreadable',
  'limited',
  'refused',
  'failed',
  'gone',
])

/** Returns true if the key is known not to permit reading a part. */
export function isForbidden({ parts, key }: SnapshotDocument, part: PartName): boolean {
  if (part === 'market' || parts[part].state !== 'refused') return false
  return lacksPermission(key, PART_PERMISSIONS[part])
}

/**
 * Returns the exit code of a printed document: EXIT.unreadable if a part that was asked for could not be read as a whole, EXIT.stale if
 * the market data or a printed part is stale.
 */
export function printedExitCode(document: SnapshotDocument, { parts, askedFor }: PrintedParts): ExitCode {
  const hasFailed = parts.some(part => {
    const isExcused = askedFor === 'permitted' && isForbidden(document, part)
    return FAILED.has(document.parts[part].state) && !isExcused
  })
  if (askedFor !== 'no' && hasFailed) return EXIT.unreadable
  const isOld = parts.some(part => (document.parts[part].ageMs ?? 0) > STALE_AFTER_MS)
  return document.market.stale || isOld ? EXIT.stale : EXIT.done
}
