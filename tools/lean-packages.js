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

/**
 * string-width compiles a huge regular expression to recognize emoji. An emoji of a single UTF-16 unit is also a wide character,
 * which string-width checks next, so only longer clusters need the expression. Lines, bars and arrows are single units.
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
      const exports = names.map(name => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})();`)
      return {
        contents: `const builtin = process.getBuiltinModule('${path}');export default builtin;${exports.join('')}`,
      }
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

export const leanPackages = [noDevtools, yogaAtOnce, emojiOnlyWhenLong, builtinsByName, builtinsWhenUsed]
