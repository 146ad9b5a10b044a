import { expect, test } from 'vitest'
import { folderCircles, importCircles } from './circles.ts'
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

test('no folders of src import each other in a circle', () => {
  expect(folderCircles(readSources())).toEqual([])
})

test('finds circles of folders, but none between a folder and the folders inside it', () => {
  const files = [
    sourceFile('src/a/index.ts', `import './one/one.ts'`),
    sourceFile('src/a/shared.ts', ''),
    sourceFile('src/a/one/one.ts', `import '../shared.ts'; import type { Two } from '../two/two.ts'`),
    sourceFile('src/a/one/leaf.ts', ''),
    sourceFile('src/a/two/two.ts', `import '../shared.ts'; import '../three/three.ts'`),
    sourceFile('src/a/three/three.ts', `const leaf = await import('../one/leaf.ts')`),
  ]
  expect(folderCircles(files)).toEqual([['src/a/one', 'src/a/three', 'src/a/two']])
})
