import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { EXAMPLES } from '../../../support/relay-examples.ts'

const DOCUMENT = resolve(import.meta.dirname, '../../../../docs/relay-protocol.md')
const BLOCK = /<!-- example: (\S+) -->\n```json\n[^`]*```/g

// To update the examples, run vitest with -u on this file.
test('keeps the examples of the protocol document equal to what the code writes', async () => {
  const text = readFileSync(DOCUMENT, 'utf8')
  const fresh = text.replace(
    BLOCK,
    (_block, name: string) => `<!-- example: ${name} -->\n\`\`\`json\n${EXAMPLES[name]}\n\`\`\``,
  )
  await expect(fresh).toMatchFileSnapshot(DOCUMENT)
  expect([...text.matchAll(BLOCK)].map(([, name]) => name).toSorted()).toEqual(
    Object.keys(EXAMPLES).toSorted(),
  )
})
