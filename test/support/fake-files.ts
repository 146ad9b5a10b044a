import { AxisorError } from '../../src/domain/error.ts'
import type { Files, FoundFile } from '../../src/ports/files.ts'

/** Files in memory, by path; one that is an error can't be read. `descriptors` have a text by number. */
export function fakeFiles(
  files: Map<string, FoundFile | AxisorError>,
  descriptors: Readonly<Record<number, string>>,
): Files {
  return {
    async read(path) {
      const found = files.get(path) ?? null
      if (found instanceof AxisorError) throw found
      return found
    },
    exists: async path => files.has(path),
    async readDescriptor(number) {
      const text = descriptors[number]
      if (text === undefined) throw new AxisorError('config', `cannot read descriptor ${number}`)
      return text
    },
    async writePrivate(path, text) {
      files.set(path, { text, othersMayWrite: false, othersMayRead: false })
    },
    remove: async path => files.delete(path),
    locked: (_path, work) => work(),
    async update(path, change) {
      const found = files.get(path) ?? null
      if (found instanceof AxisorError) throw found
      const text = change(found?.text ?? null)
      files.set(path, { text, othersMayWrite: false, othersMayRead: false })
    },
  }
}
