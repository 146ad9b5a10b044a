/** Which numbers of the market are left out while `blank` is on. */
export type Blank = 'funding' | 'ask' | 'bid' | 'quotes' | 'prices'

/** What is wrong with the exchange at the moment; moments are those of the real clock, not of the exchange's. */
export interface Faults {
  skewMs: number
  slowMs: number
  revoked: boolean
  downUntil: number
  muteUntil: number
  holdUntil: number
  partialUntil: number
  rpcErrorUntil: number
  bareUntil: number
  truncateUntil: number
  status: { readonly code: number; readonly until: number } | null
  omit: { readonly field: string; readonly until: number } | null
  blank: { readonly what: Blank; readonly until: number } | null
}

/** Nothing is wrong. */
export function noFaults(): Faults {
  return {
    skewMs: 0,
    slowMs: 0,
    revoked: false,
    downUntil: 0,
    muteUntil: 0,
    holdUntil: 0,
    partialUntil: 0,
    rpcErrorUntil: 0,
    bareUntil: 0,
    truncateUntil: 0,
    status: null,
    omit: null,
    blank: null,
  }
}

/** Whether a number is left out at this moment. */
export function isBlank(faults: Faults, now: number, part: 'funding' | 'ask' | 'bid' | 'prices'): boolean {
  if (faults.blank === null || now >= faults.blank.until) return false
  const { what } = faults.blank
  return what === part || (what === 'quotes' && (part === 'ask' || part === 'bid'))
}
