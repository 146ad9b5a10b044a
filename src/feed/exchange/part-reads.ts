import type { PartName } from '../../domain/parts.ts'
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
import type { DecodeBody } from './shared-replies.ts'

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

/** Returns a decoder that reports the fields of an object that occur twice as well. */
function withDoubled<T>(decode: (body: unknown) => Decoded<Readable<T>>): DecodeBody<Readable<T>> {
  return (body, text) => {
    const decoded = decode(body)
    if (!decoded.ok) return decoded
    const doubled = duplicateKeys(text).map(field => ({ id: null, field, problem: 'occurs twice' }))
    return { ok: true, value: { ...decoded.value, faults: [...decoded.value.faults, ...doubled] } }
  }
}

/** Decoders of replies. Made once, so that accounts that share a reply share what is decoded of it. */
const DECODERS = {
  market: withDoubled(decodeTicker),
  account: withDoubled(decodeAccount),
  isolatedPositions: withDoubled(decodeIsolatedRunning),
  isolatedOrders: withDoubled(decodeIsolatedOpen),
  crossPosition: withDoubled(decodeCrossPosition),
  crossOrders: withDoubled(decodeCrossOpen),
} as const

/**
 * Reads one part.
 * @throws AxisorError if it can't be read
 */
export async function readPartValue(part: PartName, rest: RestClient): Promise<PartRead> {
  async function read<T>(
    decode: DecodeBody<Readable<T>>,
    valuesOf: (value: T, receivedAt: number) => Partial<PartValues>,
  ): Promise<PartRead> {
    const { value: readable, receivedAt: madeAt } = await rest.readStamped(PART_ROUTES[part], decode)
    const { value, unreadable, faults } = readable
    return { values: valuesOf(value, madeAt), unreadable, faults, madeAt }
  }
  const sourceAt = null
  switch (part) {
    case 'market':
      return read(DECODERS.market, ({ ticker, ...times }, receivedAt) => ({
        ticker: { value: ticker, ...times, receivedAt },
      }))
    case 'account':
      return read(DECODERS.account, (reply, receivedAt) => ({
        account: { value: { ...reply, syntheticUsdUnit: null }, sourceAt, receivedAt },
      }))
    case 'isolatedPositions':
      return read(DECODERS.isolatedPositions, (value, receivedAt) => ({
        isolated: { value, sourceAt, receivedAt },
      }))
    case 'isolatedOrders':
      return read(DECODERS.isolatedOrders, (value, receivedAt) => ({
        isolatedOrders: { value, sourceAt, receivedAt },
      }))
    case 'crossPosition':
      return read(DECODERS.crossPosition, (value, receivedAt) => ({
        cross: { value, sourceAt, receivedAt },
      }))
    case 'crossOrders':
      return read(DECODERS.crossOrders, (value, receivedAt) => ({
        crossOrders: { value, sourceAt, receivedAt },
      }))
  }
}
