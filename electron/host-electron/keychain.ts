import { safeStorage } from 'electron'
import type { KeyWrapping } from '../io/signer.ts'

/**
 * The system's keychain (macOS), its data protection (Windows) or its secret service (Linux). Null where there is none: on Linux Electron
 * would then wrap with a password that everybody knows, which is no better than a file only this user may read.
 */
export const keychain = (): KeyWrapping | null => {
  if (!safeStorage.isEncryptionAvailable()) return null
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return null
  return {
    wrap: (text) => safeStorage.encryptString(text).toString('base64'),
    unwrap: (text) => safeStorage.decryptString(Buffer.from(text, 'base64')),
  }
}
