// Patches packages while they are bundled, for a faster start. Each patch documents its assumption and fails the build if it is broken.
import { readFileSync } from 'node:fs'

/** Ink waits for React's developer tools, if DEV is set, when its module is evaluated. The bundle leaves them out. */
const noDevtools = {
  name: 'no-devtools',
  setup(context) {
    context.onLoad({ filter: /[\\/]ink[\\/]build[\\/]reconciler\.js$/ }, ({ path }) => {
      const parts = readFileSync(path, 'utf8').split("process.env['DEV'] === 'true'")
      if (parts.length !== 3) throw new Error('expected exactly twice in Ink: DEV')
      return { contents: parts.join('false') }
    })
  },
}

/**
 * Yoga decodes its embedded WebAssembly with `fetch`, which loads Node's whole HTTP client, and waits for it when its module is
 * evaluated, which a script can't. Given the bytes and compiled at once, it does neither.
 */
const yogaAtOnce = {
  name: 'yoga-at-once',
  setup(context) {
    context.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path }) => {
      const prefix = 'data:application/octet-stream;base64,'
      const text = readFileSync(path, 'utf8')
      const base64 = new RegExp(`"${prefix}([A-Za-z0-9+/=]+)"`).exec(text)?.[1] ?? ''
      const empty = replaceOnce(text, `"${prefix}${base64}"`, `"${prefix}"`)
      const compiled = `new WebAssembly.Module(Buffer.from("${base64}","base64"))`
      return { contents: `${empty}export const compile = () => ${compiled}` }
    })
    context.onLoad({ filter: /yoga-layout[\\/]dist[\\/]src[\\/]index\.js$/ }, ({ path }) => {
      const text = replaceOnce(
        readFileSync(path, 'utf8'),
        'import loadYoga from',
        'import loadYoga, { compile } from',
      )
      // Emscripten fills the object that it is given before it returns, as it does not wait for the instance.
      const load = `const assembly = { instantiateWasm: (imports, use) => use(new WebAssembly.Instance(compile(), imports)) };
loadYoga(assembly);
`
      return {
        contents: replaceOnce(
          text,
          'const Yoga = wrapAssembly(await loadYoga())',
          `${load}const Yoga = wrapAssembly(assembly)`,
        ),
      }
    })
  },
}

/** Files of packages that make a segmenter when they are loaded. */
const SEGMENTING =
  /[\\/](?:wrap-ansi[\\/]index|slice-ansi[\\/]tokenize-ansi|ansi-tokenize[\\/]build[\\/]tokenize|ink[\\/]build[\\/]line-update)\.js$/

/**
 * The first `Intl` object of a process takes about 30 ms: ICU lists all its locales. Segmenters are used only for texts that are not ASCII,
 * which Ink does not get: the dashboard paints its own cells.
 */
const segmentersWhenUsed = {
  name: 'segmenters-when-used',
  setup(context) {
    context.onLoad({ filter: SEGMENTING }, ({ path }) => ({
      contents: withLazySegmenter(readFileSync(path, 'utf8')),
    }))
  },
}

function withLazySegmenter(text) {
  const [made = ''] = /new Intl\.Segmenter\([^)]*\)/.exec(text) ?? []
  const lazy = `{ segment(text) { return (this.made ??= ${made}).segment(text) } }`
  return replaceOnce(text, `= ${made};`, `= ${lazy};`)
}

/**
 * string-width compiles a huge regular expression to recognize emoji. An emoji of a single UTF-16 unit is also a wide character,
 * which string-width checks next, so only longer clusters need the expression. Lines, bars and arrows are single units.
 */
const emojiOnlyWhenLong = {
  name: 'emoji-only-when-long',
  setup(context) {
    context.onLoad({ filter: /node_modules[\\/]string-width[\\/]index\.js$/ }, ({ path }) => {
      const made = '/^\\p{RGI_Emoji}$/v'
      const test = 'rgiEmojiRegex.test(segment)'
      const text = withLazySegmenter(readFileSync(path, 'utf8'))
      const lazy = `= { test(text) { return (this.made ??= ${made}).test(text) } };`
      return {
        contents: replaceOnce(replaceOnce(text, `= ${made};`, lazy), test, `(segment.length > 1 && ${test})`),
      }
    })
  },
}

/** Node modules of functions that are rarely called: each is loaded by the first call. Their classes, and what else functions carry, are not there. */
const WHEN_CALLED = ['node:child_process']

/**
 * An `import` reads every export of a Node module, and some exports load much more: worker threads, streams, the Web Crypto API.
 * The replacement reads only the exports that are used.
 */
const builtinsByName = {
  name: 'builtins-by-name',
  setup(context) {
    context.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    )
    context.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path)).filter(name => /^[a-z]\w*$/i.test(name))
      const builtin = `process.getBuiltinModule('${path}')`
      if (WHEN_CALLED.includes(path)) {
        const calls = names.map(name => `export const ${name} = (...given) => ${builtin}.${name}(...given);`)
        return { contents: calls.join('') }
      }
      const exports = names.map(name => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})();`)
      return { contents: `const builtin = ${builtin};export default builtin;${exports.join('')}` }
    })
  },
}

/** Node modules that a package file imports eagerly but rarely uses, with the import statement. */
const RARELY_USED = {
  'commander/lib/command.js': { child_process: "import childProcess from 'node:child_process';" },
  'ws/lib/permessage-deflate.js': { zlib: "const zlib = require('zlib');" },
  'ws/lib/websocket.js': { https: "const https = require('https');", tls: "const tls = require('tls');" },
}

/** Loading TLS takes a third of Node's start-up time; a command that connects only to this machine, or not at all, avoids it. */
const builtinsWhenUsed = {
  name: 'builtins-when-used',
  setup(context) {
    context.onLoad({ filter: /[\\/](commander|ws)[\\/]lib[\\/][a-z-]+\.js$/ }, ({ path }) => {
      const imports = RARELY_USED[path.split(/[\\/]/).slice(-3).join('/')]
      if (imports === undefined) return undefined
      let contents = readFileSync(path, 'utf8')
      for (const [builtin, statement] of Object.entries(imports)) {
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
  if (text.split(part).length !== 2)
    throw new Error(`expected exactly once in the package: ${part.slice(0, 60)}`)
  return text.replace(part, () => replacement)
}

export const leanPackages = [
  noDevtools,
  yogaAtOnce,
  segmentersWhenUsed,
  emojiOnlyWhenLong,
  builtinsByName,
  builtinsWhenUsed,
]
