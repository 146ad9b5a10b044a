import { expect, test } from 'vitest'
import { duplicateKeys } from '../../../src/wire/duplicate-keys.ts'

test.each([
  ['{}', []],
  ['{"a":1,"b":{"a":2}}', []],
  ['[{"a":1},{"a":2}]', []],
  ['{"a":1,"a":2,"a":3}', ['a']],
  ['[{"a":[{"b":1,"b":2}],"c":3,"c":4}]', ['b', 'c']],
  ['{"a":["b","b"],"b":"b"}', []],
  ['{"a":"{\\"b\\":1,\\"b\\":2}","c":"\\\\"}', []],
  ['{"\\u0061":1,"a":2}', ['a']],
  ['{"\\u001b[2J":1,"\\u001b[2J":2}', ['a key']],
  ['{"__proto__":1,"__proto__":2}', ['__proto__']],
  ['"text"', []],
])('finds the keys that occur twice in %s', (text, keys) => {
  expect(() => JSON.parse(text)).not.toThrow()
  expect(duplicateKeys(text)).toEqual(keys)
})

test('scans a text of 8 MiB without a deep stack', () => {
  expect(duplicateKeys(`{"a":"${'x\\"'.repeat(2_700_000)}","a":1}`)).toEqual(['a'])
})
