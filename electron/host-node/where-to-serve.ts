import { resolveListen, type ListenAddress } from './listen-address.ts'
import type { ServeChoice } from './options.ts'
import { readTlsFiles, type TlsFiles } from './tls-files.ts'

export type WhereToServe =
  | { readonly ok: true; readonly listen: ListenAddress; readonly tls: TlsFiles | null }
  | { readonly ok: false; readonly message: string }

/** The default is by number: "localhost" may be either family, and what is printed must be what is bound. */
const thisComputer = '127.0.0.1'

/**
 * The address and encryption a person asked for. Beyond this computer a key and every limit set would cross the network readable
 * by anyone on it, so that needs a certificate, or a word that says it is known.
 */
export const whereToServe = async (
  choice: Pick<ServeChoice, 'listen' | 'insecureListen' | 'tls'>,
): Promise<WhereToServe> => {
  const resolved = await resolveListen(choice.listen ?? thisComputer)
  if (!resolved.ok) return resolved
  const { listen } = resolved
  if (choice.tls === null) {
    if (listen.isLoopback || choice.insecureListen) return { ok: true, listen, tls: null }
    return {
      ok: false,
      message:
        `--listen ${choice.listen ?? ''}: other computers could reach this, and without encryption everyone on the network could read the key and control the site.\n` +
        'Give --tls-cert and --tls-key (PEM files), or say --insecure-listen where you trust everyone on this network.',
    }
  }
  const read = await readTlsFiles(choice.tls.cert, choice.tls.key)
  return read.ok ? { ok: true, listen, tls: read.tls } : read
}
