/** What the fleet is run by; bundled anew for each planted bug. */

export { parseCertificates } from '../../src/certificate/certificate.ts'
export { OpenPGPError } from '../../src/errors.ts'
export { nodePrimitives } from '../../src/node/primitives.ts'
export { crossCheck, embedded } from '../../src/trust/rule.ts'
export { fromDirectory } from '../../src/trust/source.ts'
export { openTrust } from '../../src/trust/trust.ts'
export { evaluateDetached } from '../../src/verify/detached.ts'
