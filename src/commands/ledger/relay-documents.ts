import { openProgress } from '../progress.ts'
import { openRelayAccess } from '../relay-access.ts'
import type { SourceSettings } from '../source-settings.ts'
import type { LedgerDocumentSource } from './document-source.ts'
import type { LedgerContext } from './open-account-ledger.ts'

/** Opens the documents of the account that the settings select on a relay. @throws AxisorError no-credentials */
export async function openRelayDocuments(
  settings: SourceSettings,
  url: string,
  context: LedgerContext,
): Promise<LedgerDocumentSource> {
  const [{ token, net }, { RelayDocuments }] = await Promise.all([
    openRelayAccess(settings, url, context),
    import('../../feed/relay/relay-documents.ts'),
  ])
  const { http } = net
  const progress = openProgress(context)
  const documents = new RelayDocuments(
    { http, clock: context.clock },
    { url, token, user: settings.relayUser, requestMs: settings.timeoutMs, onProgress: progress.report },
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
