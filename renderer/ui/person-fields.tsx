import { TextInput } from '@mantine/core'

/** Mantine's dialogs give the focus to the field that carries this: the first one still to be filled in. */
export const focusFirst = { 'data-autofocus': true } as const

/** Same bounds as the contract: a name of 1-80 characters, a reason of 3-400. */
export const goodPerson = (who: string): boolean => who.trim().length >= 1 && who.trim().length <= 80
export const goodReason = (reason: string): boolean => reason.trim().length >= 3 && reason.trim().length <= 400

interface FieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  /** Whether a dialog begins here. */
  readonly isFirst?: boolean
}

const AuditedField = ({
  value,
  onChange,
  isFirst = false,
  ...about
}: FieldProps & { readonly label: string; readonly description: string; readonly maxLength: number }) => (
  <TextInput
    {...(isFirst ? focusFirst : {})}
    {...about}
    required
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
)

export const WhoField = (props: FieldProps) => (
  <AuditedField {...props} label="Who" description="Goes into the audit trail" maxLength={80} />
)
export const ReasonField = (props: FieldProps) => (
  <AuditedField
    {...props}
    label="Reason"
    description="At least three characters; goes into the audit trail"
    maxLength={400}
  />
)
