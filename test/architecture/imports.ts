import { posix } from 'node:path'
import { folderOf, isNode, type SourceFile, type SyntaxNode, walk, wordOf } from './source.ts'

/** An import of another module: loaded with the file (`static`), later (`dynamic`) or never (`type`). */
export interface Import {
  readonly target: string
  readonly how: 'static' | 'dynamic' | 'type'
}

interface Allowance {
  readonly folders: readonly string[]
  /** Folders whose types may be imported, but not their code. */
  readonly types?: readonly string[]
  /** Folders that may be imported dynamically only. */
  readonly lazily?: readonly string[]
  readonly packages: readonly string[]
}

const everythingButNode = [
  'domain',
  'ledger',
  'ports',
  'wire',
  'feed',
  'store',
  'alerts',
  'alerts/delivery',
  'alerts/host',
  'config',
  'output',
  'relay',
  'relay/alerts',
  'relay/upstreams',
  'simulator',
]

/**
 * The import table of ARCHITECTURE.md. A folder may always import from itself. A sub-folder with a row of its own is not part of
 * its parent's row, in either direction. `node:*` stands for all of Node's own modules.
 */
const TABLE: Readonly<Record<string, Allowance>> = {
  domain: { folders: [], packages: [] },
  ledger: { folders: ['domain'], packages: [] },
  ports: { folders: ['domain'], types: ['ledger'], packages: [] },
  wire: { folders: ['domain', 'ledger'], packages: ['zod', 'jsonc-parser'] },
  feed: { folders: ['domain', 'ledger', 'ports', 'wire'], packages: [] },
  store: { folders: ['domain'], types: ['feed'], packages: [] },
  alerts: { folders: ['domain', 'store'], packages: [] },
  'alerts/delivery': { folders: ['domain', 'ports'], packages: [] },
  'alerts/host': { folders: ['domain', 'ports', 'store', 'alerts', 'alerts/delivery'], packages: [] },
  config: { folders: ['domain', 'ports', 'wire'], packages: [] },
  output: { folders: ['domain', 'ledger', 'store', 'wire'], packages: [] },
  tui: {
    folders: ['domain', 'ports', 'store', 'alerts', 'alerts/host'],
    types: ['ledger'],
    packages: ['react', 'ink', 'get-east-asian-width'],
  },
  relay: {
    folders: ['domain', 'ledger', 'ports', 'store', 'wire'],
    packages: ['fastify', 'ws', 'pino', 'prom-client'],
  },
  'relay/alerts': {
    folders: [
      'domain',
      'ports',
      'store',
      'wire',
      'output',
      'alerts',
      'alerts/delivery',
      'alerts/host',
      'relay',
    ],
    packages: ['fastify'],
  },
  'relay/upstreams': { folders: ['domain', 'ports', 'store', 'wire', 'relay', 'feed'], packages: [] },
  simulator: { folders: ['domain', 'ports'], packages: [] },
  node: {
    folders: ['domain', 'ledger', 'ports'],
    packages: [
      'ws',
      'undici',
      'socks',
      'nodemailer',
      'nostr-tools',
      'keytar',
      'pg',
      'pg-connection-string',
      'ioredis',
      'pino',
      'node:*',
    ],
  },
  commands: { folders: everythingButNode, types: ['tui'], lazily: ['tui'], packages: ['commander'] },
  'ledger-worker': { folders: ['commands', 'node'], packages: [] },
  main: { folders: ['commands', 'node', 'domain'], packages: [] },
}

/** The one file outside node/ that may import node:crypto, which it uses for pure computation: it signs. */
const SIGNING_FILE = /^src\/wire\/(.+\/)?sign[a-z-]*\.ts$/

/** Returns all imports of a file in source order. */
export function importsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = []
  walk(file.tree, node => {
    const how = howImported(node)
    if (how === null) return
    const target = wordOf(node.source)
    found.push({ target: target ?? '(a path computed at run time)', how })
  })
  return found
}

function howImported(node: SyntaxNode): Import['how'] | null {
  switch (node.type) {
    case 'TSImportType':
      return 'type'
    case 'ImportExpression':
      return 'dynamic'
    case 'ImportDeclaration':
      return node.importKind === 'type' ? 'type' : 'static'
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      if (!isNode(node.source)) return null
      return node.exportKind === 'type' ? 'type' : 'static'
    default:
      return null
  }
}

/** Returns the row of the table that a file belongs to: its sub-folder's if that has one, else its folder's. */
function rowOf(path: string): string {
  const [, folder, subfolder, ...rest] = path.split('/')
  const row = `${folder}/${subfolder}`
  return rest.length > 0 && Object.hasOwn(TABLE, row) ? row : folderOf(path)
}

/** Returns a sentence for each import of a file that the table forbids. */
export function importViolations(file: SourceFile): readonly string[] {
  const folder = rowOf(file.path)
  const allowed = TABLE[folder]
  if (allowed === undefined) return [`${file.path}: src/${folder} is not a folder of the architecture`]
  return importsOf(file).flatMap(({ target, how }) => {
    const isOk = target.startsWith('.')
      ? mayImportFile(file.path, target, how, allowed)
      : mayImportPackage(file.path, target, allowed)
    return isOk ? [] : [`${file.path}: ${folder} must not import ${target} (${how})`]
  })
}

function mayImportFile(path: string, target: string, how: Import['how'], allowed: Allowance): boolean {
  const resolved = posix.join(posix.dirname(path), target)
  if (!/^src\/.+\.tsx?$/.test(resolved)) return false
  const folder = rowOf(resolved)
  if (folder === rowOf(path) || allowed.folders.includes(folder)) return true
  if (how === 'type') return allowed.types?.includes(folder) ?? false
  return how === 'dynamic' && (allowed.lazily?.includes(folder) ?? false)
}

function mayImportPackage(path: string, target: string, allowed: Allowance): boolean {
  if (target === 'node:crypto' && SIGNING_FILE.test(path)) return true
  return allowed.packages.some(name =>
    name === 'node:*' ? target.startsWith('node:') : target === name || target.startsWith(`${name}/`),
  )
}
