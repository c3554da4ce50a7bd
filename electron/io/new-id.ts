import { randomUUID } from 'node:crypto'
import type { NewId } from '../core/ports.ts'

export const randomId: NewId = () => randomUUID()
