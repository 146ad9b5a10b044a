import type { Fault } from '../../domain/error.ts'
import { PART_NAMES, type PartName, type PartReport, type PartReports } from '../../domain/parts.ts'
import { unreadableRowText } from '../../wire/lnm/page.ts'
import { ROUTES } from '../../wire/lnm/routes.ts'
import { PART_ROUTES } from './part-reads.ts'

function faultsOf(part: PartName, { error, unreadable, faults }: PartReport): readonly Fault[] {
  const where = ROUTES[PART_ROUTES[part]].label
  const ofRows = [...unreadable, ...faults].map(fault => ({ where, message: unreadableRowText(fault) }))
  return error === null || error.kind === 'refused' ? ofRows : [{ where, message: error.message }, ...ofRows]
}

/** Reports each fault of the parts once: a fault that lasts is the same in every read. */
export class PartFaults {
  #known: ReadonlySet<string> = new Set()

  /** Returns the faults that the last reports did not have. */
  newOf(reports: PartReports): readonly Fault[] {
    const all = PART_NAMES.flatMap(part => faultsOf(part, reports[part]))
    const known = this.#known
    this.#known = new Set(all.map(keyOf))
    return all.filter(fault => !known.has(keyOf(fault)))
  }
}

function keyOf({ where, message }: Fault): string {
  return `${where} ${message}`
}
