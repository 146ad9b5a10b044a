import { openProgress } from '../progress.ts'
import { requireReachable } from '../proxies.ts'
import { relayTokenOf } from '../secrets/identity.ts'
import { openProxies } from '../secrets/proxy-password.ts'
import { withStores } from '../secrets/secret-stores.ts'
import type { SourceSettings } from '../source-settings.ts'
import type { LedgerDocumentSource } from './document-source.ts'
import type { LedgerContext } from './open-account-ledger.ts'

/** Opens the documents of the account that a token shows on a relay. @throws AxisorError no-credentials */
export async function openRelayDocuments(
  settings: SourceSettings,
  url: string,
  context: LedgerContext,
): Promise<LedgerDocumentSource> {
  requireReachable([url], settings.proxies)
  const [{ token }, { http }, { RelayDocuments }] = await withStores(
    settings,
    context,
    async sharedStores => {
      const shared = { ...context, sharedStores }
      const proxies = await openProxies(settings, shared)
      return Promise.all([
        relayTokenOf(settings, shared),
        context.openNet(proxies),
        import('../../feed/relay/relay-documents.ts'),
      ])
    },
  )
  const progress = openProgress(context)
  const documents = new RelayDocuments(
    { http, clock: context.clock },
    { url, token, requestMs: settings.timeoutMs, onProgress: progress.report },
  )
  return {
    // The members were checked against the schema of the document.
    read: async (name, query) => (await documents.read(name, query)) as never,
    async close() {
      progress.close()
      http.close()
    },
  }
}
