import type { PartName, RowFault } from '../../domain/parts.ts'
import type { AccountSnapshot, PART_VALUES } from '../../domain/snapshot.ts'
import type { Decoded } from '../../wire/decoded.ts'
import { duplicateKeys } from '../../wire/duplicate-keys.ts'
import { decodeAccount } from '../../wire/lnm/rest-account.ts'
import { decodeCrossOpen, decodeCrossPosition } from '../../wire/lnm/rest-cross.ts'
import { decodeIsolatedOpen, decodeIsolatedRunning } from '../../wire/lnm/rest-isolated.ts'
import { decodeTicker } from '../../wire/lnm/rest-market.ts'
import type { RouteName } from '../../wire/lnm/routes.ts'
import type { Readable } from '../../wire/rows.ts'
import type { RestClient } from './rest-client.ts'

/** The values of a snapshot. */
export type PartValues = Pick<AccountSnapshot, (typeof PART_VALUES)[PartName]>

/** The route that each part is read from. */
export const PART_ROUTES = {
  market: 'ticker',
  account: 'account',
  isolatedPositions: 'isolatedRunning',
  isolatedOrders: 'isolatedOpen',
  crossPosition: 'crossPosition',
  crossOrders: 'crossOpen',
} as const satisfies Readonly<Record<PartName, RouteName>>

/** The value of one part as it was read. */
export interface PartRead extends Omit<Readable<unknown>, 'value'> {
  readonly values: Partial<PartValues>
  /** When the reply was made, our clock: a stored one is older than its arrival. */
  readonly madeAt: number
}

/** Returns the ids of the rows of a part, unreadable ones included: null if the id itself can't be read. */
export function rowIdsOf({ values, unreadable }: PartRead): readonly (string | null)[] {
  const { isolated, isolatedOrders, cross, crossOrders } = values
  const position = cross?.value.position ?? null
  const rows = [
    ...(isolated?.value ?? []),
    ...(isolatedOrders?.value ?? []),
    ...(crossOrders?.value ?? []),
    ...(position === null ? [] : [position]),
    ...unreadable,
  ]
  return rows.map(({ id }) => id)
}

/**
 * Reads one part.
 * @throws AxisorError if it can't be read
 */
export async function readPartValue(part: PartName, rest: RestClient): Promise<PartRead> {
  async function read<T>(
    decode: (body: unknown) => Decoded<Readable<T>>,
    valuesOf: (value: T, receivedAt: number) => Partial<PartValues>,
  ): Promise<PartRead> {
    let doubled: readonly RowFault[] = []
    const { value: readable, receivedAt: madeAt } = await rest.readStamped(
      PART_ROUTES[part],
      (body, text) => {
        doubled = duplicateKeys(text).map(field => ({ id: null, field, problem: 'occurs twice' }))
        return decode(body)
      },
    )
    const { value, unreadable, faults } = readable
    return { values: valuesOf(value, madeAt), unreadable, faults: [...faults, ...doubled], madeAt }
  }
  const sourceAt = null
  switch (part) {
    case 'market':
      return read(decodeTicker, ({ ticker, ...times }, receivedAt) => ({
        ticker: { value: ticker, ...times, receivedAt },
      }))
    case 'account':
      return read(decodeAccount, (reply, receivedAt) => ({
        account: { value: { ...reply, syntheticUsdUnit: null }, sourceAt, receivedAt },
      }))
    case 'isolatedPositions':
      return read(decodeIsolatedRunning, (value, receivedAt) => ({
        isolated: { value, sourceAt, receivedAt },
      }))
    case 'isolatedOrders':
      return read(decodeIsolatedOpen, (value, receivedAt) => ({
        isolatedOrders: { value, sourceAt, receivedAt },
      }))
    case 'crossPosition':
      return read(decodeCrossPosition, (value, receivedAt) => ({ cross: { value, sourceAt, receivedAt } }))
    case 'crossOrders':
      return read(decodeCrossOpen, (value, receivedAt) => ({
        crossOrders: { value, sourceAt, receivedAt },
      }))
  }
}
