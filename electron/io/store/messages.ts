import type { EngineOptions, EngineStatus, Operations } from './engine.ts'

/** What crosses between the store and its worker; ids pair answers with requests. */
export type ToWorker =
  | { readonly kind: 'call'; readonly id: number; readonly name: keyof Operations; readonly input: readonly unknown[] }
  | { readonly kind: 'close' }

export type FromWorker =
  | { readonly kind: 'ready'; readonly status: EngineStatus }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown; readonly status: EngineStatus }
  | { readonly kind: 'error'; readonly id: number; readonly message: string; readonly status: EngineStatus }
  | { readonly kind: 'closed' }

export type WorkerOptions = EngineOptions
