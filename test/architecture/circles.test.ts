import { expect, test } from 'vitest'
import { importCircles } from './circles.ts'
import { readSources, sourceFile } from './source.ts'

test('no files of src import each other in a circle', () => {
  expect(importCircles(readSources())).toEqual([])
})

test('finds circles over several files, of types, of later loads and of a file with itself', () => {
  const files = [
    sourceFile('src/a/one.ts', `import type { Two } from '../b/two.ts'`),
    sourceFile('src/b/two.ts', `const three = await import('./three.ts')`),
    sourceFile('src/b/three.ts', `let one: import('../a/one.ts').One; import './leaf.ts'`),
    sourceFile('src/b/leaf.ts', ''),
    sourceFile('src/b/self.ts', `import { self } from './self.ts'; import './leaf.ts'`),
    sourceFile('src/b/user.ts', `import './two.ts'`),
  ]
  expect(importCircles(files)).toEqual([
    ['src/a/one.ts', 'src/b/three.ts', 'src/b/two.ts'],
    ['src/b/self.ts'],
  ])
})
