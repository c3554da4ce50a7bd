import type { NewId } from '../ports.ts'

/**
 * Ids that follow from the session and the order in which they are made, so that the same inputs give the same ids. The session is a
 * random UUID; its last twelve digits count.
 */
export const countedIds = (session: string): NewId => {
  const stem = session.slice(0, -12)
  let count = 0
  return () => {
    count += 1
    return `${stem}${count.toString(16).padStart(12, '0')}`
  }
}
