import { expect, test } from 'vitest'
import { issueToken } from '../../src/relay/auth/issue-token.ts'
import { openRelayAlertsRig } from '../support/relay-alerts-rig.ts'

test('read-all reads an account that another relay of the cluster owns', async () => {
  const rig = await openRelayAlertsRig()
  const { clock } = rig.world
  const owner = await rig.start({ cluster: true, label: 1 })
  const client = await rig.client(() => owner.relay)
  await rig.until(() => client.store.state().status?.link === 'live')
  const other = await rig.start({ cluster: true, label: 2 })
  const request = { userId: 'u-bob', name: 'desk', expiresAt: null, issuedBy: null }
  const issued = await issueToken(rig.world, other.store, { ...request, scopes: ['read-all'] })
  const admit = (name: string | null) => other.relay.admit(issued?.text ?? '', name)

  const alice = await admit('alice')
  if (alice === null || typeof alice === 'string') throw new Error(alice ?? 'no token')
  let body = ''
  void other.relay.snapshot(alice).then(found => {
    body = found?.body ?? ''
  })
  await rig.until(() => body !== '', 10_000)
  const positions = (text: string) =>
    JSON.parse(text).snapshot.isolated.value.map(({ id }: { id: string }) => id)
  const own = [...(client.store.state().isolated?.keys() ?? [])]
  expect(own).not.toHaveLength(0)
  expect(positions(body).toSorted()).toEqual(own.toSorted())
  expect(other.relay.accounts()).toMatchObject([{ userName: 'alice', isOwner: false }])
  expect(owner.relay.accounts()).toMatchObject([{ userName: 'alice', isOwner: true }])

  // The user of the token has no exchange key, and gets nothing of alice instead.
  const bob = await admit(null)
  if (bob === null || typeof bob === 'string') throw new Error(bob ?? 'no token')
  await expect(other.relay.snapshot(bob)).rejects.toMatchObject({ code: 'no-credentials' })
  expect(await admit('dora')).toBe('no-such-user')
  expect(other.logged.filter(line => line.includes('account read by another user'))).toHaveLength(1)
  await clock.advance(100)
  await client.close()
  await other.stop()
  await owner.stop()
})
