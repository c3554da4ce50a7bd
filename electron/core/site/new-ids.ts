import type { NewId } from '../ports.ts'
import { forgetful, type Memory } from './memory.ts'

/**
 * Ids that follow from the session and the order in which they are made, so that the same inputs give the same ids. The session is a
 * random UUID; its last twelve digits count.
 */
export const countedIds = (session: string, memory: Memory = forgetful): NewId => {
  const stem = session.slice(0, -12)
  const state = memory.keep('ids', { count: 0 })
  return () => {
    state.count += 1
    return `${stem}${state.count.toString(16).padStart(12, '0')}`
  }
}
