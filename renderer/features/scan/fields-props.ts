import type { FormProblems, ScanForm } from './scan-form.ts'

export interface FieldsProps {
  readonly form: ScanForm
  readonly change: (part: Partial<ScanForm>) => void
  readonly problems: FormProblems
}
