import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SecretId, Secrets, StoreKind } from '../../src/ports/secrets.ts'

/** An empty store that can be opened repeatedly. */
export interface SecretsRig {
  readonly kind: StoreKind
  /** Opens the store as another process would. */
  open(): Promise<Secrets>
  close(): Promise<void>
}

const ID: SecretId = { exchange: 'lnmarkets', network: 'mainnet', profile: 'default' }

/** Some stores start a process for every call. */
const TIMEOUT_MS = 60_000

/** Ids that a careless store might confuse. */
const OTHER_IDS: readonly SecretId[] = [
  { ...ID, network: 'signet' },
  { ...ID, profile: 'Default' },
  { ...ID, profile: 'default.json' },
  { ...ID, profile: '../default' },
  { ...ID, profile: 'a/b' },
  { ...ID, profile: 'a:b' },
  { exchange: 'axisor-relay', network: 'relay', profile: 'default' },
  { ...ID, channel: 'phone' },
  { ...ID, channel: 'mail' },
  { ...ID, channel: 'phone', profile: 'Default' },
  { ...ID, channel: 'phone', network: 'signet' },
  { ...ID, profile: 'channel:phone:default' },
  { ...ID, profile: 'default:phone' },
]

/** Defines the laws of a writable store. */
export function secretsLaws(name: string, openRig: () => Promise<SecretsRig>): void {
  describe(`laws of a store of secrets: ${name}`, { timeout: TIMEOUT_MS }, () => {
    let rig: SecretsRig
    beforeAll(async () => {
      rig = await openRig()
    }, TIMEOUT_MS)
    afterAll(() => rig.close())

    test('reports its kind and that it is ready, and stores nothing by that', async () => {
      const store = await rig.open()
      expect(store.kind).toBe(rig.kind)
      expect(await store.state()).toEqual({ kind: 'ready' })
      expect(await store.state()).toEqual({ kind: 'ready' })
      expect(await store.read(ID)).toBeNull()
    })

    test('returns null and removes nothing if nothing is stored', async () => {
      const store = await rig.open()
      expect(await store.read(ID)).toBeNull()
      expect(await store.remove(ID)).toBe(false)
    })

    test('returns what was stored, also through another instance', async () => {
      const text = '{"v":1,"key":"k","secret":"schlüssel ✓ \\u0000","passphrase":"\\"p\\""}'
      await (await rig.open()).write(ID, text)
      expect(await (await rig.open()).read(ID)).toBe(text)
    })

    test('replaces the stored text with a shorter or longer one', async () => {
      const store = await rig.open()
      for (const text of ['x'.repeat(1_000), 'short', 'y'.repeat(1_100)]) {
        await store.write(ID, text)
        expect(await (await rig.open()).read(ID)).toBe(text)
      }
    })

    test('separates secrets by exchange, network, profile and channel, for any name', async () => {
      const store = await rig.open()
      await store.write(ID, 'here')
      for (const id of OTHER_IDS) expect(await store.read(id)).toBeNull()
      for (const [i, id] of OTHER_IDS.entries()) await store.write(id, `elsewhere ${i}`)
      for (const [i, id] of OTHER_IDS.entries()) expect(await store.read(id)).toBe(`elsewhere ${i}`)
      expect(await store.read(ID)).toBe('here')
    })

    test('removes only the requested secret', async () => {
      const store = await rig.open()
      await store.write(ID, 'here')
      for (const id of OTHER_IDS) expect(await store.remove(id)).toBe(true)
      expect(await store.read(ID)).toBe('here')
      expect(await store.remove(ID)).toBe(true)
      expect(await (await rig.open()).read(ID)).toBeNull()
      expect(await store.remove(ID)).toBe(false)
    })

    test('keeps one whole text of two concurrent writes', async () => {
      const [a, b] = [await rig.open(), await rig.open()]
      const texts = ['a'.repeat(900), 'b'.repeat(700)]
      await Promise.all([a.write(ID, texts[0] ?? ''), b.write(ID, texts[1] ?? '')])
      expect(texts).toContain(await (await rig.open()).read(ID))
      await a.remove(ID)
    })
  })
}

/** Defines the laws of a read-only store; `texts` is what `openRig` has stored, by id. */
export function readingLaws(
  name: string,
  openRig: () => Promise<SecretsRig>,
  texts: readonly (readonly [SecretId, string])[],
): void {
  describe(`laws of a read-only store: ${name}`, () => {
    let rig: SecretsRig
    beforeAll(async () => {
      rig = await openRig()
    })
    afterAll(() => rig.close())

    test('reports its kind and that it is ready', async () => {
      const store = await rig.open()
      expect(store.kind).toBe(rig.kind)
      expect(await store.state()).toEqual({ kind: 'ready' })
    })

    test('returns what is stored, repeatedly', async () => {
      expect(texts.length).toBeGreaterThan(0)
      const store = await rig.open()
      for (const [id, text] of [...texts, ...texts]) expect(await store.read(id)).toBe(text)
    })

    test('rejects write and remove in one line with a hint, and changes nothing', async () => {
      const store = await rig.open()
      for (const [id, text] of texts) {
        for (const refused of [() => store.write(id, 'other'), () => store.remove(id)])
          await expect(refused()).rejects.toMatchObject({
            name: 'AxisorError',
            message: expect.stringMatching(/^.+$/),
            hint: expect.stringMatching(/^.+$/),
          })
        expect(await store.read(id)).toBe(text)
      }
    })
  })
}
