import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openTestKeyring, type TestKeyring } from '../support/keyring.ts'
import { axisorRun, type Ran } from '../support/program.ts'
import { openTestServer, type TestServer } from '../support/simulator-server.ts'

const isThere = inject('services').keyring
const missing = isThere ? '' : ' (skipped: gnome-keyring is not installed)'

describe.runIf(isThere)(`axisor with a real gnome-keyring${missing}`, { timeout: 60_000 }, () => {
  let keyring: TestKeyring
  let server: TestServer
  beforeAll(async () => {
    server = await openTestServer()
    keyring = await openTestKeyring()
  }, 60_000)
  afterAll(async () => {
    await keyring?.close()
    await server?.close()
  })

  const run = (argv: readonly string[], stdin = ''): Promise<Ran> =>
    axisorRun(argv, { env: keyring.env, stdin })
  const login = (): Promise<Ran> =>
    run(
      ['login', '--with-stdin', '--profile', 'x', '--api-url', server.apiUrl],
      JSON.stringify(server.credentials),
    )

  test('login stores the encrypted key, and watch needs no environment', async () => {
    expect((await login()).code).toBe(0)
    expect(keyring.lookup('lnmarkets:simulator:x')).toMatch(/^axr1\.[\w-]{150,400}$/)
    const { code, out, err } = await run([
      'snapshot',
      '--profile',
      'x',
      '--json',
      '--fields',
      'network,key.canWrite',
    ])
    expect(err).toBe('')
    expect([code, out]).toEqual([0, '{"network":"simulator","key":{"canWrite":false}}\n'])
  })

  test('status, snapshot and logout time out with a frozen daemon, and nothing is lost', async () => {
    await login()
    keyring.freeze()
    const [status, line, logout] = [await run(['status']), await run(['line']), await run(['logout'])]
    keyring.thaw()
    expect(JSON.parse(status.out)).toMatchObject({
      credentials: {
        from: 'keychain',
        state: 'unusable',
        error: { message: expect.stringContaining('did not respond') },
      },
      key: { canWrite: false },
      exchange: { reachable: true },
    })
    expect([status.code, line.code, logout.code]).toEqual([4, 4, 4])
    expect(line.err).toMatch(/^axisor: .*did not respond within 1\.5 s\. .+\n$/)
    expect(logout.err).toContain('Profile x stays')
    expect(logout.err).toContain('Make the keychain usable, then run axisor logout --profile x again.')
    expect((await run(['line'])).code).toBe(0)
  })

  test('fails at once with a hint if the keyring is locked without a display', async () => {
    await login()
    await keyring.restart('locked')
    const [status, line] = [await run(['status']), await run(['line'])]
    await keyring.restart('unlocked')
    expect(JSON.parse(status.out)).toMatchObject({ credentials: { state: 'locked' } })
    expect(line.code).toBe(4)
    expect(line.err).toMatch(/^axisor: .*locked.*\. .+\n$/)
  })

  test('logout leaves nothing in the keyring', async () => {
    await login()
    expect((await run(['logout', '--profile', 'x'])).err).toBe(
      'Profile x is removed: deleted from the keychain.\n',
    )
    expect(keyring.lookup('lnmarkets:simulator:x')).toBe('')
  })
})
