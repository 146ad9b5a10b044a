import { expect, test } from 'vitest'
import { decodeRelayUsers, encodeRelayUsers } from '../../../../src/wire/relay/users-document.ts'

test('decodes what it encodes, and ignores members of a later relay', () => {
  const users = [
    { name: 'ann', hasAccount: true },
    { name: 'desk', hasAccount: false },
  ]
  expect(decodeRelayUsers(encodeRelayUsers(users))).toEqual({ ok: true, value: users })
  const later = '{"users":[{"name":"ann","account":true,"color":"red"}],"next":null}'
  expect(decodeRelayUsers(later)).toEqual({ ok: true, value: [{ name: 'ann', hasAccount: true }] })
})

test.each([
  ['', 'is not valid JSON'],
  ['[]', 'the top-level value is not an object'],
  ['{}', 'users is missing'],
  ['{"users":[{"name":"Ann","account":true}]}', 'users[0].name is not a name of a user'],
  ['{"users":[{"name":"a\\u001b[2J","account":true}]}', 'users[0].name is not a name of a user'],
  ['{"users":[{"name":"ann"}]}', 'users[0].account is missing'],
])('rejects %s', (text, message) => {
  expect(decodeRelayUsers(text)).toEqual({ ok: false, fault: { where: 'GET /v1/users', message } })
})
