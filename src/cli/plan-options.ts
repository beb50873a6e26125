/** The options of every command that goes by a plan; apart from the reader, which few runs need. */

export const planOptions = {
  plan: {
    type: 'string',
    value: 'FILE',
    help: 'the plan of releases (default: LONGHAND_PLAN, else longhand.json)',
  },
  'trust-plan': {
    type: 'boolean',
    help: 'obey it in all it names: programs, modules, hosts, files elsewhere',
  },
} as const

export interface PlanOptionValues {
  readonly plan: string | undefined
  readonly 'trust-plan': boolean
}
