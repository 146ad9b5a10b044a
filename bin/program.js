// Runs the program: CommonJS parts in dist/, compiled from V8's code cache if the user has one. Node's own compile cache stores a module
// before it runs, so it lacks every function that V8 compiles at its first call. Here the code is stored when a command has run.
const { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } =
  process.getBuiltinModule('node:fs')
const { Script } = process.getBuiltinModule('node:vm')

/** The file begins with a checksum of the rest, as V8 checks nothing and damaged code crashes it. Then the index: its length, and itself. */
const CHECKSUM_BYTES = 20
const INDEX_OFFSET = CHECKSUM_BYTES + 4

/** Returns the cache directory, or null if another user can write to it: cached code is executed. */
function cacheDirectory() {
  const { HOME, NODE_DISABLE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env
  if (NODE_DISABLE_COMPILE_CACHE) return null
  const caches = XDG_CACHE_HOME?.startsWith('/')
    ? XDG_CACHE_HOME
    : HOME?.startsWith('/')
      ? `${HOME}/.cache`
      : null
  if (caches === null) return null
  try {
    const directories = [`${caches}/axisor`, `${caches}/axisor/compiled`]
    return directories.every(makeOursAlone) ? directories[1] : null
  } catch {
    // A full disk or a read-only home: the start is only slower.
    return null
  }
}

/** Creates a directory and those above it. Node's recursive `mkdir` never returns on a file system without new folders, such as /proc. */
function makeDirectory(directory) {
  try {
    mkdirSync(directory, { mode: 0o700 })
  } catch (error) {
    if (error.code === 'EEXIST') return
    const parent = directory.slice(0, directory.lastIndexOf('/'))
    if (error.code !== 'ENOENT' || parent === '') throw error
    makeDirectory(parent)
    mkdirSync(directory, { mode: 0o700 })
  }
}

function makeOursAlone(directory) {
  makeDirectory(directory)
  const { mode, uid } = lstatSync(directory)
  return (mode & 0o170022) === 0o040000 && uid === process.getuid()
}

/** Returns the cache file of a command: commands share parts, but call different functions of them. */
function cacheFile(word = '') {
  const directory = cacheDirectory()
  if (directory === null) return null
  const command = /^[a-z]{2,20}$/.test(word) ? word : 'axisor'
  return `${directory}/${command}.${process.version}-${process.arch}`
}

/**
 * By `crypto`, which the program loads anyway, unlike `zlib`. It is against damage only, as the folder is closed to others: SHA-1 takes
 * half of the time of SHA-256.
 */
function checksum(bytes) {
  return process.getBuiltinModule('node:crypto').hash('sha1', bytes.subarray(CHECKSUM_BYTES), 'buffer')
}

const NOT_STORED = { ranMs: 0, isWhole: false, code: new Map() }

/** Returns the compiled code by part, and of which run it is. A missing or damaged file has none. */
function readCode(file) {
  try {
    const bytes = readFileSync(file)
    if (!checksum(bytes).equals(bytes.subarray(0, CHECKSUM_BYTES))) return NOT_STORED
    let offset = INDEX_OFFSET + bytes.readUInt32LE(CHECKSUM_BYTES)
    const { ranMs, isWhole, parts } = JSON.parse(bytes.toString('latin1', INDEX_OFFSET, offset))
    const code = new Map()
    for (const [name, length] of parts) {
      code.set(name, bytes.subarray(offset, offset + length))
      offset += length
    }
    return { ranMs, isWhole, code }
  } catch {
    // Not stored yet.
    return NOT_STORED
  }
}

/** Writes atomically, so that a concurrent start reads the old file or the new one. */
function writeCode(file, { ranMs, isWhole, code }) {
  const parts = [...code].map(([name, { length }]) => [name, length])
  const index = Buffer.from(JSON.stringify({ ranMs, isWhole, parts }))
  const bytes = Buffer.concat([Buffer.alloc(INDEX_OFFSET), index, ...code.values()])
  bytes.writeUInt32LE(index.length, CHECKSUM_BYTES)
  const draft = `${file}.${process.pid}`
  try {
    checksum(bytes).copy(bytes)
    writeFileSync(draft, bytes, { mode: 0o600 })
    renameSync(draft, file)
  } catch {
    removeDraft(draft)
  }
}

function removeDraft(draft) {
  try {
    rmSync(draft, { force: true })
  } catch {
    // The folder is no longer there.
  }
}

/**
 * Exit codes of a command that ran: it ended, its terminal was closed (SIGHUP), or it was stopped (SIGINT, SIGQUIT, SIGTERM), as most
 * dashboards are. One that failed has not called what others will.
 */
const RAN = [0, 129, 130, 131, 143]

/** A shorter run is not longer than another by what it calls, but by the load of the machine. */
const SHORT_MS = 2_000
/** A run of this length has called all that its command usually calls. */
const LONG_MS = 10_000

/** The parts of a program in one directory: scripts whose value is a CommonJS function. Each runs once, when it is first required. */
class Parts {
  #directory
  #cache
  /** Null before it is read, and when it was dropped. */
  #stored = null
  #isStored = true
  #scripts = new Map()
  #modules = new Map()

  /** `cache` is the file of their compiled code, or null. */
  constructor(directory, cache) {
    this.#directory = directory
    this.#cache = cache
  }

  /** Runs the main part. It is small, so that a command that needs no other reads no compiled code. */
  run(name) {
    this.#execute(name, new Script(this.#read(name), { filename: this.#path(name) }))
  }

  /** Stores the code of all parts that ran, unless it is stored. */
  store(exitCode) {
    const run = { ranMs: Math.round(process.uptime() * 1_000), isWhole: exitCode === 0 }
    if (this.#cache === null || this.#scripts.size === 0 || (this.#isStored && !this.#callsMore(run))) return
    const others = [...this.#readStored().code].filter(
      ([name]) => !this.#scripts.has(name) && existsSync(this.#path(name)),
    )
    const code = [...this.#scripts].map(([name, script]) => [name, script.createCachedData()])
    writeCode(this.#cache, { ...run, code: new Map([...others, ...code]) })
  }

  /** The stored run may have been stopped early: V8 tells of no function whether its code is there. */
  #callsMore({ ranMs, isWhole }) {
    const stored = this.#readStored()
    if (isWhole !== stored.isWhole) return isWhole
    return stored.ranMs < LONG_MS && ranMs > Math.max(SHORT_MS, 4 * stored.ranMs)
  }

  /** A server has no use for these megabytes once it runs. A part that it loads later reads them again. */
  #readStored() {
    if (this.#stored === null) {
      this.#stored = this.#cache === null ? NOT_STORED : readCode(this.#cache)
      setTimeout(() => (this.#stored = null), LONG_MS).unref()
    }
    return this.#stored
  }

  #path(name) {
    return `${this.#directory}/${name}`
  }

  /** The build writes ASCII only. */
  #read(name) {
    return readFileSync(this.#path(name), 'latin1')
  }

  #execute(name, script) {
    const module = { exports: {} }
    this.#modules.set(name, module)
    const require = required => this.#require(required)
    // A part that can't be loaded rejects, as `import()` does.
    const load = async required => require(required)
    try {
      script.runInThisContext()(require, module, `file://${this.#path(name)}`, load)
    } catch (error) {
      // The next requirement fails as well.
      this.#modules.delete(name)
      throw error
    }
    return module.exports
  }

  #require(name) {
    if (name.startsWith('./')) return this.#part(name.slice(2))
    return process.getBuiltinModule(name) ?? this.#package(name)
  }

  #package(name) {
    return process.getBuiltinModule('node:module').createRequire(this.#path(''))(name)
  }

  #part(name) {
    const module = this.#modules.get(name)
    if (module !== undefined) return module.exports
    const cachedData = this.#readStored().code.get(name)
    const script = new Script(this.#read(name), { filename: this.#path(name), cachedData })
    this.#isStored &&= script.cachedDataRejected === false
    this.#scripts.set(name, script)
    return this.#execute(name, script)
  }
}

/** Runs the program in a directory from its main part on. */
export function runProgram(directory, main) {
  const parts = new Parts(directory, cacheFile(process.argv[2]))
  process.once('exit', exitCode => {
    if (RAN.includes(exitCode)) parts.store(exitCode)
  })
  parts.run(main)
}
