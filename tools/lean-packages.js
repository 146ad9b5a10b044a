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

/**
 * For an `import` Node asks its module for every name that it has, and some names of these two load much more, among it
 * worker threads. Here only the names that are used are asked for.
 */
const builtinsByName = {
  name: 'builtins-by-name',
  setup(context) {
    context.onResolve({ filter: /^node:(process|util)$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    )
    context.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path)).filter(name => /^[a-z]\w*$/i.test(name))
      const exports = names.map(name => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})();`)
      return {
        contents: `const builtin = process.getBuiltinModule('${path}');export default builtin;${exports.join('')}`,
      }
    })
  },
}

/** Modules of Node that a file of a package asks for at once and seldom needs: its own name for each, and where it says so. */
const SELDOM_NEEDED = {
  'commander/lib/command.js': { child_process: "import childProcess from 'node:child_process';" },
  'ws/lib/permessage-deflate.js': { zlib: "const zlib = require('zlib');" },
  'ws/lib/websocket.js': { https: "const https = require('https');", tls: "const tls = require('tls');" },
}

/** Loading TLS takes a third as long as starting Node; a command that talks to this machine only, or to nobody, does without. */
const builtinsWhenUsed = {
  name: 'builtins-when-used',
  setup(context) {
    context.onLoad({ filter: /[\\/](commander|ws)[\\/]lib[\\/][a-z-]+\.js$/ }, ({ path }) => {
      const seldom = SELDOM_NEEDED[path.split(/[\\/]/).slice(-3).join('/')]
      if (seldom === undefined) return undefined
      let contents = readFileSync(path, 'utf8')
      for (const [builtin, statement] of Object.entries(seldom)) {
        const [, name] = statement.split(' ')
        contents = replaceOnce(contents, statement, '').replace(
          new RegExp(`\\b${name}\\.`, 'g'),
          `process.getBuiltinModule('node:${builtin}').`,
        )
      }
      return { contents }
    })
  },
}

function replaceOnce(text, part, replacement) {
  if (text.split(part).length !== 2) throw new Error(`not once in the package: ${part.slice(0, 60)}`)
  return text.replace(part, () => replacement)
}

export const leanPackages = [
  noDevtools,
  yogaWithoutFetch,
  emojiOnlyWhenLong,
  builtinsByName,
  builtinsWhenUsed,
]
