import { expect, test } from 'vitest'
import { readSources, type SourceFile, sourceFile } from './source.ts'

const EXPORTED = /^export (?:async )?(?:abstract )?(?:const|function|class|interface|type) (\w+)/gm

/** Names exported by more than one file. The simulator repeats names of the exchange's protocol on purpose: it must not share its code. */
function sharedNames(files: readonly SourceFile[]): readonly string[] {
  const owners = new Map<string, string>()
  const shared = new Set<string>()
  for (const { path, text } of files)
    for (const [, name = ''] of text.matchAll(EXPORTED)) {
      const other = owners.get(name)
      owners.set(name, path)
      if (other !== undefined && !areSimulatorAndWire(path, other)) shared.add(name)
    }
  return [...shared]
}

function areSimulatorAndWire(path: string, other: string): boolean {
  const [first, second] = [path, other].sort()
  return first?.startsWith('src/simulator/') === true && second?.startsWith('src/wire/') === true
}

test('exports each name from one file of src only', () => {
  expect(sharedNames(readSources())).toEqual([])
})

test('finds names that two files export, except the simulator and wire', () => {
  const files = [
    sourceFile('src/a/one.ts', 'export interface Column {}\nexport const rows = 1'),
    sourceFile('src/b/two.ts', 'export type Column = string\nconst rows = 2'),
    sourceFile('src/simulator/three.ts', 'export async function read() {}'),
    sourceFile('src/wire/four.ts', 'export const read = 1'),
  ]
  expect(sharedNames(files)).toEqual(['Column'])
})
