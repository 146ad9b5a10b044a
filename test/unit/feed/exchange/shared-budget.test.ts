import { describe, expect, it } from 'vitest'
import { AxisorError, type Fault } from '../../../../src/domain/error.ts'
import { openSharedBudgets } from '../../../../src/feed/exchange/shared-budget.ts'
import { openCrypto } from '../../../../src/node/crypto.ts'
import type { Files } from '../../../../src/ports/files.ts'
import { type BudgetState, emptyBudget, encodeBudget } from '../../../../src/wire/budget-file.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { memoryFiles, openRig, sendAll } from './budget-rig.ts'

describe('a budget file that cannot be used', () => {
  it('leaves each process its own budget, and names the reason once a minute at most', async () => {
    const { clock, join, faults } = openRig()
    const unwritable: Pick<Files, 'update'> = {
      update: async () => {
        throw new AxisorError('config', 'cannot write /state/budget.json: the disk is full')
      },
    }
    const limiter = join(unwritable)
    const sent = sendAll(clock, limiter, 6)
    await clock.advance(2_000)
    expect(sent).toEqual([0, 0, 0, 0, 0, 1_500])
    expect(faults).toEqual([
      {
        where: 'shared rate limit',
        message:
          'cannot write /state/budget.json: the disk is full; other axisor processes may use up the rate limit',
      },
    ])
  })

  it('is shared again a minute later, with the requests of that minute', async () => {
    const { clock, join, files } = openRig()
    let isFull = true
    const disk: Pick<Files, 'update'> = {
      update: async (path, change) => {
        if (isFull) throw new AxisorError('config', 'the disk is full')
        return files.update(path, change)
      },
    }
    const limiter = join(disk)
    sendAll(clock, limiter, 1)
    await clock.advance(59_000)
    isFull = false
    sendAll(clock, limiter, 4)
    await clock.advance(900)
    expect(files.texts.size).toBe(0)
    await clock.advance(200)
    sendAll(clock, limiter, 1)
    await clock.settle()
    const sent = sendAll(clock, join(), 1)
    await clock.advance(2_000)
    expect(sent).toEqual([400])
  })

  it.each([
    ['has another form', '{"requests":7}'],
    ['has a time that is no date', encodeBudget({ ...emptyBudget(), limitedUntil: 1e300 })],
  ])('is replaced if it %s', async (_problem, text) => {
    const { clock, join, files, faults } = openRig()
    files.texts.set('/state/budget.json', text)
    const sent = sendAll(clock, join(), 1)
    await clock.advance(1_000)
    expect(sent).toEqual([0])
    expect(faults).toHaveLength(1)
    expect(JSON.parse(files.texts.get('/state/budget.json') ?? '')).toMatchObject({ waiting: [] })
  })

  it('does not wait for processes and replies far in the future', async () => {
    const { clock, join, files } = openRig()
    const [sentAt, farAway] = [clock.nowMs() - 10, clock.nowMs() + 3_600_000]
    const request = { priority: 'high', sentAt, countedBy: farAway, isCounted: false } as const
    const state: BudgetState = {
      ...emptyBudget(),
      requests: ['a', 'b', 'c', 'd', 'e'].map(id => ({ id, ...request })),
      waiting: [{ owner: 'killed', count: 5, since: sentAt, until: farAway }],
    }
    files.texts.set('/state/budget.json', encodeBudget(state))
    const sent = sendAll(clock, join(), 1)
    await clock.advance(5_000)
    expect(sent).toEqual([0])
  })

  it('does not delay requests for longer than 1.5 s if the file system hangs', async () => {
    const { clock, join, faults } = openRig()
    const calls: ((text: string | null) => string)[] = []
    const hanging: Pick<Files, 'update'> = {
      update: (_path, change) => {
        calls.push(change)
        return new Promise(() => {})
      },
    }
    const sent = sendAll(clock, join(hanging), 1)
    await clock.advance(1_500)
    expect(sent).toEqual([1_500])
    expect(faults[0]?.message).toContain('could not be updated within 1500 ms')
    await clock.advance(120_000)
    expect(calls).toHaveLength(1)
    // The file system answers after all.
    expect(calls[0]?.('kept')).toBe('kept')
  })
})

describe('the name of a budget file', () => {
  const pathsOf = async (host: string, key: string | null, stateFolder: string | null = '/state') => {
    const clock = openFakeClock()
    const files = memoryFiles()
    const faults: Fault[] = []
    const { signed, public: unsigned } = openSharedBudgets(
      { clock, files, onFault: fault => void faults.push(fault) },
      { stateFolder, host, key, owner: 'me', sha256: openCrypto().sha256 },
    )
    for (const store of [signed, unsigned]) await store.update(() => {})
    return { paths: [...files.texts.keys()], faults, texts: [...files.texts.values()] }
  }

  it('depends on the host, and on the key for signed requests, and contains neither', async () => {
    const first = await pathsOf('api.example', 'key-one')
    const second = await pathsOf('api.example', 'key-two')
    const third = await pathsOf('other.example', 'key-one')
    expect(first.paths[1]).toBe(second.paths[1])
    expect(new Set([...first.paths, ...second.paths, ...third.paths]).size).toBe(5)
    expect(first.paths.every(path => /^\/state\/rate-limits\/[0-9a-f]{32}\.json$/.test(path))).toBe(true)
    expect(first.texts.join()).not.toContain('key-one')
  })

  it('has one file without a key', async () => {
    expect((await pathsOf('api.example', null)).paths).toHaveLength(1)
  })

  it('has none without a state folder, which is a fault', async () => {
    const { paths, faults } = await pathsOf('api.example', 'key', null)
    expect(paths).toEqual([])
    expect(faults[0]?.message).toContain('neither XDG_STATE_HOME nor HOME is set')
  })
})
