import { expect, test } from 'vitest'
import { PART_NAMES, PART_PERMISSIONS } from '../../../../src/domain/parts.ts'
import { PART_ROUTES } from '../../../../src/feed/exchange/part-reads.ts'
import { ROUTES } from '../../../../src/wire/lnm/routes.ts'

test.each(PART_NAMES)('the permission for %s is the one of its route', part => {
  const { permission } = ROUTES[PART_ROUTES[part]]
  expect(part === 'market' ? null : PART_PERMISSIONS[part]).toBe(permission)
})
