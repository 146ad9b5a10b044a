/** The part of undici that we load: its index loads three times as much, for fetch, caches, mocks and proxies. */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici'

  export = Pool
}
