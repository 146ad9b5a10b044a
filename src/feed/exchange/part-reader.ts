import type { PartName } from '../../domain/parts.ts'
import type { Change } from '../../domain/snapshot.ts'
import type { Clock } from '../../ports/clock.ts'
import { ExpectedRows } from './expected-rows.ts'
import { type PartRead, readPartValue, rowIdsOf } from './part-reads.ts'
import type { RestClient } from './rest-client.ts'

/** Delay before a doubtful list is read once more: an exchange in trouble may reply the same at once. */
const CONFIRM_DELAY_MS = 1_000

/** Reads single parts. A list that lacks an expected row is read once more before it is believed. */
export class PartReader {
  readonly #rest: RestClient
  readonly #clock: Clock
  readonly #expectedRows = new ExpectedRows()

  constructor(rest: RestClient, clock: Clock) {
    this.#rest = rest
    this.#clock = clock
  }

  /** Records a change of the stream, which may explain a row that is missing in the next list. */
  observe(change: Change): void {
    this.#expectedRows.observe(change)
  }

  /**
   * Reads a part. A stored list is returned as it is and teaches nothing. The second read of a doubtful list is left out if a message explains the lack meanwhile.
   * @throws AxisorError if the part can't be read, or not a second time
   */
  async read(part: PartName): Promise<PartRead> {
    if (part === 'market' || part === 'account') return readPartValue(part, this.#rest)
    const startedAt = this.#clock.nowMs()
    const expected = this.#expectedRows.of(part)
    const read = await readPartValue(part, this.#rest)
    if (read.madeAt < startedAt) return read
    const isDoubtful = (): boolean => this.#expectedRows.isMissing(part, expected, rowIdsOf(read))
    if (isDoubtful()) await new Promise<void>(resolve => this.#clock.after(CONFIRM_DELAY_MS, resolve))
    const confirmed = isDoubtful() ? await readPartValue(part, this.#rest) : read
    this.#expectedRows.accept(part, expected, rowIdsOf(confirmed))
    return confirmed
  }
}
