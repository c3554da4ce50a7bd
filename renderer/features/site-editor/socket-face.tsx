import type { Phase } from '../../../shared/model/phase.ts'

/** Contacts of a type 2 socket (IEC 62196-2) as a scheme: the letters stand beside the contacts, and a plug is the mirror of it. */
const contacts = [
  { name: 'PP', x: 57, y: 42, r: 8 },
  { name: 'CP', x: 93, y: 42, r: 8 },
  { name: 'N', x: 39, y: 70, r: 10 },
  { name: 'PE', x: 75, y: 70, r: 10 },
  { name: 'L1', x: 111, y: 70, r: 10, terminal: 0 },
  { name: 'L3', x: 56, y: 104, r: 10, terminal: 2 },
  { name: 'L2', x: 94, y: 104, r: 10, terminal: 1 },
] as const

/** The face of the socket with the site's phase behind each contact: what a person holds the tester against. */
export const SocketFace = ({ map }: { readonly map: readonly Phase[] }) => {
  const said = contacts
    .flatMap((contact) =>
      'terminal' in contact ? [`contact ${contact.name} carries ${map[contact.terminal] ?? 'nothing'}`] : [],
    )
    .join(', ')
  return (
    <svg viewBox="0 0 150 150" className="socket" role="img" aria-label={`Scheme of the socket, type 2: ${said}`}>
      <path className="shell" d="M 22 22 H 128 A 68 68 0 1 1 22 22 Z" />
      {contacts.map((contact) => {
        const phase = 'terminal' in contact ? map[contact.terminal] : undefined
        const isUnused = 'terminal' in contact && phase === undefined
        return (
          <g key={contact.name}>
            <circle
              className={isUnused ? 'pin is-unused' : 'pin'}
              cx={contact.x}
              cy={contact.y}
              r={contact.r}
              style={
                phase === undefined ? undefined : { stroke: `var(--ts-phase-${phase.slice(1)})`, strokeWidth: 2.4 }
              }
            />
            <text x={contact.x} y={contact.y} className={phase === undefined ? '' : 'site-phase'}>
              {phase ?? (isUnused ? '–' : contact.name)}
            </text>
            {'terminal' in contact ? (
              <text x={contact.x} y={contact.y + contact.r + 7}>
                {contact.name}
              </text>
            ) : null}
          </g>
        )
      })}
    </svg>
  )
}
