import { PART_NAMES, type PartName, POSITION_PARTS } from '../../domain/parts.ts'
import { isPartOld } from '../../store/part-text.ts'
import { isOld, type RenderContext } from './render-context.ts'
import { SOURCES } from './sources.ts'

/** What is summed. Exposures are in dollars, the others in sats but for the number of positions. */
export const FIGURES = ['positions', 'net', 'gross', 'equity', 'profit', 'free'] as const
export type FigureName = (typeof FIGURES)[number]

/** A number of an account or of a sum. */
export interface Figure {
  /** Null if it is unknown; of a sum, if no part of it is known. */
  readonly value: number | null
  /** True if it is not current, or of a sum, if a part is not current or missing. */
  readonly isOld: boolean
}

/** A sum, and the accounts that are missing in it. */
interface Sum extends Figure {
  /** Indices of the accounts. */
  readonly without: readonly number[]
}

/** The accounts of one network, whose amounts can be added. */
export interface AccountGroup {
  /** `mainnet`, `signet` or `SIMULATED`. */
  readonly name: string
  /** Indices of the accounts that are counted. */
  readonly members: readonly number[]
  readonly sums: Readonly<Record<FigureName, Sum>>
}

/** The sums of all accounts, and what is in none of them. */
export interface AccountSums {
  readonly groups: readonly AccountGroup[]
  /** Indices of accounts without data: their network is not known, and they are missing in every sum. */
  readonly unknown: readonly number[]
  /** Indices of accounts that are counted under another name: of each pair the one that is left out, and the one that is counted. */
  readonly doubles: readonly (readonly [number, number])[]
}

const PARTS: Readonly<Record<FigureName, readonly PartName[]>> = {
  positions: SOURCES.margin,
  net: SOURCES.margin,
  gross: SOURCES.margin,
  equity: SOURCES.equity,
  profit: SOURCES.profit,
  free: SOURCES.free,
}

/** A figure of one account, from its newest data. */
export function figureOf({ live, ui }: RenderContext, name: FigureName): Figure {
  const { totals, account } = live
  const values: Readonly<Record<FigureName, number | null>> = {
    positions: totals.positionCount,
    net: totals.netExposureUsd,
    gross: totals.grossExposureUsd,
    equity: totals.equitySats,
    profit: ui.basis === 'gross' ? totals.unrealizedPlSats : totals.netPlSats,
    free: account.balanceSats,
  }
  return { value: values[name], isOld: isOld({ model: live, ui: { ...ui, frozen: null } }, PARTS[name]) }
}

/** The parts of the data that a figure is computed from. */
export function partsOfFigure(name: FigureName): readonly PartName[] {
  return PARTS[name]
}

/** Sums the accounts of each network. An account is counted once, and one without a value is missing, never 0. */
export function sumAccounts(contexts: readonly RenderContext[]): AccountSums {
  const doubles = doublesOf(contexts)
  const left = new Set(doubles.map(([index]) => index))
  const counted = contexts.map((_, index) => index).filter(index => !left.has(index))
  const networks = Map.groupBy(counted, index => networkOf(contexts[index]))
  const unknown = networks.get(null) ?? []
  const groups = [...networks].flatMap(([name, members]): readonly AccountGroup[] =>
    name === null ? [] : [{ name, members, sums: sumsOf(contexts, members, unknown) }],
  )
  return { groups, unknown, doubles }
}

function sumsOf(
  contexts: readonly RenderContext[],
  members: readonly number[],
  unknown: readonly number[],
): AccountGroup['sums'] {
  const sumOf = (name: FigureName): Sum => {
    const figures = members.map(index => ({ index, ...figureOfIndex(contexts, index, name) }))
    const known = figures.flatMap(({ value }) => value ?? [])
    const missing = figures.filter(({ value }) => value === null).map(({ index }) => index)
    const without = [...missing, ...unknown].toSorted((a, b) => a - b)
    return {
      value: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0),
      isOld: without.length > 0 || figures.some(figure => figure.isOld),
      without,
    }
  }
  return {
    positions: sumOf('positions'),
    net: sumOf('net'),
    gross: sumOf('gross'),
    equity: sumOf('equity'),
    profit: sumOf('profit'),
    free: sumOf('free'),
  }
}

function figureOfIndex(contexts: readonly RenderContext[], index: number, name: FigureName): Figure {
  const context = contexts[index]
  return context === undefined ? { value: null, isOld: true } : figureOf(context, name)
}

/** The network of an account's money; null before its first data. */
function networkOf(context: RenderContext | undefined): string | null {
  const source = context?.live.source
  if (source === undefined) return null
  return source.origin === 'simulated' ? 'SIMULATED' : source.network
}

/** Of the accounts that are the same, the one with most of its parts current is counted, those of positions first; of equals the first. */
function doublesOf(contexts: readonly RenderContext[]): AccountSums['doubles'] {
  const known = contexts.flatMap((context, index) => {
    const identity = identityOf(context)
    return identity === null ? [] : [{ index, identity, rank: currentParts(context) }]
  })
  return [...Map.groupBy(known, ({ identity }) => identity).values()].flatMap(same => {
    const best = Math.max(...same.map(({ rank }) => rank))
    const counted = same.find(({ rank }) => rank === best)
    return same.flatMap(({ index }): [number, number][] =>
      counted === undefined || index === counted.index ? [] : [[index, counted.index]],
    )
  })
}

/** How much of an account is current; a part that positions or their prices depend on counts for more than all others. */
function currentParts({ live: { source } }: RenderContext): number {
  const isCurrent = (name: PartName): boolean => {
    const part = source.parts[name]
    return part.ageMs !== null && part.unreadable.length === 0 && !isPartOld(part)
  }
  return PART_NAMES.filter(isCurrent).reduce(
    (sum, name) => sum + (OF_POSITIONS.has(name) ? PART_NAMES.length : 1),
    0,
  )
}

const OF_POSITIONS: ReadonlySet<PartName> = new Set(['market', ...POSITION_PARTS])

/** The account behind a connection; null if its name is not known. A simulated exchange has the same names as any other. */
function identityOf({ live, info }: RenderContext): string | null {
  const { username } = live.account
  const { origin, network } = live.source
  if (username === null || network === null) return null
  return JSON.stringify(origin === 'simulated' ? [origin, info.address, username] : [network, username])
}
