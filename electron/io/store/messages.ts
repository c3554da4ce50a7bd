import type { EngineOptions, EngineStatus, Operations, StoreNotice } from './engine.ts'

/** What crosses between the store and its worker; ids pair answers with requests. */
export type ToWorker =
  | { readonly kind: 'call'; readonly id: number; readonly name: keyof Operations; readonly input: readonly unknown[] }
  | { readonly kind: 'close' }

export type FromWorker =
  | { readonly kind: 'ready'; readonly status: EngineStatus; readonly notices: readonly StoreNotice[] }
  | { readonly kind: 'failed'; readonly message: string }
  | {
      readonly kind: 'result'
      readonly id: number
      readonly value: unknown
      readonly status: EngineStatus
      readonly notices: readonly StoreNotice[]
    }
  | {
      readonly kind: 'error'
      readonly id: number
      readonly message: string
      /** The row itself can't be stored, whatever the disk: another try gives the same. */
      readonly isFinal: boolean
      readonly status: EngineStatus
      readonly notices: readonly StoreNotice[]
    }
  | { readonly kind: 'closed' }

export type WorkerOptions = EngineOptions
