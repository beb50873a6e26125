/** Stands for signature/portable in the thin longhand-sign, which has node:crypto. */

export { nodePrimitives as portable } from '../node/primitives.ts'
