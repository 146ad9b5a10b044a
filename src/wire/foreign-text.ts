import * as z from 'zod/mini'
import { sanitize } from '../domain/sanitize.ts'

/** Ids with any other character, or longer ones, are untrusted text. */
const ID = /^[\w.:-]{1,64}$/

/** Returns true if a text can be an id. */
export function isId(text: string): boolean {
  return ID.test(text)
}

/** The id of a row: a text or a number. Not cleaned: two ids must stay two, as those of large integers do not. */
export const idField = z.pipe(
  z.union([
    z.string(),
    z.number().check(z.refine(id => Math.abs(id) <= Number.MAX_SAFE_INTEGER, 'is not an id')),
  ]),
  z.pipe(z.transform(String), z.string().check(z.regex(ID, 'is not an id'))),
)

function cleanField(maxLength: number) {
  return z.pipe(
    z.string(),
    z.transform(text => sanitize(text, { maxLength })),
  )
}

/** A name or a word for users, such as a user name or a status. Cleaned here, so that every output may print it. */
export const wordField = cleanField(200)

/** A sentence for users. */
export const sentenceField = cleanField(1_000)

/** Several sentences for users. */
export const textField = cleanField(4_000)

/** The name of a permission. A cleaned character stays visible: without it, a name might look like one for reading only. */
export const permissionField = z.pipe(
  z.string().check(z.maxLength(100)),
  z.transform(name => name.replace(/[^\x20-\x7e]/g, '?')),
)
