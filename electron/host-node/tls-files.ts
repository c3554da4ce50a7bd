import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { readRegularFile } from '../io/regular-file.ts'

export interface TlsFiles {
  readonly cert: Buffer
  readonly key: Buffer
  /** Names the certificate is for, without wildcards. */
  readonly names: readonly string[]
}
export type TlsOutcome =
  { readonly ok: true; readonly tls: TlsFiles } | { readonly ok: false; readonly message: string }

/** A chain of certificates and a key are a few kB each. */
const largestBytes = 256 * 1024

/** Certificate and key for `--tls-cert` and `--tls-key`, in PEM; that they belong together is checked before anything listens. */
export const readTlsFiles = async (certFile: string, keyFile: string): Promise<TlsOutcome> => {
  const files: Buffer[] = []
  for (const [option, path] of [
    ['--tls-cert', certFile],
    ['--tls-key', keyFile],
  ] as const) {
    const read = await readRegularFile(path, largestBytes)
    if (!read.ok) return { ok: false, message: `${option} ${path}: ${read.why}` }
    files.push(read.bytes)
  }
  const [cert, key] = files as [Buffer, Buffer]
  try {
    createSecureContext({ cert, key })
    const { subjectAltName } = new X509Certificate(cert)
    const names = (subjectAltName ?? '')
      .split(', ')
      .flatMap((entry) => /^DNS:([a-z0-9.-]+)$/i.exec(entry)?.slice(1) ?? [])
    return { ok: true, tls: { cert, key, names } }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return {
      ok: false,
      message: `--tls-cert and --tls-key can't be used together (${why}); both must be PEM files and belong together`,
    }
  }
}
