import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SecretId, Secrets, StoreKind } from '../../src/ports/secrets.ts'

/** A place where nothing is stored yet, and a way to open the store that holds it, as often as wanted. */
export interface SecretsRig {
  readonly kind: StoreKind
  /** As another process would. */
  open(): Promise<Secrets>
  close(): Promise<void>
}

const HERE: SecretId = { exchange: 'lnmarkets', network: 'mainnet', profile: 'default' }

/** Some stores start a process for every call. */
const PATIENCE_MS = 60_000

/** Places that a careless store might take for each other. */
const ELSEWHERE: readonly SecretId[] = [
  { ...HERE, network: 'signet' },
  { ...HERE, profile: 'Default' },
  { ...HERE, profile: 'default.json' },
  { ...HERE, profile: '../default' },
  { ...HERE, profile: 'a/b' },
  { ...HERE, profile: 'a:b' },
  { exchange: 'axisor-relay', network: 'relay', profile: 'default' },
]

/** The laws of a store that can be written, on a rig of its own. */
export function secretsLaws(name: string, openRig: () => Promise<SecretsRig>): void {
  describe(`the laws of a store of secrets: ${name}`, { timeout: PATIENCE_MS }, () => {
    let rig: SecretsRig
    beforeAll(async () => {
      rig = await openRig()
    }, PATIENCE_MS)
    afterAll(() => rig.close())

    test('says what it is and that it is ready, twice, and holds nothing by that', async () => {
      const store = await rig.open()
      expect(store.kind).toBe(rig.kind)
      expect(await store.state()).toEqual({ kind: 'ready' })
      expect(await store.state()).toEqual({ kind: 'ready' })
      expect(await store.read(HERE)).toBeNull()
    })

    test('what was never stored is null, and there is nothing to forget', async () => {
      const store = await rig.open()
      expect(await store.read(HERE)).toBeNull()
      expect(await store.remove(HERE)).toBe(false)
    })

    test('gives back what was stored, to every other opening too', async () => {
      const text = '{"v":1,"key":"k","secret":"schlüssel ✓ \\u0000","passphrase":"\\"p\\""}'
      await (await rig.open()).write(HERE, text)
      expect(await (await rig.open()).read(HERE)).toBe(text)
    })

    test('stores the next text in place of the one before, shorter or longer', async () => {
      const store = await rig.open()
      for (const text of ['x'.repeat(1_000), 'short', 'y'.repeat(1_100)]) {
        await store.write(HERE, text)
        expect(await (await rig.open()).read(HERE)).toBe(text)
      }
    })

    test('keeps places apart: by exchange, network and profile, whatever is in a name', async () => {
      const store = await rig.open()
      await store.write(HERE, 'here')
      for (const place of ELSEWHERE) expect(await store.read(place)).toBeNull()
      for (const [i, place] of ELSEWHERE.entries()) await store.write(place, `elsewhere ${i}`)
      for (const [i, place] of ELSEWHERE.entries()) expect(await store.read(place)).toBe(`elsewhere ${i}`)
      expect(await store.read(HERE)).toBe('here')
    })

    test('forgets what it is told to forget, and that alone', async () => {
      const store = await rig.open()
      await store.write(HERE, 'here')
      for (const place of ELSEWHERE) expect(await store.remove(place)).toBe(true)
      expect(await store.read(HERE)).toBe('here')
      expect(await store.remove(HERE)).toBe(true)
      expect(await (await rig.open()).read(HERE)).toBeNull()
      expect(await store.remove(HERE)).toBe(false)
    })

    test('of two who write at once, one has the last word, whole', async () => {
      const [a, b] = [await rig.open(), await rig.open()]
      const texts = ['a'.repeat(900), 'b'.repeat(700)]
      await Promise.all([a.write(HERE, texts[0] ?? ''), b.write(HERE, texts[1] ?? '')])
      expect(texts).toContain(await (await rig.open()).read(HERE))
      await a.remove(HERE)
    })
  })
}

/** The laws of a store that can only be read; `texts` is what `openRig` has put there, by place. */
export function readingLaws(
  name: string,
  openRig: () => Promise<SecretsRig>,
  texts: readonly (readonly [SecretId, string])[],
): void {
  describe(`the laws of a store that can only be read: ${name}`, () => {
    let rig: SecretsRig
    beforeAll(async () => {
      rig = await openRig()
    })
    afterAll(() => rig.close())

    test('says what it is, and that it is ready', async () => {
      const store = await rig.open()
      expect(store.kind).toBe(rig.kind)
      expect(await store.state()).toEqual({ kind: 'ready' })
    })

    test('gives what is there, again and again', async () => {
      expect(texts.length).toBeGreaterThan(0)
      const store = await rig.open()
      for (const [place, text] of [...texts, ...texts]) expect(await store.read(place)).toBe(text)
    })

    test('refuses to be written, and to forget, in one line with what to do; all is as it was', async () => {
      const store = await rig.open()
      for (const [place, text] of texts) {
        for (const refused of [() => store.write(place, 'other'), () => store.remove(place)])
          await expect(refused()).rejects.toMatchObject({
            name: 'AxisorError',
            message: expect.stringMatching(/^.+$/),
            hint: expect.stringMatching(/^.+$/),
          })
        expect(await store.read(place)).toBe(text)
      }
    })
  })
}
