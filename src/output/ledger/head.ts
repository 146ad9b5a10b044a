import type { KeyPermissions } from '../../domain/account.ts'
import { coverageOf, holeIn, type LedgerRoute, type RouteState, routeState } from '../../ledger/coverage.ts'
import type { LedgerHead } from '../../wire/ledger/document-head.ts'
import { iso } from '../numbers.ts'

/** What the head of a document is made from. */
export interface HeadFacts {
  readonly now: number
  readonly origin: LedgerHead['origin']
  readonly network: LedgerHead['network']
  readonly source: LedgerHead['source']
  readonly routes: readonly RouteState[]
  /** Null if the permissions of the key are not known. */
  readonly key: KeyPermissions | null
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at)
}

/** Returns the head of a document that is made from some listings. */
export function headOf(facts: HeadFacts, routes: readonly LedgerRoute[]): LedgerHead {
  const { now, origin, network, source } = facts
  const coverage = routes.map(route => {
    const state = routeState(facts.routes, route)
    const { from, to, reason } = coverageOf(state)
    return { route, from: isoOrNull(from), to: isoOrNull(to), reason }
  })
  return { schemaVersion: 1, asOf: iso(now), origin, network, source, coverage }
}

/** Returns the first lines of a text: the origin, and what is not complete. */
export function ledgerHeadLines({ origin, network, coverage }: LedgerHead, title: string): readonly string[] {
  const simulated = origin === 'simulated' ? 'SIMULATED  ' : ''
  const holes = coverage.filter(({ reason }) => reason !== null)
  return [
    `${simulated}${network} · ${title}`,
    ...holes.map(({ route, reason }) => `!! INCOMPLETE ${route}: ${reason}`),
  ]
}

/** Returns why a sum over the range of a document has a hole; null if it has none. */
export function holeOfDocument({
  coverage,
  from,
}: Pick<LedgerHead, 'coverage'> & { readonly from: string | null }): string | null {
  const time = (text: string | null): number | null => (text === null ? null : Date.parse(text))
  return holeIn(
    coverage.map(each => ({ ...each, from: time(each.from), to: time(each.to) })),
    time(from),
  )
}
