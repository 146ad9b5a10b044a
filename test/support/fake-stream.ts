import { PassThrough } from 'node:stream'

/** A stream with the properties of a terminal, or of a pipe. */
export function fakeStream(
  isTTY: boolean,
  columns: number,
): PassThrough & { isTTY: boolean; columns: number; rows: number } {
  return Object.assign(new PassThrough(), {
    isTTY,
    columns,
    rows: 24,
    setRawMode: () => {},
    ref: () => {},
    unref: () => {},
  })
}
