// Changes to packages while they are bundled, all for a faster start. Each says what it rests on and fails when that has changed.
import { readFileSync } from 'node:fs'

/** Ink asks for React's developer tools only when DEV is set; the program is built without them. */
const noDevtools = {
  name: 'no-devtools',
  setup(context) {
    context.onResolve({ filter: /^\.\/devtools\.js$/ }, () => ({ path: 'none', namespace: 'no-devtools' }))
    context.onLoad({ filter: /.*/, namespace: 'no-devtools' }, () => ({ contents: '' }))
  },
}

/**
 * Yoga asks `fetch` for machine code that it carries as text itself, which loads Node's whole HTTP client. Given the bytes,
 * it doesn't ask.
 */
const yogaWithoutFetch = {
  name: 'yoga-without-fetch',
  setup(context) {
    context.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path }) => {
      const prefix = 'data:application/octet-stream;base64,'
      const text = readFileSync(path, 'utf8')
      const base64 = new RegExp(`"${prefix}([A-Za-z0-9+/=]+)"`).exec(text)?.[1] ?? ''
      const empty = replaceOnce(text, `"${prefix}${base64}"`, `"${prefix}"`)
      const bytes = `w=Buffer.from("${base64}","base64")`
      return { contents: replaceOnce(empty, 'h.wasmBinary&&(w=h.wasmBinary)', bytes) }
    })
  },
}

/**
 * To recognise emoji, string-width compiles a huge regular expression. One UTF-16 unit that is an emoji is also a wide
 * character, which string-width finds out next, so only longer clusters need it; lines, bars and arrows are single units.
 */
const emojiOnlyWhenLong = {
  name: 'emoji-only-when-long',
  setup(context) {
    context.onLoad({ filter: /node_modules[\\/]string-width[\\/]index\.js$/ }, ({ path }) => {
      const test = 'rgiEmojiRegex.test(segment)'
      return { contents: replaceOnce(readFileSync(path, 'utf8'), test, `(segment.length > 1 && ${test})`) }
    })
  },
}

function replaceOnce(text, part, replacement) {
  if (text.split(part).length !== 2) throw new Error(`not once in the package: ${part.slice(0, 60)}`)
  return text.replace(part, () => replacement)
}

export const leanPackages = [noDevtools, yogaWithoutFetch, emojiOnlyWhenLong]
